"""What may be asked of a list of projects, and the conditions that it means."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from models.clock import midnight
from models.identity.party import Party
from models.project import Management, Project, ProjectPhase, SelectionMethod

RUNNING, OVER = "running", "over"
STATES = {RUNNING: "进行中", OVER: "已结束"}
"""A project is running from its first notice until its case is over."""


@dataclass(frozen=True, kw_only=True)
class ProjectQuery:
    """What is asked for, as it stands in the address; a ``sort`` with ``-`` falls.

    ``since`` and ``until`` bound the registration, ``announced_*`` the contracting (the first
    notice), ``traded_*`` the first published result.
    """

    q: str = ""
    title: str = ""
    number: str = ""
    owner: str = ""
    county: str = ""
    works_type: str = ""
    phase: ProjectPhase | None = None
    state: str = ""
    method: SelectionMethod | None = None
    management: Management | None = None
    since: date | None = None
    until: date | None = None
    announced_since: date | None = None
    announced_until: date | None = None
    traded_since: date | None = None
    traded_until: date | None = None
    sort: str = "-created"
    limit: int | None = None
    cursor: str | None = None


def conditions(query: ProjectQuery) -> list[ColumnElement[bool]]:
    """Return what the query asks of a project; nothing when it asks nothing."""
    equal = (
        (Project.county_code, query.county),
        (Project.works_type, query.works_type),
        (Project.phase, query.phase),
        (Project.method, query.method),
        (Project.management, query.management),
    )
    found: list[ColumnElement[bool]] = [column == value for column, value in equal if value]
    if query.q:
        found.append(worded(query.q))
    if query.title:
        found.append(_holds(Project.title, query.title))
    if query.number:
        found.append(_holds(Project.number, query.number))
    if query.owner:
        found.append(Project.owner_id.in_(named(query.owner)))
    if query.state in STATES:
        ended = Project.ended_at
        found.append(ended.is_(None) if query.state == RUNNING else ended.is_not(None))
    return (
        found
        + days(Project.created_at, query.since, query.until)
        + days(Project.announced_at, query.announced_since, query.announced_until)
        + days(Project.traded_at, query.traded_since, query.traded_until)
    )


def worded(words: str) -> ColumnElement[bool]:
    """Return the condition for projects whose title, number or owner holds the words."""
    return or_(
        _holds(Project.title, words),
        _holds(Project.number, words),
        Project.owner_id.in_(named(words)),
    )


def named(words: str) -> Any:  # noqa: ANN401 - a Select keeps its own type
    """Return the query for the ids of organisations whose name holds the words."""
    return select(Party.id).where(Party.name.contains(words, autoescape=True))


def days(column: Any, first: date | None, last: date | None) -> list[ColumnElement[bool]]:  # noqa: ANN401
    """Return the conditions for a moment between two days, both included."""
    found: list[ColumnElement[bool]] = []
    if first:
        found.append(column >= midnight(first))
    if last:
        found.append(column < midnight(last + timedelta(days=1)))
    return found


def _holds(column: Any, words: str) -> ColumnElement[bool]:  # noqa: ANN401 - a column
    held: ColumnElement[bool] = column.contains(words, autoescape=True)
    return held
