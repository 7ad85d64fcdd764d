"""A world's database: a file that need not survive a power cut."""

import os
from pathlib import Path

from sqlalchemy import Engine, event

from models import session as sessions

DATABASE = "smallworks.sqlite3"
BEGINNING = "beginning.sqlite3"
"""A world's own hold on its template's database, which may be cleared away meanwhile."""
JOURNALS = ("-wal", "-shm")


def engine_at(path: Path) -> Engine:
    """Return an engine that does not wait for the disk."""
    engine = sessions.make_engine(f"sqlite:///{path}")
    event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))
    return engine


def keep_beginning(template: Path, folder: Path) -> None:
    """Keep the template's database in a world's folder without copying it."""
    # whatever stands there may be the hold on another template: never write into it
    (folder / BEGINNING).unlink(missing_ok=True)
    try:
        os.link(template / DATABASE, folder / BEGINNING)
    except OSError:
        (folder / BEGINNING).write_bytes((template / DATABASE).read_bytes())


def write_whole(path: Path, body: bytes) -> None:
    """Replace a database nobody has open."""
    for ending in JOURNALS:
        path.with_name(path.name + ending).unlink(missing_ok=True)
    path.write_bytes(body)
