"""Answers a list's address: the page asked for, or the workbook of all that the filters find."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import Session

from models.paging import Page
from models.session import reading
from web.list_rows import fetch, fetch_all
from web.lists import MOST_EXPORTED, Filter, Listing, ListSpec, wants_export
from web.shell import current_shell

Details = Callable[[Session, Sequence[Any]], Mapping[str, Any]]
MakeSpec = Callable[[Mapping[str, Any]], ListSpec]


def list_page(
    template: str,
    spec: ListSpec | MakeSpec,
    query: Select[Any],
    details: Details = lambda _session, _rows: {},
    **words: object,
) -> ResponseReturnValue:
    """Return a list whose rows come straight from tables.

    ``details`` reads what belongs to the rows shown, all of them at once; a spec whose columns
    need that for the workbook is made from it.
    """
    listing = Listing(_made(spec, {}))
    with reading() as session:
        if wants_export():
            rows = fetch_all(session, query, listing)
            return Listing(_made(spec, details(session, rows))).export(rows)
        page = fetch(session, query, listing)
        found = details(session, page.items)
        return render_template(template, listing=listing, page=page, **found, **words)


def every_row(read: Callable[[str | None], Page[Any]]) -> list[Any]:
    """Return the rows of a list page by page, up to what a workbook bears."""
    rows: list[Any] = []
    cursor: str | None = None
    while len(rows) < MOST_EXPORTED:
        page = read(cursor)
        rows += page.items
        cursor = page.next
        if cursor is None:
            break
    return rows


def open_counties() -> dict[str, str]:
    """Return the open counties by code, without one that others belong to."""
    return {one.code: one.name for one in current_shell().counties if not one.is_whole}


def county_filter(column: ColumnElement[str], counties: Mapping[str, str]) -> Filter:
    """Return the filter by county."""
    return Filter(
        name="county",
        label="区县",
        options=tuple(counties.items()),
        narrow=lambda query, value: query.where(column == value),
    )


def _made(spec: ListSpec | MakeSpec, found: Mapping[str, Any]) -> ListSpec:
    return spec if isinstance(spec, ListSpec) else spec(found)
