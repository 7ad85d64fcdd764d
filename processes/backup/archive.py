"""Reads a backup without trusting it: every byte is checked before any of it is used."""

import hashlib
import hmac
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from models.storage import CHUNK
from processes.backup.errors import BackupDamagedError
from processes.backup.rows import TYPES, Shape
from processes.backup.writing import MANIFEST, PRODUCT, VERSION

MAX_MANIFEST = 256 << 20


class Archive:
    """An opened backup whose hashes have all been compared."""

    def __init__(self, archive: zipfile.ZipFile, manifest: Mapping[str, Any], mark: str) -> None:
        self._archive = archive
        self.manifest = manifest
        self.fingerprint = mark

    @property
    def revision(self) -> str:
        """The schema's revision when the backup was made."""
        return str(self.manifest["revision"])

    @property
    def blobs(self) -> list[str]:
        """The documents' bytes in the archive, by their hash."""
        return [str(one["sha256"]) for one in self.manifest["blobs"]]

    def tables(self) -> Iterator[tuple[Shape, int]]:
        """Yield each table with the number of its rows, those first that others refer to."""
        for one in self.manifest["tables"]:
            yield Shape(one["name"], one["columns"], one["parent"], one["serial"]), one["rows"]

    def rows(self, shape: Shape) -> Iterator[dict[str, Any]]:
        """Yield a table's rows as values to insert."""
        with self._archive.open(f"tables/{shape.name}.jsonl") as member:
            for line in member:
                yield shape.decoded(orjson.loads(line))

    def blob(self, sha256: str) -> bytes:
        """Return one document's bytes."""
        return self._archive.read(f"blobs/{sha256}")


@contextmanager
def open_backup(path: Path, fingerprint: str | None = None) -> Iterator[Archive]:
    """Yield a backup of which every hash is right; raise before anything of it is used."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield _checked(archive, fingerprint)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise BackupDamagedError(problem="文件损坏或不是备份") from error


def _checked(archive: zipfile.ZipFile, fingerprint: str | None) -> Archive:
    body = _manifest_of(archive)
    mark = hashlib.sha256(body).hexdigest()
    if fingerprint and not hmac.compare_digest(mark, fingerprint.strip().lower()):
        raise BackupDamagedError(problem="与备份时记下的指纹不符")
    try:
        manifest = orjson.loads(body)
        expected = {
            str(one["file"]): str(one["sha256"])
            for one in (*manifest["tables"], *manifest["blobs"])
        }
        is_ours = (manifest["product"], manifest["v"]) == (PRODUCT, VERSION)
        known = all(
            {kind for _, kind in one["columns"]} <= set(TYPES) for one in manifest["tables"]
        )
    except (ValueError, LookupError, TypeError) as error:
        raise BackupDamagedError(problem="清单看不懂") from error
    if not (is_ours and known):
        raise BackupDamagedError(problem="不是本平台的备份，或格式不同")
    _compare(archive, expected)
    return Archive(archive, manifest, mark)


def _manifest_of(archive: zipfile.ZipFile) -> bytes:
    try:
        info = archive.getinfo(MANIFEST)
    except KeyError:
        raise BackupDamagedError(problem="没有清单") from None
    if info.file_size > MAX_MANIFEST:
        raise BackupDamagedError(problem="清单过大")
    return archive.read(info)


def _compare(archive: zipfile.ZipFile, expected: Mapping[str, str]) -> None:
    """Compare what is there with what the list says, name by name and byte by byte."""
    names = archive.namelist()
    if sorted(names) != sorted([*expected, MANIFEST]):
        raise BackupDamagedError(problem="多出或缺少内容")
    for name, sha256 in expected.items():
        digest = hashlib.sha256()
        with archive.open(name) as member:
            while chunk := member.read(CHUNK):
                digest.update(chunk)
        if digest.hexdigest() != sha256:
            raise BackupDamagedError(problem=f"{name} 与清单不符")
