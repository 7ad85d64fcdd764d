"""Delivers messages from one case to another, and the answer, in one transaction.

Either the receiver has moved, the sender knows it and the job is done, or none of these: a worker
killed in between repeats nothing.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from models.clock import system_now
from models.errors import ConflictError
from models.flow.case_message import ANSWERED, JOB, owe_message
from models.flow.instance import AwaitedMessage, Instance, InstanceStatus
from models.identity.actor import PLATFORM
from models.outbox import enqueue
from models.settings import Settings
from processes.case_errors import StaleInstanceError
from processes.engine import ProcessEngine
from processes.job_kinds import Args, register

__all__ = ["owe_message"]

AGAIN = timedelta(hours=1)
PAUSED = (InstanceStatus.SUSPENDED, InstanceStatus.FAILED)
GONE = "没有找到收件的案卷，办理没有生效，请联系系统管理员。"
NOT_RUNNING = {
    InstanceStatus.SUSPENDED: "收件的案卷已由系统管理员暂停，办理没有生效，恢复后请重新提出。",
    InstanceStatus.COMPLETED: "收件的案卷已经办结，办理没有生效。",
    InstanceStatus.TERMINATED: "收件的案卷已经终止，办理没有生效。",
}
FAILED = "收件的案卷出现故障、等待排除，办理没有生效，请联系系统管理员后重新提出。"
TOO_LATE = "项目已经进入下一阶段，不再接收这一办理，没有生效。请查看项目案卷的最新进展。"


def deliver(session: Session, args: Args, _: Any, settings: Settings) -> None:  # noqa: ANN401
    """Hand a message to its case and tell the sender whether it was taken, and if not, why."""
    # Without a sender the receiver's own pause is waited for, with one the sender's: nobody would
    # hear the answer, and what the message moves must not happen behind its back.
    listener = session.get(Instance, args["sender"] or args["to"])
    if listener is not None and listener.status in PAUSED:
        _owe_again(session, args)
        return
    if listener is None or listener.status is not InstanceStatus.RUNNING:
        return
    reason = _hand_over(session, args, settings)
    if args["sender"]:
        _answer(session, listener.id, reason, settings)


def _hand_over(session: Session, args: Args, settings: Settings) -> str:
    """Return why the message was not taken, or nothing."""
    case = session.get(Instance, args["to"])
    if case is None:
        return GONE
    if case.status is not InstanceStatus.RUNNING:
        return NOT_RUNNING.get(case.status, FAILED)
    engine = ProcessEngine(session, settings=settings)
    try:
        with session.begin_nested():
            taken = engine.offer(case.id, str(args["message"]), args["payload"], actor=PLATFORM)
    except ConflictError as refusal:  # the receiver's own next step may not be taken (any more)
        if isinstance(refusal, StaleInstanceError):
            raise
        return refusal.text
    return "" if taken else TOO_LATE


def _answer(session: Session, sender: str, reason: str, settings: Settings) -> None:
    if session.get(AwaitedMessage, (sender, ANSWERED)) is not None:
        answer = {"accepted": not reason, "reason": reason}
        engine = ProcessEngine(session, settings=settings)
        engine.message(sender, ANSWERED, answer, actor=PLATFORM)


def _owe_again(session: Session, args: Args) -> None:
    time = int(args["time"]) + 1
    key = f"{JOB}:{time}:{args['key']}"
    enqueue(session, JOB, key=key, args={**args, "time": time}, due_at=system_now() + AGAIN)


def register_jobs() -> None:
    """Register the one kind."""
    register(JOB, deliver)


register_jobs()
