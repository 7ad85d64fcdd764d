"""What is late (超期督办): open items past their deadline, and items that were done too late.

Offices that oversee a county see all of it, a party its own, everybody what is in their hands. Each
way in which an item can be somebody's is one branch with an index of its own, as in the inbox.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Select,
    func,
    literal,
    literal_column,
    select,
    tuple_,
    union,
)
from sqlalchemy.orm import Session, aliased

from models.clock import business_now, midnight
from models.flow.instance import Instance, InstanceStatus
from models.flow.work_item import WorkItem
from models.identity.account import Account
from models.identity.actor import EVERYWHERE, Actor
from models.identity.party import Party
from models.paging import Page, clamp, decode_place, encode_cursor
from models.project import Project
from processes.access import OVERSEERS
from processes.searching import items_about, parties_named

View = Literal["open", "done"]
MOST_COUNTED = 100
IS_OPEN: ColumnElement[bool] = literal_column(
    "work_item.state IN ('ready','claimed') AND work_item.due_at IS NOT NULL"
)
DONE_LATE: ColumnElement[bool] = literal_column(
    "work_item.state = 'done' AND work_item.done_at > work_item.due_at"
)
"""Spelled out, not bound: SQLite uses a partial index only where its own words stand."""


@dataclass(frozen=True, kw_only=True)
class LateQuery:
    """What is asked for, as it stands in the address; ``before`` says how long it is late."""

    view: View = "open"
    q: str = ""
    flow: str = ""
    role: str = ""
    party: str = ""
    county: str = ""
    before: datetime | None = None
    since: date | None = None
    until: date | None = None
    newest_first: bool = False


@dataclass(frozen=True)
class LateRow:
    """One line: what is late, since when, who holds it, who was told when."""

    id: str
    instance_id: str
    flow: str
    county_code: str
    project_id: str | None
    title: str
    role: str
    due_at: datetime
    ordered_at: datetime
    done_at: datetime | None
    reminded_at: datetime | None
    escalate_role: str
    escalated_at: datetime | None
    escalated_to: int | None
    status: InstanceStatus
    project_title: str | None
    project_number: str | None
    party_name: str | None
    holder_name: str | None

    @property
    def ended(self) -> datetime:
        """Until when it was late: until it was done, or until now."""
        return self.done_at or business_now()


OWN = [getattr(WorkItem, name) for name in LateRow.__dataclass_fields__ if hasattr(WorkItem, name)]
KEYS = (WorkItem.id, WorkItem.ordered_at, WorkItem.done_at)


def list_late(
    session: Session,
    actor: Actor,
    query: LateQuery,
    *,
    limit: int | None = None,
    cursor: str | None = None,
) -> Page[LateRow]:
    """Return one page of what is late: the longest late first, or what was done late last."""
    size = clamp(limit)
    keys: Any = select(*KEYS).where(*_filters(session, query))
    found: list[Select[Any]] = [
        select(page)
        for mine in _mine(actor, query)
        for page in [_cut(keys.where(mine), query, cursor, size + 1).subquery()]
    ]
    rows = [LateRow(*row) for row in session.execute(_shown(found, query, size + 1))]
    more = rows[size - 1] if len(rows) > size else None
    place = encode_cursor(_key(more, query), more.id) if more else None
    return Page(rows[:size], place)


def count_late(session: Session, actor: Actor) -> int:
    """Return how many open items are late in this person's sight, as far as they are counted."""
    query = LateQuery()
    filters = list(_filters(session, query))
    found = [
        select(select(WorkItem.id).where(*filters, mine).limit(MOST_COUNTED).subquery())
        for mine in _mine(actor, query)
    ]
    bounded = select(union(*found).subquery()).limit(MOST_COUNTED).subquery()
    return session.scalar(select(func.count()).select_from(bounded)) or 0


def oversees(actor: Actor) -> bool:
    """Return whether somebody looks over everything of a county."""
    return bool(actor.roles & set(OVERSEERS))


def _mine(actor: Actor, query: LateQuery) -> Iterator[ColumnElement[bool]]:
    """Yield a condition for each way in which this person sees an item."""
    counties = {code for role in OVERSEERS for code in actor.counties_of(role)}
    if EVERYWHERE in counties:
        yield WorkItem.id.is_not(None)
        return  # everything is seen: the narrower ways would find nothing more
    for code in sorted(counties):
        yield WorkItem.county_code == code
    if actor.party_id is not None:
        yield WorkItem.party_id == actor.party_id
    if query.view == "done":
        yield WorkItem.done_by == actor.account_id
        return
    yield WorkItem.account_id == actor.account_id
    yield literal_column("work_item.state = 'claimed'") & (WorkItem.claimed_by == actor.account_id)


def _filters(session: Session, query: LateQuery) -> Iterator[ColumnElement[bool]]:
    if query.view == "done":
        yield DONE_LATE
        if query.since is not None:
            yield WorkItem.done_at >= midnight(query.since)
        if query.until is not None:
            yield WorkItem.done_at < midnight(query.until + timedelta(days=1))
    else:
        yield IS_OPEN
        yield WorkItem.ordered_at < min(query.before or business_now(), business_now())
    for column, value in (
        (WorkItem.flow, query.flow),
        (WorkItem.role, query.role),
        (WorkItem.county_code, query.county),
    ):
        if value:
            yield column == value
    if query.party:
        yield WorkItem.party_id.in_(list(session.scalars(parties_named(query.party))))
    about = items_about(session, query.q)
    if about is not None:
        yield about


def _cut(keys: Select[Any], query: LateQuery, cursor: str | None, most: int) -> Select[Any]:
    column = _column(query)
    if cursor:
        moment, item_id = decode_place(cursor)
        key = tuple_(column, WorkItem.id)
        place = tuple_(literal(moment, column.type), literal(item_id))
        keys = keys.where(key < place if query.newest_first else key > place)
    turn = (column, WorkItem.id)
    order = [each.desc() for each in turn] if query.newest_first else list(turn)
    return keys.order_by(*order).limit(most)


def _shown(found: list[Select[Any]], query: LateQuery, most: int) -> Select[Any]:
    """Join to the few items of this page what is read of them."""
    page = union(*found).subquery()
    owner, holder = aliased(Party), aliased(Account)
    person = func.coalesce(WorkItem.done_by, WorkItem.claimed_by, WorkItem.account_id)
    column = page.c.done_at if query.view == "done" else page.c.ordered_at
    order = (column.desc(), page.c.id.desc()) if query.newest_first else (column, page.c.id)
    columns = (Instance.status, Project.title, Project.number, owner.name, holder.name)
    return (
        select(*OWN, *columns)
        .select_from(page)
        .join(WorkItem, WorkItem.id == page.c.id)
        .join(Instance, Instance.id == WorkItem.instance_id)
        .outerjoin(Project, Project.id == WorkItem.project_id)
        .outerjoin(owner, owner.id == WorkItem.party_id)
        .outerjoin(holder, holder.id == person)
        .order_by(*order)
        .limit(most)
    )


def _column(query: LateQuery) -> Any:  # noqa: ANN401 - a mapped column
    return WorkItem.done_at if query.view == "done" else WorkItem.ordered_at


def _key(row: LateRow, query: LateQuery) -> datetime | None:
    return row.done_at if query.view == "done" else row.ordered_at
