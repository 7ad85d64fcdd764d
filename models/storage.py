"""Where the bytes of documents lie: addressed by their SHA-256, so that the same file is kept once.

The default is a folder. Anything else that keeps bytes by name (an object store) is plugged in by
giving the same methods.
"""

import hashlib
import os
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from models.clock import CHINA
from models.errors import NotFoundError, UnavailableError
from models.ids import new_id
from models.settings import Settings

DIGEST = re.compile(r"[0-9a-f]{64}")
CHUNK = 1 << 20
UNFINISHED = ".new"


class BlobMissingError(NotFoundError):
    """The row of a document is there and its bytes are not."""

    message = "文件内容不在存储中，请联系系统管理员从备份恢复，或请提交人重新上传。"


class BlobDamagedError(UnavailableError):
    """The stored bytes are no longer those that were uploaded."""

    message = "文件内容与上传时不一致，已停止下载，请联系系统管理员从备份恢复。"


class Storage(Protocol):
    """Keeps bytes under the SHA-256 of what they are."""

    def put(self, data: bytes) -> str:
        """Store the bytes durably and return their SHA-256 in hex."""
        ...

    def open(self, sha256: str) -> BinaryIO:
        """Return the bytes as a file at its start, checked to be what was stored."""
        ...

    def remove(self, sha256: str, *, older_than: datetime) -> bool:
        """Forget the bytes unless somebody has stored them again since ``older_than``."""
        ...

    def names(self) -> Iterator[tuple[str, datetime]]:
        """Yield the SHA-256 of all that is stored, each with the moment it came."""
        ...

    def clear_unfinished(self, *, older_than: datetime) -> int:
        """Drop what a process that died had begun to store; return how much."""
        ...


class LocalStorage:
    """A folder of files; each is written beside its place, synced and renamed into it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, data: bytes) -> str:
        """Store the bytes durably and return their SHA-256 in hex."""
        sha256 = hashlib.sha256(data).hexdigest()
        place = self._place(sha256)
        if place.exists():
            # the same file again: it counts as new, so that the clean-up leaves it alone
            os.utime(place)
            return sha256
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = place.with_name(f"{new_id()}{UNFINISHED}")
        _write_synced(fresh, data)
        fresh.replace(place)
        _sync_folder(place.parent)
        return sha256

    def open(self, sha256: str) -> BinaryIO:
        """Return the bytes as a file at its start, checked to be what was stored."""
        try:
            file = self._place(sha256).open("rb")
        except FileNotFoundError:
            raise BlobMissingError from None
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            file.close()
            raise BlobDamagedError
        file.seek(0)
        return file

    def remove(self, sha256: str, *, older_than: datetime) -> bool:
        """Forget the bytes unless somebody has stored them again since ``older_than``."""
        place = self._place(sha256)
        if not place.exists() or _came_at(place) >= older_than:
            return False
        place.unlink(missing_ok=True)
        return True

    def names(self) -> Iterator[tuple[str, datetime]]:
        """Yield the SHA-256 of all that is stored, each with the moment it came."""
        for path in self.root.glob("??/*"):
            if DIGEST.fullmatch(path.name):
                yield path.name, _came_at(path)

    def clear_unfinished(self, *, older_than: datetime) -> int:
        """Drop what a process that died had begun to store; return how much."""
        begun = self.root.glob(f"??/*{UNFINISHED}")
        dead = [path for path in begun if _came_at(path) < older_than]
        for path in dead:
            path.unlink(missing_ok=True)
        return len(dead)

    def _place(self, sha256: str) -> Path:
        # the name becomes a path: nothing but a digest may
        if not DIGEST.fullmatch(sha256):
            raise BlobMissingError
        return self.root / sha256[:2] / sha256


def _came_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, CHINA)


def _write_synced(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def open_storage(settings: Settings) -> Storage:
    """Return the storage of this installation: ``DATA_DIR/blobs``."""
    return LocalStorage(settings.directory / "blobs")
