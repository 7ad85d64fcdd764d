"""Paging of rows that are computed, not read from a table: the cursor is a place in the list."""

from collections.abc import Sequence
from typing import Any

from models.paging import BadCursorError, Page, decode_cursor, encode_cursor
from web.lists import Listing


def page_of(rows: Sequence[Any], listing: Listing) -> Page[Any]:
    """Return the page that the address asks for."""
    start = _start(listing.cursor)
    end = start + listing.limit
    listing.page = Page(rows[start:end], encode_cursor(end) if end < len(rows) else None)
    return listing.page


def _start(cursor: str | None) -> int:
    if cursor is None:
        return 0
    (start,) = decode_cursor(cursor, 1)
    if type(start) is not int or start < 0:
        raise BadCursorError
    return start
