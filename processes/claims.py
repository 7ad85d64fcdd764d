"""Taking rows of work with a lease: one claims, the others pass on; a dead claimer's lease ends.

``attempts`` is the fencing token: whoever claimed attempt 3 may only finish attempt 3.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from models.flow.job import Job, JobState, OutboundMessage

Work = type[OutboundMessage] | type[Job]

LEASE = timedelta(minutes=2)
MAX_ATTEMPTS = 20
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)
ERROR_LENGTH = 500


def claimable(table: Work, now: datetime) -> ColumnElement[bool]:
    """Return the condition for rows that nobody holds and whose time has come."""
    waiting = and_(table.state == JobState.WAITING, table.due_at <= now)
    abandoned = and_(table.state == JobState.LEASED, table.lease_until <= now)
    return or_(waiting, abandoned)


def due_ids(session: Session, table: Work, now: datetime, *, limit: int) -> list[str]:
    """Return rows that may be claimed, the longest due first."""
    query = select(table.id).where(claimable(table, now)).order_by(table.due_at).limit(limit)
    return list(session.scalars(query))


def claim(session: Session, table: Work, row_id: str, now: datetime) -> Any:  # noqa: ANN401
    """Take one row for the length of a lease and return it, or None when somebody else has it."""
    values = {
        "state": JobState.LEASED,
        "lease_until": now + LEASE,
        "attempts": table.attempts + 1,
    }
    mine = update(table).where(table.id == row_id, claimable(table, now)).values(values)
    changed: Any = session.execute(mine, execution_options={"synchronize_session": False})
    return session.get(table, row_id, populate_existing=True) if changed.rowcount else None


def finish(
    session: Session, table: Work, row_id: str, attempt: int, values: dict[str, Any]
) -> bool:
    """Mark an attempt as done; False when the lease went to somebody else meanwhile."""
    done = {"state": JobState.DONE, "lease_until": None, "error": "", **values}
    return _settle(session, table, row_id, attempt, done)


def fail(
    session: Session, table: Work, row_id: str, attempt: int, error: Exception, now: datetime
) -> bool:
    """Note a failed attempt: again after a pause, or dead for a keeper to look at."""
    text = f"{type(error).__name__}: {error}"[:ERROR_LENGTH]
    state = JobState.DEAD if attempt >= MAX_ATTEMPTS else JobState.WAITING
    values = {"state": state, "lease_until": None, "error": text, "due_at": now + pause(attempt)}
    return _settle(session, table, row_id, attempt, values)


def pause(attempt: int) -> timedelta:
    """Return how long to wait after so many attempts: twice as long each time, up to an hour."""
    return min(FIRST_PAUSE * 2.0 ** min(attempt - 1, 20), LONGEST_PAUSE)


def _settle(
    session: Session, table: Work, row_id: str, attempt: int, values: dict[str, Any]
) -> bool:
    ours = (table.id == row_id, table.attempts == attempt, table.state == JobState.LEASED)
    changed: Any = session.execute(
        update(table).where(*ours).values(values),
        execution_options={"synchronize_session": False},
    )
    return bool(changed.rowcount)
