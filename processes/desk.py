"""What a person's desk shows: urgent items, the next five working days, what was done last."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.calendar import Calendar, CalendarYearMissingError, load_calendar
from models.clock import business_now, midnight
from models.flow.work_item import WorkItem
from models.identity.actor import Actor
from models.project import Project, ProjectPhase
from processes.inbox import ItemQuery, ItemRow, count_items, list_items
from processes.open_data.notice_search import NoticeQuery
from processes.open_data.notices import NoticeLine, list_notices

DAYS_AHEAD = 5
SHOWN_ITEMS = 6
SHOWN_CASES = 4
SHOWN_NOTICES = 5
MOST_DUE = 200
TO_BE_DRAWN = (
    ProjectPhase.ANNOUNCED,
    ProjectPhase.FROZEN,
    ProjectPhase.BIDDING,
    ProjectPhase.BIDS_CLOSED,
)
IN_PROGRESS = (
    ProjectPhase.INTAKE,
    ProjectPhase.PREPARING,
    ProjectPhase.ANNOUNCED,
    ProjectPhase.FROZEN,
    ProjectPhase.BIDDING,
    ProjectPhase.BIDS_CLOSED,
    ProjectPhase.DRAWN,
    ProjectPhase.PUBLICISED,
    ProjectPhase.AWARDED,
    ProjectPhase.CONTRACTED,
    ProjectPhase.COMPLETED,
)


@dataclass(frozen=True)
class DeskDay:
    """A working day ahead: how many items fall due, how many draws are held."""

    day: date
    due: int
    draws: int


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Everything on one desk."""

    items: Sequence[ItemRow]
    todo: int
    claimable: int
    overdue: int
    due_today: Sequence[ItemRow]
    done_this_week: int
    days: Sequence[DeskDay]
    done: Sequence[ItemRow]
    notices: Sequence[NoticeLine]
    phases: Sequence[tuple[ProjectPhase, int]]


def desk(session: Session, actor: Actor, county: str, *, with_phases: bool) -> Desk:
    """Return the desk of a person in a county; ``with_phases`` for offices that oversee it."""
    now = business_now()
    days = _working_days(load_calendar(session), now.date())
    soon = list_items(session, actor, ItemQuery(due_before=_end_of(days[-1])), limit=MOST_DUE)
    today = [row for row in soon.items if row.due_at and now <= row.due_at < _end_of(now.date())]
    news = list_notices(session, NoticeQuery(county=county, limit=SHOWN_NOTICES))
    return Desk(
        items=list_items(session, actor, limit=SHOWN_ITEMS).items,
        todo=count_items(session, actor, "todo"),
        claimable=count_items(session, actor, "claimable"),
        overdue=count_items(session, actor, "overdue"),
        due_today=today,
        done_this_week=_done_this_week(session, actor, now),
        days=_days(session, county, days, soon.items),
        done=_latest_cases(list_items(session, actor, ItemQuery(view="done"), limit=20).items),
        notices=news.items,
        phases=_phases(session, county) if with_phases else (),
    )


def _working_days(calendar: Calendar, today: date) -> list[date]:
    """Return today and the working days after it, as far as the calendar is loaded."""
    days = [today]
    try:
        while len(days) < DAYS_AHEAD:
            days.append(calendar.add(days[-1], 1))
    except CalendarYearMissingError:
        pass
    return days


def _end_of(day: date) -> datetime:
    return midnight(day + timedelta(days=1))


def _days(
    session: Session, county: str, days: Sequence[date], soon: Sequence[ItemRow]
) -> list[DeskDay]:
    now = business_now()
    due = Counter(row.due_at.date() for row in soon if row.due_at and row.due_at >= now)
    query = select(Project.selection_at).where(
        Project.county_code == county,
        Project.phase.in_(TO_BE_DRAWN),
        Project.selection_at >= now,
        Project.selection_at < _end_of(days[-1]),
    )
    draws = Counter(moment.date() for moment in session.scalars(query) if moment)
    return [DeskDay(day, due[day], draws[day]) for day in days]


def _done_this_week(session: Session, actor: Actor, now: datetime) -> int:
    monday = now.date() - timedelta(days=now.weekday())
    begin = midnight(monday)
    query = select(func.count()).where(
        WorkItem.done_by == actor.account_id, WorkItem.done_at >= begin
    )
    return session.scalar(query) or 0


def _latest_cases(rows: Sequence[ItemRow]) -> list[ItemRow]:
    """Return the last thing done in each of the latest cases."""
    latest: dict[str, ItemRow] = {}
    for row in rows:
        latest.setdefault(row.instance_id, row)
    return list(latest.values())[:SHOWN_CASES]


def _phases(session: Session, county: str) -> list[tuple[ProjectPhase, int]]:
    query = (
        select(Project.phase, func.count())
        .where(Project.county_code == county, Project.phase.in_(IN_PROGRESS))
        .group_by(Project.phase)
    )
    counts = {row.phase: row[1] for row in session.execute(query)}
    return [(phase, counts.get(phase, 0)) for phase in IN_PROGRESS]
