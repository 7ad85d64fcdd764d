"""One case moved straight away, as a job would."""

from models.clock import business_now
from models.flow.case_move import CaseMove, MovedCase, MovedState, MoveState
from models.identity.actor import PLATFORM
from models.ids import new_id
from models.session import unit_of_work
from processes.moving.case import move_case, undo_case
from tests.processes.engine.world import SETTINGS, instance_row, publish


def move(case: str, bpmn: bytes | None = None, to: str | None = None, **mapping: str) -> MovedCase:
    """Publish the new version and move the case there."""
    to = to or publish(bpmn or b"")
    now = business_now()
    with unit_of_work() as session:
        act = CaseMove(
            id=new_id(),
            county_code="dazhou",
            flow="walk",
            from_id=instance_row(case).definition_id,
            to_id=to,
            mapping={key.replace("__", ":"): value for key, value in mapping.items()},
            reason="改进",
            state=MoveState.APPROVED,
            created_by="somebody",
            created_at=now,
        )
        session.add(act)
        session.flush()
        one = MovedCase(move_id=act.id, instance_id=case, state=MovedState.READY)
        session.add(one)
        session.flush()
        move_case(session, SETTINGS, act, one, PLATFORM)
        return one


def undo(moved: MovedCase) -> None:
    with unit_of_work() as session:
        act = session.get_one(CaseMove, moved.move_id)
        one = session.get_one(MovedCase, (moved.move_id, moved.instance_id))
        undo_case(session, SETTINGS, act, one, PLATFORM)
