"""The home page's figures of this week and the last (HR-2.2.1), from published results alone."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.base import Fen
from models.clock import business_now, midnight
from models.notice import Notice, NoticeKind
from models.project import Project, ProjectPhase

RUNNING = (
    ProjectPhase.ANNOUNCED,
    ProjectPhase.FROZEN,
    ProjectPhase.BIDDING,
    ProjectPhase.BIDS_CLOSED,
    ProjectPhase.DRAWN,
    ProjectPhase.PUBLICISED,
)


@dataclass(frozen=True)
class Week:
    """Projects whose result was published in one week, and their amount in fen."""

    projects: int
    amount: Fen


@dataclass(frozen=True)
class Figures:
    """What the home page counts."""

    this_week: Week
    last_week: Week
    running: int
    announced: int
    monday: date


def home_figures(session: Session, county: str) -> Figures:
    """Count for one county, or for the whole city when ``county`` is empty."""
    today = business_now().date()
    monday = midnight(today - timedelta(days=today.weekday()))
    week = timedelta(days=7)
    return Figures(
        _traded(session, county, monday, monday + week),
        _traded(session, county, monday - week, monday),
        _count(session, county, RUNNING),
        _count(session, county, (ProjectPhase.ANNOUNCED,)),
        monday.date(),
    )


def _traded(session: Session, county: str, start: datetime, end: datetime) -> Week:
    # A project whose result was publicised again counts once, in the week it was first traded.
    first = (
        select(Notice.project_id, func.min(Notice.published_at).label("at"))
        .where(Notice.kind == NoticeKind.AWARD_NOTICE, Notice.published_at <= business_now())
        .group_by(Notice.project_id)
        .subquery()
    )
    query = (
        select(func.count(), func.coalesce(func.sum(Project.award_price), 0))
        .select_from(first)
        .join(Project, Project.id == first.c.project_id)
        .where(first.c.at >= start, first.c.at < end, Project.winner_id.is_not(None))
    )
    if county:
        query = query.where(Project.county_code == county)
    count, amount = session.execute(query).one()
    return Week(count, int(amount or 0))


def _count(session: Session, county: str, phases: tuple[ProjectPhase, ...]) -> int:
    query = select(func.count()).select_from(Project).where(Project.phase.in_(phases))
    if county:
        query = query.where(Project.county_code == county)
    return session.scalar(query) or 0
