"""The owner's way to take a project back, as long as the centre has not accepted it."""

from sqlalchemy.orm import Session

from models.errors import ConflictError, ForbiddenError, InvalidError
from models.flow.instance import AwaitedMessage, Instance, InstanceStatus
from models.identity.actor import Actor
from models.settings import Settings
from processes import access
from processes.case_errors import InstanceNotFoundError
from processes.engine import ProcessEngine
from processes.reading import runtime_of

MESSAGE = "project_withdrawn"
OWNER = "owner"
SHORTEST, LONGEST = 5, 200


class TooLateToWithdrawError(ConflictError):
    """The centre has accepted the project, or the case has ended."""

    message = (
        "项目已经受理或案卷已经结束，不能撤回，没有办理。"
        "公告期间需要变更、暂停或终止的，请在案卷页提出申请。"
    )


class NotTheOwnerError(ForbiddenError):
    """Only the owner of a project takes it back."""

    message = "只有本项目的项目业主可以撤回项目，请由项目业主办理。"


class WithdrawalReasonError(InvalidError):
    """A withdrawal says why."""

    message = "请用5至200个字写明撤回原因，它会随案卷保存。项目没有撤回。"


def may_withdraw(session: Session, instance: Instance, actor: Actor) -> bool:
    """Return whether this person may take the project of the case back now."""
    if instance.status is not InstanceStatus.RUNNING or not _is_awaited(session, instance.id):
        return False
    return _is_owner(session, instance, actor)


def withdraw(
    session: Session, settings: Settings, instance_id: str, reason: str, *, actor: Actor
) -> None:
    """Take the project back; the flow ends as its diagram says."""
    instance = session.get(Instance, instance_id)
    if instance is None:
        raise InstanceNotFoundError
    if not _is_owner(session, instance, actor):
        raise NotTheOwnerError
    if instance.status is not InstanceStatus.RUNNING or not _is_awaited(session, instance_id):
        raise TooLateToWithdrawError
    bare = reason.strip()
    if not SHORTEST <= len(bare) <= LONGEST:
        raise WithdrawalReasonError
    engine = ProcessEngine(session, settings=settings)
    engine.message(instance_id, MESSAGE, {"reason": bare}, actor=actor)


def _is_awaited(session: Session, instance_id: str) -> bool:
    return session.get(AwaitedMessage, (instance_id, MESSAGE)) is not None


def _is_owner(session: Session, instance: Instance, actor: Actor) -> bool:
    owner = access.id_of(runtime_of(session, instance).data, "parties", OWNER)
    is_own = actor.party_id is not None and actor.party_id == owner
    return is_own and actor.holds(OWNER, instance.county_code)
