"""Parts that the page of a work item and the page of a case share: summary, progress."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.flow.work_item import WorkItem
from models.identity.account import Account
from models.identity.party import Party
from models.project import METHOD_TITLES, Project
from models.roster.eligibility import requirement_text
from processes.history import HistoryLine
from processes.role_titles import role_titles
from web.filters import moment, money, short_moment

SENT_BACK = "退回"


@dataclass(frozen=True)
class Line:
    """One line of the progress list, as the steps component draws it."""

    title: str
    kind: str
    note: str


def summary(session: Session, project: Project | None) -> list[tuple[str, str]]:
    """Return label and value pairs of a project; what nobody filled in is left out."""
    if project is None:
        return []
    owner = session.get_one(Party, project.owner_id)
    conditions = "；".join(requirement_text(one) for one in project.requirements)
    pairs = (
        ("项目业主", owner.name),
        ("项目编号", project.number),
        ("施工类别", project.works_type),
        ("选取方式", METHOD_TITLES[project.method]),
        ("最高限价", money(project.ceiling_price)),
        ("资金来源", project.funding),
        ("计划工期", f"{project.duration_days}个日历天" if project.duration_days else ""),
        ("建设地点", project.location),
        ("施工内容", project.scope),
        ("参与条件", conditions),
        ("选取时间", moment(project.selection_at) if project.selection_at else ""),
    )
    return [(label, value) for label, value in pairs if value]


def progress(
    session: Session, history: Sequence[HistoryLine], waiting: Sequence[WorkItem]
) -> list[Line]:
    """Return who did what when, and whose turn it is now."""
    holders = _names(session, waiting)
    return [*map(_done, history), *(_now(item, holders) for item in waiting)]


def turn_of(item: WorkItem, holders: dict[str, str]) -> str:
    """Return whose turn it is, in words."""
    if item.claimed_by:
        return f"{holders.get(item.claimed_by, '经办人')}正在办理"
    return f"等{role_titles().get(item.role, '有关岗位')}办理"


def _done(line: HistoryLine) -> Line:
    back = SENT_BACK in line.outcome
    title = f"{line.title}：{line.outcome}" if line.outcome else line.title
    return Line(title, "back" if back else "done", f"{line.who} · {short_moment(line.at)}")


def _now(item: WorkItem, holders: dict[str, str]) -> Line:
    arrived = f"{short_moment(item.opened_at)}到达"
    return Line(item.title, "now", f"{turn_of(item, holders)} · {arrived}")


def _names(session: Session, items: Sequence[WorkItem]) -> dict[str, str]:
    ids = {item.claimed_by for item in items if item.claimed_by}
    if not ids:
        return {}
    rows = session.execute(select(Account.id, Account.name).where(Account.id.in_(ids)))
    return {row.id: row.name for row in rows}
