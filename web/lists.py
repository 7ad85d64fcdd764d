"""One helper for every list: search, filters kept in the address, sorting, paging, export.

A page describes its list once (:class:`ListSpec`), reads the address (:class:`Listing`) and, when
the rows come straight from a table, lets :func:`fetch` add search, filters, order and cursor. The
macros of ``components/filters.html``, ``table.html`` and ``paging.html`` draw the rest.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from flask import Response, request
from sqlalchemy import ColumnElement, Select, or_, tuple_
from sqlalchemy.orm import Session

from models.clock import to_china
from models.paging import BadCursorError, Page, clamp, decode_cursor, encode_cursor
from web.workbook import workbook

Narrow = Callable[[Select[Any], str], Select[Any]]
MOST_EXPORTED = 5000
PAGE_SIZE = 20


@dataclass(frozen=True, kw_only=True)
class Filter:
    """One filter: a choice when it has options, a date or a text when not."""

    name: str
    label: str
    options: Sequence[tuple[str, str]] = ()
    kind: str = "select"
    narrow: Narrow | None = None


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: its head, what it sorts by (never nullable), its value in an export."""

    label: str
    name: str = ""
    sort: ColumnElement[Any] | None = None
    value: Callable[[Any], object] | None = None
    is_right: bool = False


@dataclass(frozen=True, kw_only=True)
class ListSpec:
    """What a list offers."""

    title: str
    columns: Sequence[Column]
    filters: Sequence[Filter] = ()
    search_in: Sequence[ColumnElement[str]] = ()
    search_hint: str = "关键词"
    tie: ColumnElement[str] | None = None
    default_sort: str = ""
    empty_title: str = "这里还没有内容"
    empty_text: str = "有新的内容时会出现在这里。"
    keep: Sequence[str] = field(default_factory=tuple)


class Listing:
    """A list as the address asks for it, and the addresses that lead on from it."""

    def __init__(self, spec: ListSpec, args: Mapping[str, str] | None = None) -> None:
        given = request.args if args is None else args
        self.spec = spec
        self.path = request.path
        self.q = given.get("q", "").strip()[:100]
        self.values = {f.name: given.get(f.name, "").strip()[:100] for f in spec.filters}
        self.kept = {name: given[name] for name in spec.keep if given.get(name)}
        self.cursor = given.get("cursor") or None
        self.limit = clamp(_number(given.get("limit")), PAGE_SIZE)
        order = given.get("sort", "") or spec.default_sort
        self.descending = order.startswith("-")
        self.sort = order.lstrip("-")
        self.page: Page[Any] = Page([], None)

    @cached_property
    def args(self) -> dict[str, str]:
        """What stands in the address, without the cursor."""
        order = ("-" if self.descending else "") + self.sort
        asked = {"q": self.q, **self.values, **self.kept}
        if order != self.spec.default_sort:
            asked["sort"] = order
        if self.limit != PAGE_SIZE:
            asked["limit"] = str(self.limit)
        return {name: value for name, value in asked.items() if value}

    @property
    def is_filtered(self) -> bool:
        """Whether anything narrows the list."""
        return bool(self.q or any(self.values.values()))

    @property
    def chips(self) -> list[tuple[str, str]]:
        """Each condition in force in words, with the address that drops it."""
        found = [(f"关键词：{self.q}", self.address(q=""))] if self.q else []
        for one in self.spec.filters:
            if value := self.values[one.name]:
                word = dict(one.options).get(value, value)
                found.append((f"{one.label}：{word}", self.address(**{one.name: ""})))
        return found

    def address(self, **changes: str) -> str:
        """Return this list's address with some conditions changed, from its first page."""
        asked = {n: v for n, v in {**self.args, **changes}.items() if v}
        return f"{self.path}?{urlencode(asked)}" if asked else self.path

    def next_address(self, cursor: str) -> str:
        """Return the address of the next page."""
        return self.address(cursor=cursor)

    def cleared(self) -> str:
        """Return the address without conditions."""
        return f"{self.path}?{urlencode(self.kept)}" if self.kept else self.path

    def sort_address(self, column: Column) -> str:
        """Return the address sorted by a column, or the other way round."""
        turned = self.sort == column.name and not self.descending
        return self.address(sort=("-" if turned else "") + column.name)

    def export(self, rows: Sequence[Any]) -> Response:
        """Return the rows as a workbook, with the columns that have a value."""
        columns = [column for column in self.spec.columns if column.value]
        head = [column.label for column in columns]
        lines = [[c.value(row) for c in columns if c.value] for row in rows]
        return workbook(self.spec.title, head, lines)


