"""What is stored, in a form in which two runs can be compared.

Ids, hashes and ciphertexts made inside a run differ from run to run and are written ``<new>``;
those that were there before the step stand as they are.
"""

import json
import re
from collections.abc import Collection, Iterator
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Connection, Engine, Table, select, text
from sqlalchemy.dialects import sqlite

from models.base import Base

RANDOM = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{24,}")

UNTOLD = frozenset(
    {
        # how often it was tried, when, and until when a worker had it
        "outbound_message.attempts",
        "outbound_message.lease_until",
        "outbound_message.due_at",
        "outbound_message.sent_at",
        "job.attempts",
        "job.lease_until",
        "job.due_at",
        "job.done_at",
        "document.stored_at",
        "lease.holder",
        "lease.until",
        # packed; open items, awaited messages, history and what the case does next are compared
        "instance.state",
        # over entries that hold random ids; that they are the log's own is checked by its tests
        "ledger_node.sha256",
        "ledger_node.sm3",
        "checkpoint.text",
        # a number taken by a transaction that ended is not given again
        "ledger_entry.id",
        # a stamp's length varies, as does the code printed in a letter
        "document.size",
        "letter.code",
        "letter.words",
    }
)
"""What may differ after an ending, each for its reason."""

AS_TEXT = 'SELECT CAST(to_jsonb(t) - CAST(:hidden AS text[]) AS text) FROM "{table}" AS t'
"""A server writes its rows down itself."""

Facts = dict[str, list[str]]


def stored_facts(
    engine: Engine, known: Collection[str] = (), untold: Collection[str] = ()
) -> Facts:
    """Return every row of every table, without what may differ from run to run."""
    given = frozenset(known), frozenset(untold)
    rows_of = _rows_of_file if engine.dialect.name == "sqlite" else _rows_of_server
    with engine.connect() as connection:
        return {
            table.name: sorted(rows_of(connection, table, *given))
            for table in Base.metadata.sorted_tables
        }


def _rows_of_server(
    connection: Connection, table: Table, known: frozenset[str], untold: frozenset[str]
) -> Iterator[str]:
    hidden = [one for one in map(str, table.c.keys()) if f"{table.name}.{one}" in UNTOLD | untold]
    for row in connection.scalars(text(AS_TEXT.format(table=table.name)), {"hidden": hidden}):
        yield _named(row, known)


def _rows_of_file(
    connection: Connection, table: Table, known: frozenset[str], untold: frozenset[str]
) -> Iterator[str]:
    # nearly all rows are those of the ending before: SQLite gives them as plain values, known again
    names = ", ".join(f'"{column.name}"' for column in table.c)
    for row in connection.exec_driver_sql(f'SELECT {names} FROM "{table.name}"'):
        yield _told_before(table.name, tuple(row), known, untold)


@lru_cache(maxsize=20_000)
def _told_before(
    name: str, row: tuple[Any, ...], known: frozenset[str], untold: frozenset[str]
) -> str:
    table = Base.metadata.tables[name]
    typed = [
        read(value) if read else value for read, value in zip(_readers(name), row, strict=True)
    ]
    return told(_shown(name, zip(table.c.keys(), typed, strict=True), untold), known)


@cache
def _readers(name: str) -> list[Any]:
    dialect = sqlite.dialect()
    columns = Base.metadata.tables[name].c
    return [one.type.dialect_impl(dialect).result_processor(dialect, None) for one in columns]


def _shown(name: str, items: Any, untold: frozenset[str]) -> dict[str, Any]:
    places = ((column, f"{name}.{column}", value) for column, value in items)
    return {
        column: value
        for column, place, value in places
        if place not in UNTOLD and place not in untold
    }


def told(row: dict[str, Any], known: Collection[str]) -> str:
    """Return one row as text."""
    return _named(json.dumps(row, default=plain, ensure_ascii=False, sort_keys=True), known)


def _named(row: str, known: Collection[str]) -> str:
    return RANDOM.sub(lambda found: found[0] if found[0] in known else "<new>", row)


def plain(value: object) -> str:
    """Return what JSON does not know as text."""
    return value.hex() if isinstance(value, bytes) else str(value)


def known_ids(engine: Engine) -> frozenset[str]:
    """Return every id and hash stored now."""
    return frozenset(_random_values(engine))


def _random_values(engine: Engine) -> Iterator[str]:
    is_file = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            if not is_file:
                texts = connection.scalars(text(AS_TEXT.format(table=table.name)), {"hidden": []})
                yield from (value for one in texts for value in RANDOM.findall(one))
                continue
            for row in connection.execute(select(table)).mappings():
                yield from RANDOM.findall(json.dumps(dict(row), default=plain))
