"""Notes where cases wait that were stored before that was noted."""

from hashlib import sha256
from typing import Any

import structlog
from sqlalchemy import ColumnElement, exists, or_, select

from models.clock import business_now
from models.flow.instance import AwaitedMessage, CaseWait, Instance, InstanceStatus
from models.flow.work_item import OPEN_STATES, WorkItem
from models.identity.actor import PLATFORM
from models.session import reading, unit_of_work
from models.settings import Settings
from processes import saving, statements
from processes.case_runner import CaseRunner
from processes.job_kinds import Args

AT_ONCE = 500
log = structlog.get_logger(__name__)


def unnoted(limit: int = AT_ONCE) -> list[str]:
    """Return running cases that may wait somewhere and of which nothing says where."""
    waits = exists().where(CaseWait.instance_id == Instance.id)
    query = select(Instance.id).where(
        Instance.status == InstanceStatus.RUNNING, ~waits, _may_wait()
    )
    # Each day from another place: cases of which nothing can be noted must not bar the others.
    start = sha256(business_now().date().isoformat().encode()).hexdigest()[:32]
    with reading() as session:
        return list(session.scalars(query.order_by(Instance.id <= start, Instance.id).limit(limit)))


def _may_wait() -> ColumnElement[bool]:
    """Return what rows tell without the state: no step, a timer, a message, a called flow's step.

    An open step from before parts were noted names no part, so that its case is looked at too.
    """
    is_open = (WorkItem.instance_id == Instance.id) & WorkItem.state.in_(OPEN_STATES)
    return or_(
        ~exists().where(is_open),
        Instance.next_check.is_not(None),
        exists().where(AwaitedMessage.instance_id == Instance.id),
        exists().where(is_open, WorkItem.part != WorkItem.flow),
    )


def note(case_id: str, settings: Settings) -> None:
    """Write where one case waits, from its state; one that has ended meanwhile is let be."""
    with unit_of_work() as session:
        # The lock that every step takes: a case cannot move between this and the rows.
        query, given = statements.CASE_FOR_A_STEP, {"of": case_id}
        row: Any = session.connection().execute(query, given).mappings().one_or_none()
        if row is None or row["status"] != InstanceStatus.RUNNING:
            return
        instance = Instance(**{name: row[name] for name in statements.CASE_COLUMNS})
        held = select(CaseWait.instance_id).where(CaseWait.instance_id == case_id).limit(1)
        found = CaseRunner(session, settings, instance, PLATFORM).load().waits()
        if found and session.scalar(held) is None:
            saving.note_waits(session, instance, found)


def note_all(_args: Args, settings: Settings) -> None:
    """Write where these cases wait, each in a unit of its own that hinders no other."""
    for case in unnoted():
        try:
            note(case, settings)
        except Exception:  # one bad case must not stop the others
            log.exception("waits_not_noted", instance=case)
