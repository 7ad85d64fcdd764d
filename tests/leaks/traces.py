"""Everything that a run leaves outside the pages: rows, process data, files, logs."""

import json
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import select

from models.base import Base
from models.session import Read
from tests.leaks.worlds import World

KEYS = "keys"
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


def raw(world: World) -> bytes:
    """Return every byte of the data directory but the keys: what a thief of the disk gets."""
    return b"".join(
        path.read_bytes()
        for path in sorted(Path(world.folder).rglob("*"))
        if path.is_file() and KEYS not in path.parts
    )
