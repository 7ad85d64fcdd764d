"""Public lists run from the newest to the oldest: the cursor is a moment and an id."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from models.clock import to_china
from models.paging import BadCursorError, decode_cursor, encode_cursor


def after(cursor: str, at: Any, id_: Any) -> ColumnElement[bool]:  # noqa: ANN401 - columns
    """Return the condition of the rows that follow a page; refuse what is no cursor of ours."""
    key, last = decode_cursor(cursor, 2)
    if not isinstance(key, str) or not isinstance(last, str):
        raise BadCursorError
    try:
        moment = to_china(datetime.fromisoformat(key))
    except ValueError:
        raise BadCursorError from None
    # the first condition says nothing new, but where in the index to begin
    return and_(at <= moment, or_(at < moment, id_ < last))


def cursor_of(at: datetime | None, id_: str) -> str:
    """Return the cursor after a row; only published rows are listed, so the moment is there."""
    if at is None:
        raise ValueError("a listed row has its moment")
    return encode_cursor(at.isoformat(), id_)
