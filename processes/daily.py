"""Owes the jobs of each day: at their time by the business clock, every missed day included."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import business_now, system_now
from models.flow.job import Job, JobState, Setting
from models.outbox import enqueue
from models.session import reading, unit_of_work
from processes.job_kinds import JobKind, daily_kinds

MOST_DAYS_AT_ONCE = 40


def owe_daily_jobs() -> int:
    """Owe what has come due since the last look; return how many jobs that were."""
    now = business_now()
    owed = 0
    for kind in daily_kinds():
        with reading() as session:
            missing = missed_days(_last_day(session, kind), kind, now)
        if missing != []:
            owed += _owe(kind, now)
    return owed


def _owe(kind: JobKind, now: datetime) -> int:
    # Looked at again inside the writing transaction: another worker may have been first.
    with unit_of_work() as session:
        days = missed_days(_last_day(session, kind), kind, now)
        for day in days or []:
            name, text = kind.name, day.isoformat()
            enqueue(session, name, key=f"{name}:{text}", args={"day": text})
        latest = days[-1] if days else now.date()
        session.merge(Setting(name=_setting(kind), value=latest.isoformat()))
    return len(days or [])


def is_underway(name: str) -> bool:
    """Say whether a job of this kind may be done now, or somebody is at it."""
    begun = (Job.state.in_((JobState.WAITING, JobState.LEASED)), Job.due_at <= system_now())
    with reading() as session:
        return session.scalar(select(Job.id).where(Job.kind == name, *begun).limit(1)) is not None


def missed_days(last: date | None, kind: JobKind, now: datetime) -> list[date] | None:
    """Return the days still to do after ``last``; None when this installation has just begun."""
    if last is None or kind.daily_at is None:
        return None
    latest = now.date() if now.time() >= kind.daily_at else now.date() - timedelta(days=1)
    count = min((latest - last).days, MOST_DAYS_AT_ONCE)
    return [latest - timedelta(days=back) for back in range(count - 1, -1, -1)]


def _last_day(session: Session, kind: JobKind) -> date | None:
    row = session.get(Setting, _setting(kind))
    return date.fromisoformat(str(row.value)) if row else None


def _setting(kind: JobKind) -> str:
    return f"daily:{kind.name}"
