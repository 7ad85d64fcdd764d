"""Writes a backup: every row at one moment, every document's bytes, one hash for each; no key.

The file is the same from SQLite and PostgreSQL and goes into either. It is written while people
work: one reading transaction sees one moment of the database.
"""

import hashlib
import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import iso, system_now
from models.document import Document
from models.installation import installation_id
from models.schema import require_current, revision_of
from models.session import reading
from models.settings import Settings
from models.storage import CHUNK, BlobDamagedError, BlobMissingError, Storage, open_storage
from processes.backup.errors import BackupExistsError
from processes.backup.rows import Shape, shapes

VERSION = 1
PRODUCT = "smallworks"
MANIFEST = "manifest.json"
BATCH = 500


@dataclass(frozen=True)
class Backup:
    """What was written; ``fingerprint`` is the hash of the list of all hashes."""

    rows: int
    blobs: int
    missing: list[str]
    fingerprint: str


def write_backup(settings: Settings, path: Path) -> Backup:
    """Write a new file (mode 600), whole or not at all."""
    if path.exists():
        raise BackupExistsError(file=path.name)
    draft = path.with_name(f".{path.name}.part")
    handle = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                made = _Writer(archive).write(settings)
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(draft)
    except FileExistsError:
        raise BackupExistsError(file=path.name) from None
    finally:
        draft.unlink(missing_ok=True)
    return made


class _Writer:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.missing: list[str] = []

    def write(self, settings: Settings) -> Backup:
        """Write rows, then bytes, then the list of both."""
        with reading() as session:
            manifest = self._head(session)
            manifest["tables"] = [self._table(session, shape) for shape in shapes()]
            wanted = sorted(set(session.scalars(select(Document.sha256))))
        storage = open_storage(settings)
        manifest["blobs"] = [one for sha256 in wanted if (one := self._blob(storage, sha256))]
        manifest["missing"] = self.missing
        body = orjson.dumps(manifest, option=orjson.OPT_INDENT_2)
        self.archive.writestr(MANIFEST, body)
        rows = sum(table["rows"] for table in manifest["tables"])
        fingerprint = hashlib.sha256(body).hexdigest()
        return Backup(rows, len(manifest["blobs"]), self.missing, fingerprint)

    def _head(self, session: Session) -> dict[str, Any]:
        engine = session.get_bind().engine
        require_current(engine)
        if engine.dialect.name == "postgresql":
            # One moment for every table; SQLite's reading transaction is that already.
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        return {
            "v": VERSION,
            "product": PRODUCT,
            "installation": installation_id(session),
            "made_at": iso(system_now()),
            "revision": revision_of(engine),
        }

    def _table(self, session: Session, shape: Shape) -> dict[str, Any]:
        name, digest, rows = f"tables/{shape.name}.jsonl", hashlib.sha256(), 0
        query = shape.everything().execution_options(yield_per=BATCH)
        with self.archive.open(name, "w", force_zip64=True) as member:
            for row in session.execute(query):
                line = orjson.dumps(shape.encoded(row)) + b"\n"
                digest.update(line)
                member.write(line)
                rows += 1
        return {**shape.as_dict(), "file": name, "rows": rows, "sha256": digest.hexdigest()}

    def _blob(self, storage: Storage, sha256: str) -> dict[str, Any] | None:
        name, size = f"blobs/{sha256}", 0
        try:
            file = storage.open(sha256)
        except (BlobMissingError, BlobDamagedError):
            self.missing.append(sha256)
            return None
        with file, self.archive.open(name, "w", force_zip64=True) as member:
            for chunk in _chunks(file.read):
                member.write(chunk)
                size += len(chunk)
        return {"file": name, "sha256": sha256, "size": size}


def _chunks(read: Any) -> Iterator[bytes]:  # noqa: ANN401 - a file's own read
    while chunk := read(CHUNK):
        yield chunk
