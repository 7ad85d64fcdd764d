"""Notes where cases wait that were stored before that was noted."""

from typing import Any

from sqlalchemy import exists, select

from models.flow.instance import CaseWait, Instance, InstanceStatus
from models.flow.work_item import OPEN_STATES, WorkItem
from models.identity.actor import PLATFORM
from models.session import reading, unit_of_work
from models.settings import Settings
from processes import saving, statements
from processes.case_runner import CaseRunner
from processes.job_kinds import Args

AT_ONCE = 200


def unnoted(limit: int = AT_ONCE) -> list[str]:
    """Return running cases of which nothing says where they stand."""
    waits = exists().where(CaseWait.instance_id == Instance.id)
    is_open = WorkItem.state.in_(OPEN_STATES)
    items = exists().where(WorkItem.instance_id == Instance.id, is_open)
    query = select(Instance.id).where(Instance.status == InstanceStatus.RUNNING, ~waits, ~items)
    with reading() as session:
        return list(session.scalars(query.order_by(Instance.created_at).limit(limit)))


def note(case_id: str, settings: Settings) -> None:
    """Write where one case waits, from its state."""
    with unit_of_work() as session:
        query, given = statements.CASE_FOR_A_STEP, {"of": case_id}
        row: Any = session.connection().execute(query, given).mappings().one()
        instance = Instance(**{name: row[name] for name in statements.CASE_COLUMNS})
        held = select(CaseWait.instance_id).where(CaseWait.instance_id == case_id).limit(1)
        found = CaseRunner(session, settings, instance, PLATFORM).load().waits()
        if found and session.scalar(held) is None:
            saving.note_waits(session, instance, found)


def note_all(_args: Args, settings: Settings) -> None:
    """Write where these cases wait, each in a unit of its own."""
    for case in unnoted():
        note(case, settings)
