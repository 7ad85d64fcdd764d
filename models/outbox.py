"""What is owed after a commit: messages to send and jobs to do, written in the transaction itself.

A row is the promise; the doorbell rung after the commit only makes it quick. Whoever fetches rows
later (a worker's sweep) finds what a lost doorbell, a dead worker or a power cut left behind.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.base import Base
from models.clock import system_now
from models.flow.job import Job, JobState, OutboundMessage
from models.ids import new_id
from models.session import after_commit

Doorbell = Callable[[str, str], None]
"""Called with ``message`` or ``job`` and the row's id, after the commit."""

_doorbell: list[Doorbell] = []


def install_doorbell(bell: Doorbell) -> None:
    """Let ``bell`` be rung for every new row of this process."""
    _doorbell[:] = [bell]


def notify(  # noqa: PLR0913 - a message has so many parts
    session: Session,
    *,
    channel: str,
    recipient: str,
    template: str,
    values: Mapping[str, object],
    key: str,
    party_id: str | None = None,
) -> bool:
    """Owe one message; return False when ``key`` has been owed before (nothing is sent twice)."""
    row = {
        "channel": channel,
        "recipient": recipient,
        "template": template,
        "values": dict(values),
        "party_id": party_id,
        "receipt": "",
    }
    return _owe(session, OutboundMessage, "message", key, row, None)


def enqueue(
    session: Session,
    kind: str,
    *,
    key: str,
    args: Mapping[str, object] | None = None,
    due_at: datetime | None = None,
) -> bool:
    """Owe one job; return False when ``key`` has been owed before."""
    row = {"kind": kind, "args": dict(args or {})}
    return _owe(session, Job, "job", key, row, due_at)


def _owe(
    session: Session,
    table: type[OutboundMessage | Job],
    bell: str,
    key: str,
    row: dict[str, Any],
    due_at: datetime | None,
) -> bool:
    row_id = new_id()
    due = due_at or system_now()
    common = {"id": row_id, "key": key, "state": JobState.WAITING, "attempts": 0, "error": ""}
    if not insert_once(session, table, {**common, "due_at": due, **row}, ("key",)):
        return False
    after_commit(session, lambda: _ring(bell, row_id))
    return True


def _ring(kind: str, row_id: str) -> None:
    for bell in _doorbell:
        bell(kind, row_id)


def insert_once(
    session: Session, table: type[Base], values: Mapping[str, Any], unique: tuple[str, ...]
) -> bool:
    """Insert a row unless one with the same unique columns is there; return whether it was new."""
    postgres = session.get_bind().dialect.name == "postgresql"
    insert: Any = postgresql.insert if postgres else sqlite.insert
    statement = insert(table).values(**values).on_conflict_do_nothing(index_elements=unique)
    # What was inserted comes back; the drivers do not agree on how they count rows.
    return session.execute(statement.returning(table.__table__.c[unique[0]])).first() is not None
