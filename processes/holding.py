"""Who holds a work item: claim, release, hand over, and the draft of what was typed."""

from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from models.clock import business_now, iso
from models.flow.instance import Instance, InstanceStatus
from models.flow.work_item import OPEN_STATES, Draft, WorkItem, WorkItemState
from models.identity.account import Account
from models.identity.actor import Actor
from models.identity.loading import actor_of
from models.ledger.log import record
from models.outbox import insert_once
from processes import access
from processes import case_errors as errors
from processes.answers import plain

STATUS_WORDS = {
    InstanceStatus.SUSPENDED: "已暂停",
    InstanceStatus.FAILED: "出现故障，正在排查",
    InstanceStatus.COMPLETED: "已办结",
    InstanceStatus.TERMINATED: "已终止",
}


def open_item(session: Session, item_id: str, actor: Actor) -> WorkItem:
    """Return an open item of a running case that is for this actor; raise otherwise."""
    query = (
        select(WorkItem, Instance.status)
        .join(Instance, Instance.id == WorkItem.instance_id)
        .where(WorkItem.id == item_id)
        .execution_options(populate_existing=True)
    )
    found = session.execute(query).one_or_none()
    if found is None:
        raise errors.WorkItemNotFoundError
    access.check_for(actor, found.WorkItem)
    check_open(session, found.WorkItem)
    check_running(found.status)
    item: WorkItem = found.WorkItem
    return item


def check_running(status: InstanceStatus) -> None:
    """Raise unless the case accepts work."""
    if status != InstanceStatus.RUNNING:
        raise errors.InstanceNotRunningError(status=STATUS_WORDS[status])


def check_open(session: Session, item: WorkItem) -> None:
    """Raise when the item is finished or cancelled, saying who was first and when."""
    if item.state == WorkItemState.DONE:
        at = item.done_at or business_now()
        raise errors.WorkItemTakenError(
            by=name_of(session, item.done_by),
            at=f"{at:%m月%d日%H:%M:%S}",
            done_at=iso(at),
            step=item.title,
            outcome=item.outcome,
        )
    if item.state == WorkItemState.CANCELLED:
        raise errors.WorkItemCancelledError


def check_holder(session: Session, item: WorkItem, actor: Actor) -> None:
    """Raise when somebody else holds the item."""
    if item.claimed_by is not None and item.claimed_by != actor.account_id:
        raise errors.WorkItemClaimedError(by=name_of(session, item.claimed_by))


def name_of(session: Session, account_id: str | None) -> str:
    """Return a person's name for a message."""
    found = session.scalar(select(Account.name).where(Account.id == account_id))
    return found or "平台"


def account_named(session: Session, name: str) -> str:
    """Return the id of the account that a user name or an id stands for."""
    either = (Account.username == name) | (Account.id == name)
    found = session.scalar(select(Account.id).where(either, Account.active))
    if found is None:
        raise errors.HandOverRefusedError
    return found


def claim(session: Session, item_id: str, actor: Actor) -> WorkItem:
    """Let the actor hold the item; holding it already changes nothing."""
    item = open_item(session, item_id, actor)
    check_holder(session, item, actor)
    if item.claimed_by == actor.account_id:
        return item
    unheld = (WorkItem.id == item_id, WorkItem.state == WorkItemState.READY)
    _set_holder(session, unheld, item, actor.account_id, actor)
    _log(session, actor, item, "work_item:claimed")
    return item


def release(session: Session, item_id: str, actor: Actor) -> WorkItem:
    """Give the item back to everybody it is for."""
    item = open_item(session, item_id, actor)
    if item.claimed_by != actor.account_id:
        raise errors.WorkItemNotHeldError
    held = (WorkItem.id == item_id, WorkItem.claimed_by == actor.account_id)
    _set_holder(session, held, item, None, actor)
    _log(session, actor, item, "work_item:released")
    return item


def hand_over(session: Session, item_id: str, to_account_id: str, actor: Actor) -> WorkItem:
    """Let a colleague hold the item, who could do it just as well."""
    item = open_item(session, item_id, actor)
    check_holder(session, item, actor)
    colleague = actor_of(session, to_account_id)
    if colleague is None or not access.is_for(colleague, item):
        raise errors.HandOverRefusedError
    unchanged = (
        WorkItem.id == item_id,
        WorkItem.state.in_(OPEN_STATES),
        WorkItem.claimed_by.is_(None)
        if item.claimed_by is None
        else WorkItem.claimed_by == item.claimed_by,
    )
    _set_holder(session, unchanged, item, to_account_id, actor)
    _log(session, actor, item, "work_item:handed_over", to=to_account_id)
    return item


def save_draft(session: Session, item_id: str, form: object, actor: Actor) -> Draft:
    """Keep what the actor has typed into the item so far."""
    item = open_item(session, item_id, actor)
    check_holder(session, item, actor)
    content, now = plain(form), business_now()
    key = {"work_item_id": item_id, "account_id": actor.account_id}
    content.pop("draw_secret", None)
    if not insert_once(session, Draft, {**key, "form": content, "saved_at": now}, tuple(key)):
        mine = (Draft.work_item_id == item_id, Draft.account_id == actor.account_id)
        session.execute(update(Draft).where(*mine).values(form=content, saved_at=now))
    return Draft(**key, form=content, saved_at=now)


def drop_drafts(session: Session, item_id: str) -> None:
    """Forget what was typed into an item that is done."""
    session.execute(delete(Draft).where(Draft.work_item_id == item_id))


def _set_holder(
    session: Session, where: tuple[Any, ...], item: WorkItem, holder: str | None, actor: Actor
) -> None:
    state = WorkItemState.READY if holder is None else WorkItemState.CLAIMED
    statement = update(WorkItem).where(*where).values(state=state, claimed_by=holder)
    done: Any = session.execute(statement)
    if done.rowcount == 1:
        return
    again = open_item(session, item.id, actor)
    check_holder(session, again, actor)
    raise errors.StaleInstanceError


def _log(session: Session, actor: Actor, item: WorkItem, action: str, **facts: str) -> None:
    after = {"item": item.id, "step": item.step, **facts}
    record(session, actor, action, item.instance_id, at=business_now(), role=item.role, after=after)
