"""Does an approved move, or undoes one, in batches: each case in a transaction of its own."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import business_now
from models.errors import ConflictError, SmallworksError
from models.flow.case_move import CaseMove, MovedCase, MovedState, MoveState
from models.identity.actor import PLATFORM, Actor
from models.identity.loading import actor_of
from models.session import reading, unit_of_work
from models.settings import Settings
from processes.job_kinds import Args, register
from processes.moving import acting
from processes.moving.case import move_case, undo_case
from processes.moving.errors import CaseGoneOnError, CaseNotMovableError

BATCH = 25
ACTS = {"move": (MovedState.READY, move_case), "undo": (MovedState.MOVED, undo_case)}
ONE = Callable[[Session, Settings, CaseMove, MovedCase, Actor], None]


def prepare(args: Args, settings: Settings) -> bool:
    """Do a batch; return whether any case is left. Doing it again does what is left."""
    wanted, act = ACTS[args["act"]]
    waiting = _waiting(args["move"], wanted)
    for case in waiting[:BATCH]:
        _one(args["move"], case, wanted, act, settings)
    return len(waiting) > BATCH


def store(session: Session, args: Args, left: Any, _settings: Settings) -> None:  # noqa: ANN401
    """Owe the next batch, or close the act."""
    move = acting.find(session, args["move"])
    if left:
        acting.owe(session, move, args["act"], int(args["time"]) + 1)
    elif args["act"] == "move" and move.state == MoveState.APPROVED:
        move.state, move.moved_at = MoveState.MOVED, business_now()
        move.moved_by = move.approved_by


def _waiting(move_id: str, wanted: MovedState) -> list[str]:
    """Return the cases still to be done; one more than a batch tells that there is another."""
    query = select(MovedCase.instance_id).where(
        MovedCase.move_id == move_id, MovedCase.state == wanted, MovedCase.told != GONE_ON
    )
    with reading() as session:
        return list(session.scalars(query.order_by(MovedCase.instance_id).limit(BATCH + 1)))


def _one(move_id: str, case: str, wanted: MovedState, act: ONE, settings: Settings) -> None:
    try:
        with unit_of_work() as session:
            moved = session.get(MovedCase, (move_id, case), with_for_update=True)
            if moved is not None and moved.state == wanted:
                move = acting.find(session, move_id)
                act(session, settings, move, moved, _actor(session, move))
    except CaseGoneOnError:
        _tell(move_id, case, MovedState.MOVED, GONE_ON)
    except CaseNotMovableError as refusal:
        _tell(move_id, case, MovedState.REFUSED, refusal.reason)
    except ConflictError:
        raise  # somebody acts on the case just now: the job comes back
    except SmallworksError as error:
        _tell(move_id, case, MovedState.REFUSED, error.text)


GONE_ON = CaseGoneOnError.message


def _tell(move_id: str, case: str, state: MovedState, told: str) -> None:
    with unit_of_work() as session:
        moved = session.get_one(MovedCase, (move_id, case))
        moved.state, moved.told = state, told[:500]


def _actor(session: Session, move: CaseMove) -> Actor:
    return actor_of(session, move.undone_by or move.approved_by or "") or PLATFORM


register(acting.JOB, store, prepare=prepare)
