"""The inbox (待办): whose items, in which order, page by page; no query per row.

Every way in which an item can be addressed is one branch with an index of its own; each branch
gives at most a page, so that a page costs the same whether ten items are open or a million.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    func,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from models.clock import business_now
from models.errors import InvalidError
from models.flow.instance import Instance
from models.flow.work_item import WorkItem, WorkItemState
from models.identity.account import Account
from models.identity.actor import EVERYWHERE, Actor
from models.identity.party import Party
from models.paging import Page, clamp, decode_place, encode_cursor
from models.project import Project
from processes.inbox_rows import STATE_VIEWS, VIEWS, ItemQuery, ItemRow, View
from processes.item_view import ItemView, item_view
from processes.searching import items_about

__all__ = [
    "STATE_VIEWS",
    "VIEWS",
    "ItemQuery",
    "ItemRow",
    "ItemView",
    "View",
    "count_items",
    "item_view",
    "list_items",
]

MOST_COUNTED = 100
"""Counts beyond this are shown as “99+”: an exact one would read every row."""
IS_OPEN: ColumnElement[bool] = literal_column("work_item.state IN ('ready','claimed')")
IS_CLAIMED: ColumnElement[bool] = literal_column("work_item.state = 'claimed'")
"""Spelled out, not bound: SQLite uses a partial index only where its own words stand."""


class ViewUnknownError(InvalidError):
    """No such list."""

    message = "没有这样的待办列表，请返回工作台重新打开。"


COLUMNS = [
    getattr(WorkItem, name) for name in ItemRow.__dataclass_fields__ if hasattr(WorkItem, name)
]


def list_items(
    session: Session,
    actor: Actor,
    query: ItemQuery | None = None,
    *,
    limit: int | None = None,
    cursor: str | None = None,
) -> Page[ItemRow]:
    """Return one page of the actor's items, the most urgent first (done ones: the latest)."""
    query, size = query or ItemQuery(), clamp(limit)
    if query.view not in VIEWS:
        raise ViewUnknownError
    about = items_about(session, query.q)
    pages = [
        select(page)
        for branch in branches(actor, query, about)
        for page in [_cut(branch, query, cursor, size + 1).subquery()]
    ]
    if not pages:
        return Page([], None)
    rows = [ItemRow(*row) for row in session.execute(_joined(pages, query, size + 1))]
    more = rows[size - 1] if len(rows) > size else None
    return Page(rows[:size], _cursor(more, query) if more else None)


def count_items(session: Session, actor: Actor, view: View) -> int:
    """Return how many items a list holds, counted up to ``MOST_COUNTED``."""
    found = [
        select(page)
        for branch in branches(actor, ItemQuery(view=view), None)
        for page in [branch.with_only_columns(WorkItem.id).limit(MOST_COUNTED).subquery()]
    ]
    if not found:
        return 0
    bounded = select(union_all(*found).subquery()).limit(MOST_COUNTED).subquery()
    return session.scalar(select(func.count()).select_from(bounded)) or 0


def branches(
    actor: Actor, query: ItemQuery, about: ColumnElement[bool] | None
) -> Iterator[Select[Any]]:
    """Yield one query for each way in which an item can be this actor's."""
    base = select(*COLUMNS).where(*_filters(query, about))
    if query.view == "done":
        yield base.where(WorkItem.done_by == actor.account_id)
        return
    if query.view == "mine":
        yield base.where(IS_CLAIMED, WorkItem.claimed_by == actor.account_id)
        return
    base = base.where(IS_OPEN, *_of_view(query.view))
    yield base.where(WorkItem.account_id == actor.account_id)
    unnamed = base.where(WorkItem.account_id.is_(None))
    if actor.party_id is not None and actor.grants:
        roles = or_(*(_role(role, county) for role, county in sorted(actor.grants)))
        yield unnamed.where(WorkItem.party_id == actor.party_id, roles)
    for role, county in sorted(actor.grants):
        if county != EVERYWHERE and (role, EVERYWHERE) in actor.grants:
            continue  # the wider grant's branch holds these rows already
        yield unnamed.where(WorkItem.party_id.is_(None), _role(role, county))


def _role(role: str, county: str) -> ColumnElement[bool]:
    if county == EVERYWHERE:
        return WorkItem.role == role
    return (WorkItem.role == role) & (WorkItem.county_code == county)


def _of_view(view: View) -> Iterator[ColumnElement[bool]]:
    if view == "claimable":
        yield WorkItem.state == WorkItemState.READY
    if view == "overdue":
        yield WorkItem.ordered_at < business_now()


def _filters(query: ItemQuery, about: ColumnElement[bool] | None) -> Iterator[ColumnElement[bool]]:
    if query.flow:
        yield WorkItem.flow == query.flow
    if query.county:
        yield WorkItem.county_code == query.county
    if query.step:
        yield WorkItem.step == query.step
    if query.due_before is not None:
        yield WorkItem.ordered_at < query.due_before
    if about is not None:
        yield about


def _order(query: ItemQuery) -> tuple[Any, bool]:
    return (WorkItem.done_at, True) if query.view == "done" else (WorkItem.ordered_at, False)


def _cut(branch: Select[Any], query: ItemQuery, cursor: str | None, most: int) -> Select[Any]:
    column, falling = _order(query)
    if cursor:
        key = tuple_(column, WorkItem.id)
        moment, item_id = decode_place(cursor)
        place = tuple_(literal(moment, column.type), literal(item_id))
        branch = branch.where(key < place if falling else key > place)
    order = (column.desc(), WorkItem.id.desc()) if falling else (column, WorkItem.id)
    return branch.order_by(*order).limit(most)


def _cursor(row: ItemRow, query: ItemQuery) -> str:
    moment = row.done_at if query.view == "done" else row.ordered_at
    return encode_cursor(moment, row.id)


def _joined(pages: list[Select[Any]], query: ItemQuery, most: int) -> Select[Any]:
    items = union_all(*pages).subquery()
    holder, owner = aliased(Account), aliased(Party)
    joined = (
        select(
            *(*items.c, Project.title, Project.number, owner.name, holder.name, Instance.subject)
        )
        .select_from(items)
        .outerjoin(Project, Project.id == items.c.project_id)
        .outerjoin(owner, owner.id == Project.owner_id)
        .outerjoin(holder, holder.id == items.c.claimed_by)
        .outerjoin(Instance, Instance.id == items.c.instance_id)
    )
    if query.view == "done":
        return joined.order_by(items.c.done_at.desc(), items.c.id.desc()).limit(most)
    return joined.order_by(items.c.ordered_at, items.c.id).limit(most)
