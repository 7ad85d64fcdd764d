"""The figures of this week and the last (HR-2.2.1, HR-4.3), from what is public, by sums alone."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from models.base import Fen
from models.clock import business_now, midnight
from models.completion import Completion
from models.project import Project, ProjectPhase

WEEK = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Week:
    """One week: projects traded and their amount, projects under way, works settled (fen)."""

    projects: int
    amount: Fen
    running: int
    settlement: Fen


@dataclass(frozen=True)
class Figures:
    """What portal and desks count."""

    this_week: Week
    last_week: Week
    announced: int
    monday: date
    """The first day of this week."""


def home_figures(session: Session, county: str) -> Figures:
    """Count for one county, or for the whole city when ``county`` is empty: three statements.

    A project counts as traded in the week of its first published result, as running in every week
    in which it was announced and its case not over, as settled in the week of its acceptance.
    """
    today = business_now().date()
    monday = midnight(today - timedelta(days=today.weekday()))
    weeks = ((monday, monday + WEEK), (monday - WEEK, monday))
    traded = session.execute(_traded(county, weeks)).one()
    under_way = session.execute(_running(county, weeks)).one()
    settled = session.execute(_settled(county, weeks)).one()
    this, last = (
        Week(
            projects=int(traded[2 * n] or 0),
            amount=int(traded[2 * n + 1] or 0),
            running=int(under_way[n] or 0),
            settlement=int(settled[n] or 0),
        )
        for n in (0, 1)
    )
    return Figures(this, last, int(under_way[2] or 0), monday.date())


Weeks = tuple[tuple[datetime, datetime], ...]


def _traded(county: str, weeks: Weeks) -> Select[Any]:
    sums: list[ColumnElement[Any]] = []
    for start, end in weeks:
        here = and_(Project.traded_at >= start, Project.traded_at < end)
        sums += [func.count().filter(here), func.sum(Project.award_price).filter(here)]
    # an award that was given back counts again, in its first week, once there is a new winner
    query: Select[Any] = select(*sums).where(
        *_within(Project.traded_at, weeks), Project.winner_id.is_not(None)
    )
    return _in(query, county)


def _running(county: str, weeks: Weeks) -> Select[Any]:
    begun = Project.announced_at
    counts: list[ColumnElement[Any]] = [
        func.count().filter(begun < end, or_(Project.ended_at.is_(None), Project.ended_at >= start))
        for start, end in weeks
    ]
    announced = func.count().filter(Project.phase == ProjectPhase.ANNOUNCED)
    first = min(start for start, _ in weeks)
    query: Select[Any] = select(*counts, announced).where(
        begun.is_not(None), or_(Project.ended_at.is_(None), Project.ended_at >= first)
    )
    return _in(query, county)


def _settled(county: str, weeks: Weeks) -> Select[Any]:
    at = Completion.acceptance_registered_at
    sums: list[ColumnElement[Any]] = [
        func.sum(Completion.audited_settlement).filter(at >= start, at < end)
        for start, end in weeks
    ]
    query: Select[Any] = select(*sums).where(*_within(at, weeks))
    if not county:
        return query
    # by its county alone a planner would begin with every project of the county
    return query.join(Project).where(func.coalesce(Project.county_code, "") == county)


def _within(column: Any, weeks: Weeks) -> list[ColumnElement[bool]]:  # noqa: ANN401 - a column
    return [column >= min(one for one, _ in weeks), column < max(one for _, one in weeks)]


def _in(query: Select[Any], county: str) -> Select[Any]:
    return query.where(Project.county_code == county) if county else query
