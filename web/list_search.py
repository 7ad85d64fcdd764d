"""The words of a list's search: found in the tables that the list joins, then in the list itself.

Words asked of a project's title and a company's name at once no index serves: the whole join would
be walked. So each joined table is searched alone, and where few rows match, they lead to the few
rows of the list; many matches are met soon enough by walking the list in its order.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, false, or_, select, true
from sqlalchemy.orm import Session

from processes import few
from web.lists import Listing

Groups = dict[FromClause, list[ColumnElement[str]]]


def holds(column: ColumnElement[str], words: str) -> ColumnElement[bool]:
    """Return the condition for a column that holds the words, in capitals or not.

    Words without capitals, as Chinese ones are, spare the database turning every row's.
    """
    if words.lower() == words.upper():
        return column.contains(words, autoescape=True)
    return column.icontains(words, autoescape=True)


def worded(session: Session, query: Select[Any], listing: Listing) -> ColumnElement[bool]:
    """Return the condition for the rows of a list in which its words stand."""
    columns = listing.spec.search_in
    anywhere = or_(*(holds(column, listing.q) for column in columns)) if columns else true()
    groups = _joined(columns, listing.spec.tie)
    tie = listing.spec.tie
    if not groups or tie is None:
        return anywhere
    keys: set[str] = set()
    for table, group in groups.items():
        found = few.few_of(session, table.c.id, [or_(*(holds(one, listing.q) for one in group))])
        rows = _rows(session, query, tie, table.c.id.in_(found)) if found else found
        if rows is None or len(keys | set(rows)) > few.FEW:
            return anywhere
        keys |= set(rows)
    return tie.in_(sorted(keys)) if keys else false()


def _joined(columns: Sequence[ColumnElement[str]], tie: ColumnElement[str] | None) -> Groups:
    """Return the columns by their tables, or nothing when the list's own table is among them."""
    groups: Groups = {}
    for column in columns:
        table = getattr(column, "table", None)
        if table is None or "id" not in table.c or table is getattr(tie, "table", None):
            return {}
        groups.setdefault(table, []).append(column)
    return groups


def _rows(
    session: Session, query: Select[Any], tie: ColumnElement[str], where: ColumnElement[bool]
) -> list[str] | None:
    """Return the keys of the list's rows that lead to what was found, or None when many do."""
    seen = true() if query.whereclause is None else query.whereclause
    rows = select(tie).select_from(*query.get_final_froms()).where(seen, where)
    keys = list(session.scalars(rows.limit(few.FEW + 1)))
    return keys if len(keys) <= few.FEW else None
