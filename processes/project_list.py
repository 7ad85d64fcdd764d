"""The list of projects for those who run or watch them: own scope, search, filters, keyset."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, false, or_, select, true
from sqlalchemy.orm import Session, joinedload

from models.clock import to_china
from models.flow.work_item import WorkItem
from models.identity.actor import EVERYWHERE, Actor
from models.identity.party import Party
from models.paging import BadCursorError, Page, clamp, decode_cursor, encode_cursor
from models.project import Project
from processes.few import narrowed
from processes.project_query import ProjectQuery, conditions

OWN_ROLES = frozenset({"owner", "selection_officer", "monitor"})
COUNTY_ROLES = frozenset({"trading_centre", "centre_leader", "regulator", "oversight_authority"})
"""Roles that look over a whole county; the others see the projects of their own party."""
AGENCY = "agency"
CASE_ROLES = frozenset({AGENCY, "supervisor", "auditor"})
"""Roles that see the projects in which their party has or had something to do."""
READERS = OWN_ROLES | COUNTY_ROLES | CASE_ROLES
SORTS: dict[str, Any] = {
    "announced": Project.announced_at,
    "created": Project.created_at,
    "number": Project.number,
    "price": Project.ceiling_price,
}
PUBLIC = Project.announced_at.is_not(None)
"""Everybody may know of a project from its first notice on; ``announced`` sorts these alone."""


def list_projects(session: Session, actor: Actor, query: ProjectQuery) -> Page[Project]:
    """Return the projects in the actor's scope, one page of them."""
    return _page(session, scope(actor), query)


def list_announced(session: Session, query: ProjectQuery) -> Page[Project]:
    """Return the projects that everybody may know of, one page of them."""
    return _page(session, PUBLIC, query)


def every_project(
    session: Session, actor: Actor, query: ProjectQuery, *, most: int
) -> list[Project]:
    """Return all in the actor's scope that the query finds, up to ``most``, for an export."""
    return _rows(session, scope(actor), query, most)


def every_announced(session: Session, query: ProjectQuery, *, most: int) -> list[Project]:
    """Return all that everybody may know of and the query finds, up to ``most``."""
    return _rows(session, PUBLIC, query, most)


def _page(session: Session, visible: ColumnElement[bool], query: ProjectQuery) -> Page[Project]:
    size = clamp(query.limit)
    rows = _rows(session, visible, query, size + 1)
    shown = rows[:size]
    return Page(shown, _cursor(shown[-1], query) if len(rows) > size else None)


def _rows(
    session: Session, visible: ColumnElement[bool], query: ProjectQuery, most: int
) -> list[Project]:
    where = narrowed(session, Project.id, visible, conditions(query))
    names_alone = joinedload(Project.owner).lazyload(Party.roles)
    chosen = select(Project).where(*where).options(names_alone)
    return list(session.scalars(_ordered(chosen, query).limit(most)))


def scope(actor: Actor) -> ColumnElement[bool]:
    """Return the condition under which a project is the actor's to see."""
    conditions: list[ColumnElement[bool]] = []
    if actor.party_id and actor.roles & OWN_ROLES:
        conditions.append(Project.owner_id == actor.party_id)
    if actor.party_id and actor.roles & CASE_ROLES:
        conditions.append(Project.id.in_(_takes_part_in(actor.party_id)))
    counties = {county for role in COUNTY_ROLES for county in actor.counties_of(role)}
    if EVERYWHERE in counties:
        return true()
    if counties:
        conditions.append(Project.county_code.in_(sorted(counties)))
    return or_(*conditions) if conditions else false()


def _takes_part_in(party_id: str) -> Any:  # noqa: ANN401 - a Select keeps its own type
    """Return the query for the projects that a party had work in or runs as their agency."""
    works_in = select(WorkItem.project_id).where(WorkItem.party_id == party_id)
    return works_in.union(select(Project.id).where(Project.agency_id == party_id))


def _ordered(chosen: Select[Project], query: ProjectQuery) -> Select[Project]:
    name, falls = query.sort.lstrip("-"), query.sort.startswith("-")
    column = SORTS.get(name, Project.created_at)
    if query.cursor:
        key, last = decode_cursor(query.cursor, 2)
        value = _value(name, key)
        beyond = column < value if falls else column > value
        further = Project.id < last if falls else Project.id > last
        # the first condition says nothing new, but where in the index to begin
        chosen = chosen.where(column <= value if falls else column >= value)
        chosen = chosen.where(or_(beyond, further))
    if falls:
        return chosen.order_by(column.desc(), Project.id.desc())
    return chosen.order_by(column, Project.id)


def _value(name: str, key: object) -> object:
    kind = {"number": str, "price": int}.get(name)
    if kind is None:
        try:
            return to_china(datetime.fromisoformat(str(key)))
        except ValueError:
            raise BadCursorError from None
    if not isinstance(key, kind):
        raise BadCursorError
    return key


def _cursor(project: Project, query: ProjectQuery) -> str:
    name = query.sort.lstrip("-")
    column = SORTS.get(name, Project.created_at)
    value = getattr(project, column.key)
    return encode_cursor(value.isoformat() if isinstance(value, datetime) else value, project.id)
