"""How long lists are searched: few matches are found first, many are met in the list's order.

No index serves a word in the middle of a title. What matches little is found by one scan that reads
an index alone and is then looked up by key; what matches much is met soon enough by walking the
list in its order. Neither way sorts the whole table.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, false, select
from sqlalchemy.orm import Session

FEW = 1000


def few_of(session: Session, key: Any, where: Sequence[Any]) -> list[str] | None:  # noqa: ANN401
    """Return the keys of the rows under conditions, or None when there are more than a few."""
    found = list(session.scalars(select(key).where(*where).limit(FEW + 1)))
    return found if len(found) <= FEW else None


def narrowed(
    session: Session,
    key: Any,  # noqa: ANN401
    visible: ColumnElement[bool],
    asked: Sequence[ColumnElement[bool]],
) -> list[ColumnElement[bool]]:
    """Return the conditions to list rows by: their keys when few match, else what was asked."""
    found = few_of(session, key, [visible, *asked]) if asked else None
    if found is None:
        return [visible, *asked]
    return [key.in_(found)] if found else [false()]
