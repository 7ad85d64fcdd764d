"""Parts that the page of a work item and the page of a case share: summary, progress."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models.emergencies import CONCLUSION_TITLES, of_project
from models.flow.instance import Instance
from models.flow.work_item import WorkItem
from models.identity.actor import Actor
from models.identity.names import account_names
from models.project import METHOD_TITLES, Project, SelectionMethod
from models.works_report import REPORT_TITLES
from models.works_reports import UNIT_TITLES
from processes.disclosure import MASKED, HiddenProjectError, disclose, viewer_of
from processes.history import HistoryLine
from processes.report_units import panel
from processes.role_titles import role_titles
from web.filters import moment, money, short_moment

SENT_BACK = "退回"
LABELS: Mapping[str, str] = {
    "owner": "项目业主",
    "number": "项目编号",
    "contact": "经办人",
    "contact_mobile": "联系电话",
    "works_type": "施工类别",
    "method": "选取方式",
    "management": "组织形式",
    "agency": "代理机构",
    "ceiling_price": "最高限价",
    "funding": "资金来源",
    "duration_days": "计划工期",
    "location": "建设地点",
    "scope": "施工内容",
    "conditions": "参与条件",
    "freeze_at": "报名截止",
    "bidding_from": "竞价开始",
    "bidding_until": "竞价截止",
    "selection_at": "选取时间",
    "postponement": "选取延期",
    "floor_commit": "最低限价指纹",
    "below_floor": "低于最低限价的报价",
    "undertakings": "最低限价制定和知悉人员",
    "tickets": "参与家数",
    "envelopes": "密封报价",
    "interests": "参与企业",
    "passed": "通过资格审查",
    "comparison_failure": "失败原因",
    "floor": "最低限价",
    "lowest_price": "竞价最低价",
    "bidding_failure": "失败原因",
    "winner": "中选企业",
    "award_price": "中选价",
    "contract_price": "合同价",
    "signed_on": "合同签订日期",
    "accepted_on": "验收日期",
    "audited_settlement": "审定结算金额",
}
"""What disclosure may show of a project, in the order of the page."""


def _moment(text: str) -> str:
    return moment(datetime.fromisoformat(text))


WRITTEN: Mapping[str, Callable[[Any], str]] = {
    "method": lambda value: METHOD_TITLES[SelectionMethod(value)],
    "ceiling_price": money,
    "award_price": money,
    "contract_price": money,
    "audited_settlement": money,
    "duration_days": lambda value: f"{value}个日历天",
    "conditions": "；".join,
    "interests": "、".join,
    "freeze_at": _moment,
    "selection_at": _moment,
    "tickets": lambda value: f"{value}家",
    "passed": lambda value: f"{value}家",
    "bidding_from": _moment,
    "bidding_until": _moment,
    "envelopes": lambda value: f"{value}份",
    "floor": money,
    "lowest_price": money,
    "undertakings": "；".join,
}
OF_EMERGENCY: Mapping[str, str] = {
    "ceiling_price": "",  # there was no limit: the price was agreed on the spot
    "winner": "施工单位",
    "award_price": "发包价",
}
OF_BIDDING: Mapping[str, str] = {"selection_at": "开启时间", "postponement": "开启延期"}
OF_COMPARISON: Mapping[str, str] = {"tickets": "报名家数"}


@dataclass(frozen=True)
class Line:
    """One line of the progress list, as the steps component draws it."""

    title: str
    kind: str
    note: str


def summary(session: Session, project: Project | None, actor: Actor) -> list[tuple[str, str]]:
    """Return label and value pairs of what this person may see; what is empty is left out."""
    if project is None:
        return []
    try:
        seen = disclose(session, project, viewer_of(actor, project))
    except HiddenProjectError:
        return []  # somebody whose part in the case comes later than its first notice
    if not seen.get("freeze_at"):
        seen = {name: value for name, value in seen.items() if value != MASKED}
    if seen.get("passed") == MASKED:
        del seen["passed"]  # not hidden from whoever takes part: nobody has decided it yet
    labels = {**LABELS, **_own_words(project)}
    pairs = ((label, _words(name, seen[name])) for name, label in labels.items() if name in seen)
    return [(label, words) for label, words in pairs if label and words]


def _own_words(project: Project) -> Mapping[str, str]:
    """Return the labels that a way to choose calls by words of its own."""
    words = {
        SelectionMethod.REVERSE_AUCTION: OF_BIDDING,
        SelectionMethod.COMPARATIVE_SELECTION: OF_COMPARISON,
        SelectionMethod.EMERGENCY: OF_EMERGENCY,
    }
    return words.get(project.method, {})


def _words(name: str, value: Any) -> str:  # noqa: ANN401 - a field of any kind
    if value is None or value in ("", 0, []):
        return ""
    if value == MASKED:
        return MASKED
    write = WRITTEN.get(name, str)
    return write(value)


def special_parts(
    session: Session, instance: Instance, project: Project | None, actor: Actor
) -> dict[str, Any]:
    """Return what pages show of an emergency, and of the reports that an acceptance rests on."""
    return {
        "reports": panel(session, instance, project, actor),
        "report_titles": REPORT_TITLES,
        "unit_titles": UNIT_TITLES,
        "emergency": of_project(session, project.id) if project else None,
        "conclusions": CONCLUSION_TITLES,
    }


def progress(
    session: Session, history: Sequence[HistoryLine], waiting: Sequence[WorkItem]
) -> list[Line]:
    """Return who did what when, and whose turn it is now."""
    holders = account_names(session, {item.claimed_by for item in waiting if item.claimed_by})
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
