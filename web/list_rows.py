"""The rows of a list that come straight from a table: searched, narrowed, ordered, by the page."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, tuple_
from sqlalchemy.orm import Session

from models.clock import to_china
from models.paging import BadCursorError, Page, decode_cursor, encode_cursor
from web.list_search import worded
from web.lists import MOST_EXPORTED, Listing


def fetch(session: Session, query: Select[Any], listing: Listing) -> Page[Any]:
    """Return the page that the address asks for: one statement, whatever lies before it."""
    rows = session.execute(
        _ordered(_narrowed(session, query, listing), listing, listing.limit + 1)
    ).all()
    more = len(rows) > listing.limit
    rows = rows[: listing.limit]
    listing.page = Page([row[0] for row in rows], _cursor(rows[-1]) if more else None)
    return listing.page


def fetch_all(session: Session, query: Select[Any], listing: Listing) -> list[Any]:
    """Return every row for an export, up to a bound that a workbook bears."""
    listing.cursor = None
    rows = session.execute(
        _ordered(_narrowed(session, query, listing), listing, MOST_EXPORTED)
    ).all()
    return [row[0] for row in rows]


def _narrowed(session: Session, query: Select[Any], listing: Listing) -> Select[Any]:
    for one in listing.spec.filters:
        value = listing.values[one.name]
        if value and one.narrow:
            query = one.narrow(query, value)
    return query.where(worded(session, query, listing)) if listing.q else query


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
