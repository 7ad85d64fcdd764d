"""Wakes cases whose moment has come, each in a unit of work of its own."""

from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.clock import business_now
from models.errors import ConflictError, SmallworksError
from models.flow.instance import Instance, InstanceStatus, WaitKind
from models.session import reading, unit_of_work
from models.settings import Settings
from processes import saving
from processes.engine import ProcessEngine
from processes.spiff.waits import Wait

log = structlog.get_logger(__name__)

MAX_FAILURES = 5
PAUSE = timedelta(minutes=1)
FAILURE_LENGTH = 500


def due_instances(*, limit: int = 100) -> list[str]:
    """Return the ids of running cases whose next moment has come, the earliest first."""
    query = (
        select(Instance.id)
        .where(Instance.next_check <= business_now(), Instance.status == InstanceStatus.RUNNING)
        .order_by(Instance.next_check)
        .limit(limit)
    )
    with reading() as session:
        return list(session.scalars(query))


def wake_due(settings: Settings, *, limit: int = 100) -> int:
    """Wake the cases that are due; return how many moved on."""
    return sum(wake_one(instance_id, settings) for instance_id in due_instances(limit=limit))


def wake_one(instance_id: str, settings: Settings) -> bool:
    """Run one case on; a failure is counted on the case and hinders no other."""
    try:
        return _wake(instance_id, settings)
    except ConflictError:
        return False  # a person was first; the new state has its own next moment
    except Exception as error:  # one bad case must not stop the others
        log.exception("case_not_woken", instance=instance_id)
        _count_failure(instance_id, error)
        return False


def _wake(instance_id: str, settings: Settings) -> bool:
    with unit_of_work() as session:
        # Another worker at the same case is let be; what it leaves due is found by the next look.
        due = (
            select(Instance.id)
            .where(Instance.id == instance_id, Instance.next_check <= business_now())
            .with_for_update(skip_locked=True)
        )
        if session.scalar(due) is None:
            return False
        ProcessEngine(session, settings=settings).wake(instance_id)
        return True


def _count_failure(instance_id: str, error: Exception) -> None:
    """Note the failure and try later; a case that fails again and again waits for a keeper."""
    with unit_of_work() as session:
        found = session.get(Instance, instance_id)
        if found is None:
            return
        failures = found.failures + 1
        values: dict[str, Any] = {
            "failures": failures,
            "failure": f"{type(error).__name__}: {error}"[:FAILURE_LENGTH],
            "next_check": business_now() + PAUSE * 2.0 ** (failures - 1),
        }
        if failures >= MAX_FAILURES:
            values |= {"status": InstanceStatus.FAILED, "next_check": None}
        unchanged = (Instance.id == instance_id, Instance.version == found.version)
        done: Any = session.execute(update(Instance).where(*unchanged).values(values))
        if done.rowcount and isinstance(error, SmallworksError) and error.failed_at:
            _note_place(session, found, error.failed_at)


def _note_place(session: Session, case: Instance, place: tuple[str, str]) -> None:
    """Let the diagram show where the case failed, until it goes on."""
    saving.forget_waits(session, case.id, (saving.FAILED,))
    version, element = place
    wait = Wait(element[:100], version, WaitKind.FAILED, None, business_now())
    saving.note_waits(session, case, {saving.FAILED: wait})
