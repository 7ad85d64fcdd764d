"""A project's way in the public's words, for the timeline of notices and results."""

from dataclasses import dataclass
from datetime import datetime

from models.clock import to_china
from models.notice import Notice, NoticeKind
from models.project import Project, ProjectPhase
from models.selection.tables import Draw

PLACES = {
    ProjectPhase.DRAFT: 0,
    ProjectPhase.INTAKE: 0,
    ProjectPhase.PREPARING: 0,
    ProjectPhase.ANNOUNCED: 1,
    ProjectPhase.FROZEN: 2,
    ProjectPhase.DRAWN: 2,
    ProjectPhase.PUBLICISED: 3,
    ProjectPhase.AWARDED: 4,
}
TITLES = ("受理", "选取公告", "随机选取", "结果公示", "发放中选通知书")
PUBLICITY = TITLES.index("结果公示")
ENDED = (ProjectPhase.TERMINATED, ProjectPhase.UNSUCCESSFUL)


@dataclass(frozen=True)
class Step:
    """One stage: ``kind`` is done, now or todo."""

    title: str
    note: str
    kind: str


def project_steps(project: Project, notices: list[Notice]) -> list[Step]:
    """Return the stages of a project with the moments that are public."""
    newest = {notice.kind: notice for notice in notices}
    if project.phase in ENDED:
        return _ended(project, newest)
    place = PLACES[project.phase]
    notes = _notes(project, newest, place)
    return [
        Step(title, note, "done" if n < place else "now" if n == place else "todo")
        for n, (title, note) in enumerate(zip(TITLES, notes, strict=True))
    ]


def _ended(project: Project, newest: dict[NoticeKind, Notice]) -> list[Step]:
    tender = newest.get(NoticeKind.TENDER_NOTICE)
    announced = [Step(TITLES[1], _period(tender), "done")] if tender else []
    begun = [Step(TITLES[0], _day(project.created_at), "done"), *announced]
    if project.phase is ProjectPhase.TERMINATED:
        ending = newest.get(NoticeKind.TERMINATION_NOTICE)
        return [*begun, Step("已终止", _day(ending.published_at) if ending else "", "now")]
    next_ = Step("重新组织或终止", "等业主决定", "todo")
    return [*begun, Step("选取失败", _day(project.selection_at), "now"), next_]


def draw_steps(draw: Draw, tender: Notice | None) -> list[Step]:
    """Return how a finished draw came about, for the result page."""
    opened = to_china(draw.opened_at).strftime("%m-%d %H:%M:%S") if draw.opened_at else ""
    frozen = f"{_day(draw.freeze_at)}，共{draw.tickets}家，只公布家数与指纹"
    return [
        Step("三方各自作出承诺", "公告前，每方的随机数密封保管", "done"),
        Step("发布公告", f"{_period(tender)}，符合条件的企业自愿参与", "done"),
        Step("名单到点自动冻结", frozen, "done"),
        Step("当众开启", f"{opened}，选取人员按下，监督人员确认", "done"),
        Step("计算排序", "任何人重算都得到同样的顺序", "done"),
        Step("公布结果", _day(draw.published_at), "done"),
    ]


def _notes(project: Project, newest: dict[NoticeKind, Notice], place: int) -> tuple[str, ...]:
    award = newest.get(NoticeKind.AWARD_NOTICE) if place >= PUBLICITY else None
    return (
        _day(project.created_at),
        _period(newest.get(NoticeKind.TENDER_NOTICE)),
        _day(project.selection_at) or "按公告确定",
        _period(award),
        "公示期满之后",
    )


def _period(notice: Notice | None) -> str:
    if notice is None or notice.published_at is None:
        return ""
    end = f"至{to_china(notice.ends_at):%m-%d}" if notice.ends_at else ""
    return f"{to_china(notice.published_at):%m-%d}{end}"


def _day(moment: datetime | None) -> str:
    return f"{to_china(moment):%m-%d %H:%M}" if moment else ""
