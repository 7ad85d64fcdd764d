"""What a visitor may ask of the list of notices, and the conditions that it means."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_
from sqlalchemy.orm import Session

from models.clock import business_now, midnight
from models.notice import NOTICE_TITLES, Notice, NoticeKind
from models.project import Project, ProjectPhase
from processes.few import few_of
from processes.project_query import ProjectQuery, days, worded
from processes.project_query import conditions as project_conditions

RUNNING = "running"
PERIODS = {RUNNING: "期限内", "over": "已截止"}
"""Joining or publicity still runs, or is over; notices without a period are in neither."""
OF_THEIR_OWN = (NoticeKind.CORRIGENDUM, NoticeKind.TERMINATION_NOTICE)
"""Kinds whose titles say more than the project's title and the kind."""


@dataclass(frozen=True, kw_only=True)
class NoticeQuery:
    """What a visitor asks for; every field is optional and lives in the address.

    ``since`` and ``until`` bound the publication; a notice is in force at some time between
    ``first`` and ``last``.
    """

    kinds: tuple[NoticeKind, ...] = ()
    county: str = ""
    q: str = ""
    title: str = ""
    number: str = ""
    works_type: str = ""
    owner: str = ""
    phase: ProjectPhase | None = None
    period: str = ""
    since: date | None = None
    until: date | None = None
    first: date | None = None
    last: date | None = None
    limit: int | None = None
    cursor: str | None = None


def conditions(session: Session, query: NoticeQuery) -> list[ColumnElement[bool]]:
    """Return the conditions on published notices joined to their projects."""
    own, about = _of_notice(query), _of_project(query)
    if query.q:
        return [*own, *about, _worded(session, query, about)]
    found = few_of(session, Project.id, about) if about else None
    if found is None:
        return [*own, *about]
    return [*own, Notice.project_id.in_(found)] if found else [false()]


def _of_notice(query: NoticeQuery) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [Notice.published_at <= business_now()]
    if query.kinds:
        found.append(Notice.kind.in_(query.kinds))
    if query.county:
        found.append(Notice.county_code == query.county)
    if query.period in PERIODS:
        found.append(_runs() if query.period == RUNNING else Notice.ends_at <= business_now())
    if query.first:
        ends: Any = func.coalesce(Notice.ends_at, Notice.published_at, type_=Notice.ends_at.type)
        found.append(ends >= midnight(query.first))
    if query.last:
        found.append(Notice.published_at < midnight(query.last + timedelta(days=1)))
    return found + days(Notice.published_at, query.since, query.until)


def _runs() -> ColumnElement[bool]:
    return Notice.ends_at > business_now()


def _of_project(query: NoticeQuery) -> list[ColumnElement[bool]]:
    asked = ProjectQuery(
        title=query.title,
        number=query.number,
        owner=query.owner,
        works_type=query.works_type,
        phase=query.phase,
    )
    return project_conditions(asked)


def _worded(
    session: Session, query: NoticeQuery, about: list[ColumnElement[bool]]
) -> ColumnElement[bool]:
    """Return the condition for notices that the words name, by the few that match where few do."""
    words, titled = query.q, _titled(query)
    kinds = [kind for kind, title in NOTICE_TITLES.items() if words in title]
    projects = None if kinds else few_of(session, Project.id, [*about, worded(words)])
    notices = None if projects is None else few_of(session, Notice.id, [titled])
    if projects is None or notices is None:
        return or_(worded(words), titled, Notice.kind.in_(kinds))
    if projects and notices:
        return or_(Notice.project_id.in_(projects), Notice.id.in_(notices))
    if projects:
        return Notice.project_id.in_(projects)
    return Notice.id.in_(notices) if notices else false()


def _titled(query: NoticeQuery) -> ColumnElement[bool]:
    """Return the condition for titles that hold the words, or for a whole title put in as words."""
    asked = query.kinds or tuple(NoticeKind)
    own = [kind for kind in OF_THEIR_OWN if kind in asked]
    whole = and_(Notice.kind.in_(asked), Notice.title == query.q)
    if not own:
        return whole
    return or_(and_(Notice.kind.in_(own), Notice.title.contains(query.q, autoescape=True)), whole)
