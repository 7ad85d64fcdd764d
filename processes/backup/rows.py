"""Rows as plain JSON lines, the same from either database and into either database.

The kind of each column travels with the rows, so that a later program can still read them.
"""

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Integer,
    LargeBinary,
    MetaData,
    Select,
    String,
    Table,
    select,
)
from sqlalchemy.types import TypeEngine

import models.tables  # noqa: F401 - the metadata must be whole
from models.base import Base, ChinaDateTime

LEFT_OUT = frozenset({"lease"})
"""Who holds a lease is of the running processes, not of the installation."""
KINDS: Sequence[tuple[type[TypeEngine[Any]], str]] = (
    (ChinaDateTime, "moment"),
    (JSON, "json"),
    (LargeBinary, "bytes"),
    (Boolean, "bool"),
    (Integer, "int"),
    (Date, "date"),
)
TYPES: Mapping[str, Callable[[], TypeEngine[Any]]] = {
    "moment": ChinaDateTime,
    "json": lambda: JSON(none_as_null=True),
    "bytes": LargeBinary,
    "bool": Boolean,
    "int": BigInteger,
    "date": Date,
    "text": String,
}


@dataclass(frozen=True)
class Shape:
    """A table as the archive describes it; ``parent`` is the column that names a row of its own."""

    name: str
    columns: list[list[str]]
    parent: str = ""
    serial: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the form in which the archive holds it."""
        return asdict(self)

    def table(self) -> Table:
        """Return a table of plain types: codes as text, nothing that needs today's classes."""
        columns: list[Column[Any]] = [Column(name, TYPES[kind]()) for name, kind in self.columns]
        return Table(self.name, MetaData(), *columns)

    def encoded(self, row: Sequence[Any]) -> list[Any]:
        """Return a row of :meth:`everything` as JSON data."""
        plain, empty = row[: len(self.columns)], iter(row[len(self.columns) :])
        pairs = zip(self.columns, plain, strict=True)
        # A JSON null and an empty place read the same: only the database can tell which it is.
        return [
            _encode(kind, value) if kind != "json" else (None if next(empty) else [value])
            for (_, kind), value in pairs
        ]

    def decoded(self, row: Sequence[Any]) -> dict[str, Any]:
        """Return a line of the archive as values to insert."""
        pairs = zip(self.columns, row, strict=True)
        return {name: _decode(kind, value) for (name, kind), value in pairs}

    def everything(self) -> Select[Any]:
        """Return the query for all rows in the order of their keys; then which JSON is empty."""
        table = self.table()
        keys = [column.name for column in Base.metadata.tables[self.name].primary_key]
        empty = [table.c[name].is_(None) for name, kind in self.columns if kind == "json"]
        return select(table, *empty).order_by(*(table.c[name] for name in keys))


def shapes() -> Iterator[Shape]:
    """Yield every table that is backed up, those first that others refer to."""
    for table in Base.metadata.sorted_tables:
        if table.name not in LEFT_OUT:
            yield _shape(table)


def _shape(table: Table) -> Shape:
    parents = [key.parent.name for key in table.foreign_keys if key.column.table is table]
    keys = list(table.primary_key)
    is_serial = len(keys) == 1 and keys[0].autoincrement is True
    return Shape(
        table.name,
        [[column.name, _kind(column.type)] for column in table.columns],
        parents[0] if parents else "",
        keys[0].name if is_serial else "",
    )


def _kind(given: TypeEngine[Any]) -> str:
    return next((name for kind, name in KINDS if isinstance(given, kind)), "text")


def _encode(kind: str, value: Any) -> Any:  # noqa: ANN401
    if value is None:
        return None
    if kind in {"moment", "date"}:
        return value.isoformat()
    return base64.b64encode(value).decode() if kind == "bytes" else value


def _decode(kind: str, value: Any) -> Any:  # noqa: ANN401
    if value is None:
        return None
    if kind == "json":
        return JSON.NULL if value[0] is None else value[0]
    if kind == "bytes":
        return base64.b64decode(value)
    if kind == "moment":
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if kind == "date" else value