def fetch(session: Session, query: Select[Any], listing: Listing) -> Page[Any]:
    """Return the page that the address asks for: one statement, whatever lies before it."""
    rows = session.execute(_ordered(_narrowed(query, listing), listing, listing.limit + 1)).all()
    more = len(rows) > listing.limit
    rows = rows[: listing.limit]
    listing.page = Page([row[0] for row in rows], _cursor(rows[-1]) if more else None)
    return listing.page


def fetch_all(session: Session, query: Select[Any], listing: Listing) -> list[Any]:
    """Return every row for an export, up to a bound that a workbook bears."""
    listing.cursor = None
    rows = session.execute(_ordered(_narrowed(query, listing), listing, MOST_EXPORTED)).all()
    return [row[0] for row in rows]


def wants_export() -> bool:
    """Return whether the address asks for the workbook of this list."""
    return request.args.get("export") == "xlsx"


def _narrowed(query: Select[Any], listing: Listing) -> Select[Any]:
    spec = listing.spec
    if listing.q and spec.search_in:
        contains = [column.icontains(listing.q, autoescape=True) for column in spec.search_in]
        query = query.where(or_(*contains))
    for one in spec.filters:
        value = listing.values[one.name]
        if value and one.narrow:
            query = one.narrow(query, value)
    return query


def _ordered(query: Select[Any], listing: Listing, limit: int) -> Select[Any]:
    spec = listing.spec
    sorts = {c.name: c.sort for c in spec.columns if c.sort is not None}
    key = sorts.get(listing.sort)
    if key is None or spec.tie is None:
        raise ValueError("a list needs a default sort and a tie-breaker")
    query = query.add_columns(key.label("sort_key"), spec.tie.label("sort_tie"))
    if listing.cursor:
        query = query.where(_after(key, spec.tie, listing))
    turn = (key.desc(), spec.tie.desc()) if listing.descending else (key.asc(), spec.tie.asc())
    return query.order_by(None).order_by(*turn).limit(limit)


def _after(key: ColumnElement[Any], tie: ColumnElement[str], listing: Listing) -> Any:  # noqa: ANN401
    value, last = _key(listing.cursor or "", getattr(key.type, "impl", key.type).python_type)
    place = tuple_(key, tie)
    here = (value, last)
    return place < here if listing.descending else place > here


def _key(cursor: str, kind: type[Any]) -> tuple[Any, str]:
    value, last = decode_cursor(cursor, 2)
    try:
        if issubclass(kind, date):
            value = kind.fromisoformat(value)
    except (TypeError, ValueError):
        raise BadCursorError from None
    if not isinstance(value, kind) or not isinstance(last, str):
        raise BadCursorError
    return value, last


def _cursor(row: Any) -> str:  # noqa: ANN401
    value = row.sort_key
    if isinstance(value, datetime):
        value = to_china(value).isoformat()
    elif isinstance(value, date):
        value = value.isoformat()
    return encode_cursor(value, row.sort_tie)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 5 else None  # noqa: PLR2004


__all__ = [
    "Column",
    "Filter",
    "ListSpec",
    "Listing",
    "fetch",
    "fetch_all",
    "wants_export",
    "workbook",
]
