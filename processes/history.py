"""What happened in a case: who did which step when, and where it stands on its diagram."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import or_, select
from sqlalchemy.orm import Session, undefer

from models.flow.instance import Instance, InstanceStatus
from models.flow.work_item import OPEN_STATES, WorkItem, WorkItemState
from models.identity.account import Account
from models.identity.actor import PLATFORM, Actor
from models.identity.names import account_names
from models.ledger.tables import LedgerEntry
from processes import access, definitions
from processes.case_errors import InstanceHiddenError, InstanceNotFoundError
from processes.definitions import Pinned
from processes.reading import runtime_of
from processes.role_titles import role_titles

ACTS = {
    "instance:moved": "案卷迁移到新版本",
    "instance:moved_back": "案卷迁移撤回",
    "instance:suspended": "案卷暂停",
    "instance:resumed": "案卷恢复",
    "instance:retried": "重试自动环节",
    "work_item:handed_over": "移交",
    "work_item:reminder_unplanned": "未能安排提醒",
}
ENDINGS = {InstanceStatus.COMPLETED: "流程办结", InstanceStatus.TERMINATED: "流程终止"}
CURRENT = frozenset({"current", "waiting"})
MOST_LINES = 1_000


@dataclass(frozen=True)
class HistoryLine:
    """One thing that happened; ``step`` is empty where it was no step of the diagram."""

    at: datetime
    who: str
    role: str
    step: str
    title: str
    outcome: str


@dataclass(frozen=True)
class CaseView:
    """A case as its page and the API show it."""

    instance: Instance
    definition: Pinned
    items: Sequence[WorkItem]
    history: Sequence[HistoryLine]
    trail: dict[str, list[str]]


def case_view(session: Session, instance_id: str, actor: Actor) -> CaseView:
    """Return a case to somebody who takes part in it; raise otherwise."""
    query = select(Instance).where(Instance.id == instance_id).options(undefer(Instance.state))
    instance = session.scalar(query)
    if instance is None:
        raise InstanceNotFoundError
    items = list(session.scalars(select(WorkItem).where(WorkItem.instance_id == instance_id)))
    data = runtime_of(session, instance).data
    started = instance.started_by
    took_part = any(item.done_by == actor.account_id for item in items)
    if not took_part and not access.may_see(actor, instance.county_code, started, data, items):
        raise InstanceHiddenError
    return CaseView(
        instance=instance,
        definition=definitions.pinned(session, instance.definition_id),
        items=sorted(
            (item for item in items if item.state in OPEN_STATES), key=lambda each: each.opened_at
        ),
        history=history(session, instance_id),
        trail=trail(session, instance),
    )


def history(session: Session, instance_id: str) -> list[HistoryLine]:
    """Return what happened in a case, the first thing first."""
    instance = session.get(Instance, instance_id)
    if instance is None:
        raise InstanceNotFoundError
    lines = [
        *_steps(session, instance_id),
        *_told(session, instance_id),
        *_acts(session, instance_id),
    ]
    starter = session.scalar(select(Account.name).where(Account.id == instance.started_by))
    begun = HistoryLine(instance.created_at, starter or PLATFORM.name, "", "", "流程发起", "")
    ended = []
    if instance.ended_at is not None and instance.status in ENDINGS:
        title = ENDINGS[instance.status]
        ended = [HistoryLine(instance.ended_at, PLATFORM.name, "", "", title, "")]
    return [begun, *sorted(lines, key=lambda line: line.at), *ended]


def trail(session: Session, instance: Instance) -> dict[str, list[str]]:
    """Return the elements of the case's own diagram that are done, current or failed."""
    steps = [
        step
        for step in runtime_of(session, instance).trail()
        if step.flow == instance.definition_id
    ]
    return {
        "done": [step.element for step in steps if step.state == "done"],
        "current": [step.element for step in steps if step.state in CURRENT],
        "failed": [step.element for step in steps if step.state == "failed"],
    }


def _steps(session: Session, instance_id: str) -> Iterator[HistoryLine]:
    query = (
        select(WorkItem, Account.name)
        .outerjoin(Account, Account.id == WorkItem.done_by)
        .where(WorkItem.instance_id == instance_id, WorkItem.state == WorkItemState.DONE)
        .order_by(WorkItem.done_at.desc())
        .limit(MOST_LINES)
    )
    for item, who in session.execute(query):
        at = item.done_at or item.opened_at
        yield HistoryLine(at, who or PLATFORM.name, item.role, item.step, item.title, item.outcome)


def _told(session: Session, instance_id: str) -> Iterator[HistoryLine]:
    """Yield when somebody was reminded of a step, and when its lateness was reported."""
    titles = role_titles()
    query = (
        select(WorkItem)
        .where(
            WorkItem.instance_id == instance_id,
            or_(WorkItem.reminded_at.is_not(None), WorkItem.escalated_at.is_not(None)),
        )
        .limit(MOST_LINES)
    )
    for item in session.scalars(query):
        given = (PLATFORM.name, "", item.step)
        if item.reminded_at is not None:
            yield HistoryLine(item.reminded_at, *given, f"已提醒办理人：{item.title}", "")
        if item.escalated_at is not None:
            leader = titles.get(item.escalate_role, item.escalate_role)
            words = (
                f"超期已报告{leader}" if item.escalated_to else f"超期，{leader}无人任职，未能报告"
            )
            yield HistoryLine(item.escalated_at, *given, f"{words}：{item.title}", "")


def _acts(session: Session, instance_id: str) -> Iterator[HistoryLine]:
    entries = session.scalars(
        select(LedgerEntry.body).where(LedgerEntry.object == instance_id).limit(MOST_LINES)
    )
    acts = [body for body in map(orjson.loads, entries) if body["action"] in ACTS]
    if not acts:
        return
    names = account_names(session, {body["actor"] for body in acts})
    for body in acts:
        after = body.get("after") or {}
        step, reason = str(after.get("step", "")), str(after.get("reason", ""))
        who = names.get(body["actor"], PLATFORM.name)
        at = datetime.fromisoformat(body["time"])
        yield HistoryLine(at, who, body["role"], step, ACTS[body["action"]], reason)
