"""Everything that a run leaves outside the pages: rows, process data, files, logs."""

import base64
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import select

from models.base import Base
from models.selection.tables import PlatformSecrets
from models.session import Read, reading
from processes.backup import write_backup
from tests.leaks.worlds import World
from tests.processes.backup.world import stamped

KEYS = "keys"
PACKED = re.compile(
    r'(?<=")(?![0-9a-f]+")(?:[A-Za-z0-9+/]{4}){25,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?(?=")'
)
"""Bytes in a backup's line, as against hexadecimal numbers."""

DATABASE = "smallworks.sqlite3"


def rows(world: World) -> dict[str, list[str]]:
    """Return every row of every table as text, process data unpacked."""
    assert world.folder.exists()
    engine = Read.kw["bind"]
    found = {}
    with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            mapped = connection.execute(select(table)).mappings()
            found[table.name] = sorted(told(dict(row)) for row in mapped)
    return found


def told(row: dict[str, Any]) -> str:
    return json.dumps(row, default=plain, ensure_ascii=False, sort_keys=True)


def plain(value: object) -> str:
    if not isinstance(value, bytes):
        return str(value)
    with suppress(zlib.error):
        value = zlib.decompress(value)
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.hex()


def files(world: World) -> dict[str, bytes]:
    """Return the files of the data directory, without keys and without the database itself."""
    return {
        path.relative_to(world.folder).as_posix(): path.read_bytes()
        for path in sorted(world.folder.rglob("*"))
        if path.is_file() and KEYS not in path.parts and not path.name.startswith(DATABASE)
    }


def backup(world: World) -> dict[str, str]:
    """Return what a backup made now holds, without the documents, which are files already."""
    stamped(Read.kw["bind"])
    path = world.folder.with_suffix(".backup")
    write_backup(world.settings, path)
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if not name.startswith("blobs/")]
        return {name: lines_of(archive.read(name)) for name in names}


def lines_of(member: bytes) -> str:
    """Return a table's lines, what is packed in them unpacked."""
    return "\n".join(sorted(PACKED.sub(unpacked, line) for line in member.decode().splitlines()))


def unpacked(found: re.Match[str]) -> str:
    return plain(base64.b64decode(found[0]))


def secret_keys(world: World) -> Iterator[bytes]:
    """Yield every key of the installation that ties companies to draws or opens what is sealed."""
    keys = world.settings.keys
    for path in (keys / "draws").glob("*.key"):
        yield path.read_bytes()
    for path in (keys / "guardians").glob("*.json"):
        yield bytes.fromhex(json.loads(path.read_bytes())["private_scalar"])
    for path in (keys / "platform").glob("*.json"):
        yield bytes.fromhex(json.loads(path.read_bytes())[_numbers_used() - 1])


def _numbers_used() -> int:
    """Return how many platform secrets are used; the last of them serves the newest draw."""
    with reading() as session:
        return session.scalars(select(PlatformSecrets.used)).one()


def raw(world: World) -> bytes:
    """Return every byte of the data directory but the keys: what a thief of the disk gets."""
    return b"".join(
        path.read_bytes()
        for path in sorted(Path(world.folder).rglob("*"))
        if path.is_file() and KEYS not in path.parts
    )
