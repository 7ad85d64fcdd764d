"""One helper for every list: search, filters kept in the address, sorting, paging, export.

A page describes its list once (:class:`ListSpec`), reads the address (:class:`Listing`) and, when
the rows come straight from a table, lets ``web/list_rows.py`` add search, filters, order, cursor.
The macros of ``components/filters.html``, ``table.html`` and ``paging.html`` draw the rest.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from flask import Response, request
from flask_babel import gettext
from sqlalchemy import ColumnElement, Select

from models.errors import InvalidError
from models.paging import Page, clamp
from web.i18n import translated
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
        known = {column.name for column in spec.columns if column.sort is not None}
        asked = given.get("sort", "")
        order = asked if asked.lstrip("-") in known else spec.default_sort
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
        found = [(gettext("关键词：%(text)s", text=self.q), self.address(q=""))] if self.q else []
        for one in self.spec.filters:
            if value := self.values[one.name]:
                word = dict(one.options).get(value, value)
                words = gettext(
                    "%(label)s：%(text)s", label=translated(one.label), text=translated(word)
                )
                found.append((words, self.address(**{one.name: ""})))
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
        head = [translated(column.label) for column in columns]
        lines = [[translated(c.value(row)) for c in columns if c.value] for row in rows]
        return workbook(translated(self.spec.title), head, lines)


class BadDateError(InvalidError):
    """A date in the address is none."""

    message = "日期的写法应为2026-11-20，请改正后重新查询。"


def date_of(text: str) -> date:
    """Return the day that stands in the address."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadDateError from None


def day_or_none(text: str) -> date | None:
    """Return the day that stands in the address, if one does."""
    return date_of(text) if text else None


def wants_export() -> bool:
    """Return whether the address asks for the workbook of this list."""
    return request.args.get("export") == "xlsx"


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 5 else None  # noqa: PLR2004
