"""Taking an enrolment back (撤回) as long as nobody has decided it: whoever handed it in may."""

from sqlalchemy.orm import Session

from models.errors import ConflictError, ForbiddenError
from models.flow.instance import Instance
from models.identity.actor import Actor
from models.roster.enrolment import EnrolmentRound, RoundState
from models.settings import Settings
from processes.engine import ProcessEngine

MESSAGE = "enrolment_withdrawn"
"""The message that an enrolment waits for as long as it is being verified."""


class NotYourFileError(ForbiddenError):
    """Another organisation handed it in."""

    message = "这份材料不是您的单位提交的，不能撤回。"


class NothingToWithdrawError(ConflictError):
    """The round is decided, or was never handed in."""

    message = "没有可以撤回的材料：可能已经有了核实结论，或者还没有提交。请刷新后查看。"


def withdraw(
    session: Session, settings: Settings, round_: EnrolmentRound | None, *, actor: Actor
) -> Instance:
    """Take a submitted round back; it may be changed and handed in again."""
    if round_ is None or round_.state is not RoundState.SUBMITTED:
        raise NothingToWithdrawError
    if round_.party_id != actor.party_id:
        raise NotYourFileError
    engine = ProcessEngine(session, settings=settings)
    payload = {"by": actor.account_id}
    return engine.message(round_.instance_id, MESSAGE, payload, actor=actor)
