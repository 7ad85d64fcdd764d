"""Rows by the hundred thousand: ``executemany`` on SQLite, ``COPY`` on PostgreSQL."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from enum import Enum
from hashlib import md5
from itertools import chain
from typing import Any

import orjson
from sqlalchemy import JSON, Column, text

from benchmarks.site import Site
from models.base import Base
from models.session import refresh_statistics, unit_of_work

NEUTRAL: dict[type, Any] = {str: "", int: 0, bool: False, bytes: b"", dict: {}}
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def key(kind: str, number: int) -> str:
    """Return an id as random as the platform's own, the same for the same row."""
    return md5(f"{kind}{number}".encode(), usedforsecurity=False).hexdigest()


@contextmanager
def indexed_afterwards(site: Site) -> Iterator[None]:
    """Load without indexes and build them once: sorting beats a million insertions at random."""
    indexes = [one for table in Base.metadata.sorted_tables for one in table.indexes]
    with site.engine.begin() as connection:
        for index in indexes:
            index.drop(connection)
    yield
    with site.engine.begin() as connection:
        if not site.is_sqlite:
            connection.execute(text("SET LOCAL maintenance_work_mem = '256MB'"))
        for index in indexes:
            index.create(connection)


def load(site: Site, table: str, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows; columns that are not named and must not be empty get a neutral value."""
    columns = Base.metadata.tables[table].c
    missing = [
        one for one in columns if one.name not in names and not (one.nullable or one.identity)
    ]
    rest = tuple(_stored(site, _neutral(one)) for one in missing)
    header = ", ".join(f'"{name}"' for name in chain(names, (one.name for one in missing)))
    stored = ((*(_stored(site, value) for value in row), *rest) for row in rows)
    if site.is_sqlite:
        width = len(names) + len(rest)
        _executemany(site, f"INSERT INTO {table} ({header}) VALUES", width, stored)
        return
    with site.engine.begin() as connection:
        # no look-up of what a row refers to, no wait for the disk
        connection.execute(text("SET LOCAL session_replication_role = 'replica'"))
        connection.execute(text("SET LOCAL synchronous_commit = off"))
        raw: Any = connection.connection.driver_connection
        with raw.cursor() as cursor, cursor.copy(f"COPY {table} ({header}) FROM STDIN") as copy:
            for row in stored:
                copy.write_row(row)


def _executemany(site: Site, words: str, width: int, rows: Iterable[Sequence[Any]]) -> None:
    """Insert without waiting for the disk: what is measured comes afterwards."""
    with site.engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        raw.execute("PRAGMA foreign_keys = OFF")
        raw.execute("PRAGMA synchronous = OFF")
        raw.execute("BEGIN")
        raw.executemany(f"{words} ({', '.join('?' * width)})", rows)
        raw.execute("COMMIT")
        raw.execute("PRAGMA foreign_keys = ON")
        raw.execute("PRAGMA synchronous = FULL")


def settle(site: Site) -> None:
    """Let the planner know the tables, as an installation's own upkeep does."""
    if site.is_sqlite:
        with unit_of_work() as session:
            refresh_statistics(session)
        return
    with site.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def _neutral(column: Column[Any]) -> Any:
    kind = getattr(column.type, "impl", column.type).python_type
    if isinstance(column.type, JSON):
        return {}
    if issubclass(kind, Enum):
        return next(iter(kind))
    if issubclass(kind, datetime):
        return LONG_AGO
    return LONG_AGO.date() if issubclass(kind, date) else NEUTRAL[kind]


def _stored(site: Site, value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dict | list):
        return orjson.dumps(value).decode()
    if site.is_sqlite and isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    if site.is_sqlite and isinstance(value, date):
        return value.isoformat()
    return value
