"""Keyset paging: a page costs the same however many rows lie before it."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import orjson

from models.clock import to_china
from models.errors import InvalidError

Row = TypeVar("Row")
MOST = 200


class BadCursorError(InvalidError):
    """The cursor in the address was not made by this list."""

    message = "翻页位置无效，请回到列表第一页重新查看。"


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows of a list, and the cursor of the next page or None."""

    items: Sequence[Row]
    next: str | None


def encode_cursor(*key: Any) -> str:  # noqa: ANN401
    """Return the sort key of the last row as text for an address."""
    return base64.urlsafe_b64encode(orjson.dumps(key)).decode().rstrip("=")


def decode_cursor(text: str, size: int) -> list[Any]:
    """Return the sort key again; raise :class:`BadCursorError` when it is not one of ours."""
    try:
        key = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError):
        raise BadCursorError from None
    if not isinstance(key, list) or len(key) != size:
        raise BadCursorError
    return key


def decode_place(text: str) -> tuple[datetime, str]:
    """Return the moment and the id of the last row of a list that is ordered by these."""
    moment, row_id = decode_cursor(text, 2)
    try:
        return to_china(datetime.fromisoformat(moment)), str(row_id)
    except (TypeError, ValueError, OverflowError):
        raise BadCursorError from None


def clamp(limit: int | None, default: int = 20) -> int:
    """Return a page size between 1 and the most that one page may hold."""
    return max(1, min(limit or default, MOST))
