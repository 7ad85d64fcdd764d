"""Reminds before a deadline and reports what is late: found by the sweep, told exactly once.

Marks and messages are stored in one transaction, and every message has a key of its own: a sweep
that is killed in between leaves nothing half told, two sweeps at once tell nothing twice.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import literal_column, select
from sqlalchemy.orm import Session

from models import message
from models.clock import business_now
from models.flow.instance import Instance, InstanceStatus
from models.flow.work_item import WorkItem
from models.identity.actor import PLATFORM
from models.ledger.log import record
from models.outbox import notify
from models.project import Project
from models.session import reading, unit_of_work
from processes.about import about
from processes.receivers import Receiver, Receivers, receivers_of

PAGE = 50
MOST_PAGES = 40
IS_OPEN: Any = literal_column("work_item.state IN ('ready','claimed')")
SOON, OVERDUE = "deadline_soon", "deadline_overdue"
WORDS = {
    SOON: "“{about}”的“{title}”须在{due}前办结，请登录平台办理。",
    OVERDUE: "“{about}”的“{title}”到{due}仍未办结，已经超期，请督促办理。",
}


def tell_due() -> int:
    """Send every reminder and report whose moment has come; return how many items that were."""
    with reading() as session:
        if session.scalar(_owed(business_now()).limit(1)) is None:
            return 0
    done = 0
    for _ in range(MOST_PAGES):
        page = _tell_page()
        done += page
        if page < PAGE:
            break
    return done


def _owed(now: datetime) -> Any:  # noqa: ANN401 - a Select keeps its own type
    # A suspended or failed case owes nothing: nobody can finish its steps. Once it runs again,
    # the next look finds what has come due meanwhile.
    return (
        select(WorkItem)
        .join(Instance, Instance.id == WorkItem.instance_id)
        .where(IS_OPEN, WorkItem.owed_at <= now, Instance.status == InstanceStatus.RUNNING)
        .order_by(WorkItem.owed_at, WorkItem.id)
    )


def _tell_page() -> int:
    now = business_now()
    with unit_of_work() as session:
        mine = _owed(now).limit(PAGE).with_for_update(of=WorkItem, skip_locked=True)
        items = session.scalars(mine).all()
        if items:
            _tell(session, items, now)
        return len(items)


def _tell(session: Session, items: Sequence[WorkItem], now: datetime) -> None:
    names = _names(session, items)
    people = receivers_of(session, items)
    for item in items:
        if item.remind_at is not None and item.reminded_at is None:
            _remind(session, item, names[item.id], people, now)
        else:
            _report(session, item, names[item.id], people, now)
    session.flush()


def _remind(
    session: Session, item: WorkItem, about_it: str, people: Receivers, now: datetime
) -> None:
    doers = people.doers(item)
    is_late = item.due_at is not None and item.due_at <= now
    template = OVERDUE if is_late else SOON
    _send(session, item, about_it, template, doers, f"/work-items/{item.id}")
    item.reminded_at = now
    item.owed_at = item.due_at if item.escalate_role else None
    _log(session, "work_item:reminded", item, len(doers), now)


def _report(
    session: Session, item: WorkItem, about_it: str, people: Receivers, now: datetime
) -> None:
    leaders = people.leaders(item)
    _send(session, item, about_it, OVERDUE, leaders, f"/cases/{item.instance_id}")
    item.escalated_at, item.escalated_to, item.owed_at = now, len(leaders), None
    _log(session, "work_item:escalated", item, len(leaders), now)


def _send(
    session: Session,
    item: WorkItem,
    about_it: str,
    template: str,
    to: Sequence[Receiver],
    link: str,
) -> None:
    due = f"{item.due_at:%Y年%-m月%-d日%H:%M}" if item.due_at else ""
    words = WORDS[template].format(about=about_it, title=item.title, due=due)
    for one in to:
        if one.mobile:
            notify(
                session,
                channel="sms",
                recipient=one.mobile,
                template=template,
                values={"text": words},
                key=f"{template}:{item.id}:{one.account_id}",
            )
    message.tell_accounts(
        session,
        [one.account_id for one in to],
        key=f"{template}:{item.id}",
        template=template,
        words=words,
        link=link,
    )


def _log(session: Session, action: str, item: WorkItem, told: int, now: datetime) -> None:
    role = item.escalate_role if action == "work_item:escalated" else item.role
    after = {"item": item.id, "step": item.step, "told": told}
    record(session, PLATFORM, action, item.instance_id, at=now, role=role, after=after)


def _names(session: Session, items: Sequence[WorkItem]) -> dict[str, str]:
    """Return what each item is about: its project, its organisation or enquiry, or its flow."""
    ids = {item.project_id for item in items if item.project_id}
    query = select(Project.id, Project.title).where(Project.id.in_(ids))
    projects: dict[str | None, str] = {row.id: row.title for row in session.execute(query)}
    cases = about(session, items)
    return {
        item.id: projects.get(item.project_id) or cases.get(item.instance_id) or "平台事项"
        for item in items
    }
