"""A project's way in the public's words, for the timeline of notices and results."""

from dataclasses import dataclass

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
ENDED = (ProjectPhase.TERMINATED, ProjectPhase.UNSUCCESSFUL)


@dataclass(frozen=True)
class Step:
    """One stage: ``state`` is done, now or next."""

    title: str
    text: str
    state: str


def project_steps(project: Project, notices: list[Notice]) -> list[Step]:
    """Return the stages of a project with the moments that are public."""
    texts = _texts(project, notices)
    if project.phase in ENDED:
        word = "已终止" if project.phase is ProjectPhase.TERMINATED else "选取失败"
        return [
            Step("受理", texts[0], "done"),
            Step("选取公告", texts[1], "done"),
            Step(word, "", "now"),
        ]
    place = PLACES[project.phase]
    titles = ("受理", "选取公告", "随机选取", "结果公示", "发放中选通知书")
    return [
        Step(title, text, "done" if n < place else "now" if n == place else "next")
        for n, (title, text) in enumerate(zip(titles, texts, strict=True))
    ]


def draw_steps(project: Project, draw: Draw, tender: Notice | None) -> list[Step]:
    """Return how a finished draw came about, for the result page."""
    published = _day(tender.published_at) if tender and tender.published_at else ""
    opened = to_china(draw.opened_at).strftime("%m-%d %H:%M:%S") if draw.opened_at else ""
    frozen = _day(draw.freeze_at) if draw.freeze_at else ""
    result = _day(draw.published_at) if draw.published_at else ""
    return [
        Step("三方各自作出承诺", "公告前，每方的随机数密封保管", "done"),
        Step("发布公告", f"{published}，符合条件的企业自愿参与", "done"),
        Step("名单到点自动冻结", f"{frozen}，共{draw.tickets}家，只公布家数与指纹", "done"),
        Step("当众开启", f"{opened}，选取人员按下，监督人员确认", "done"),
        Step("计算排序", "任何人重算都得到同样的顺序", "done"),
        Step("公布结果", f"{result}，{project.title}", "done"),
    ]


def _texts(project: Project, notices: list[Notice]) -> tuple[str, str, str, str, str]:
    first = {n.kind: n for n in reversed(notices)}
    tender = first.get(NoticeKind.TENDER_NOTICE)
    award = first.get(NoticeKind.AWARD_NOTICE)
    return (
        _day(project.created_at),
        _period(tender),
        _day(project.selection_at) if project.selection_at else "按公告确定",
        _period(award) or "1个工作日",
        "",
    )


def _period(notice: Notice | None) -> str:
    if notice is None or notice.published_at is None:
        return ""
    end = f"至{notice.ends_at:%m-%d}" if notice.ends_at else ""
    return f"{notice.published_at:%m-%d}{end}"


def _day(moment: object) -> str:
    return f"{moment:%m-%d %H:%M}" if moment else ""
