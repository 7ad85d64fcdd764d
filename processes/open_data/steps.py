"""A project's way in the public's words, for the timeline of notices and results."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from models.clock import to_china
from models.notice import Notice, NoticeKind
from models.project import Project, ProjectPhase, SelectionMethod
from models.selection.auction_tables import Auction
from models.selection.tables import Draw
from processes.open_data.rounds import Round
from processes.open_data.stages import WAYS, stages_of

PLACES = {
    ProjectPhase.DRAFT: 0,
    ProjectPhase.INTAKE: 0,
    ProjectPhase.PREPARING: 0,
    ProjectPhase.ANNOUNCED: 1,
    ProjectPhase.PAUSED: 1,
    ProjectPhase.FROZEN: 2,
    ProjectPhase.DRAWN: 2,
    ProjectPhase.PUBLICISED: 3,
    ProjectPhase.AWARDED: 4,
    ProjectPhase.CONTRACTED: 5,
    ProjectPhase.COMPLETED: 7,
    ProjectPhase.EVALUATED: 8,
}
TITLES = (
    "受理",
    "选取公告",
    "随机选取",
    "结果公示",
    "发放中选通知书",
    "合同公示",
    "竣工验收",
    "信用评价",
)
PUBLICITY = TITLES.index("结果公示")
BIDDING = 2
"""Where the stage of bidding stands, between the announcement and the opening."""
ENDED = (ProjectPhase.TERMINATED, ProjectPhase.UNSUCCESSFUL, ProjectPhase.DECLINED)


@dataclass(frozen=True)
class Step:
    """One stage: ``kind`` is done, now or todo."""

    title: str
    note: str
    kind: str


def project_steps(
    project: Project, notices: Sequence[Notice], rounds: Sequence[Round] = ()
) -> list[Step]:
    """Return the stages of a project with the moments that are public, earlier rounds in brief."""
    if project.phase in ENDED:
        return _ended(project, notices, rounds)
    over = [one for one in rounds if one.is_over]
    newest = _newest(notices, over)
    place = _place(project)
    stages = _stages(project, newest)
    ahead = [
        Step(title, note, "done" if n < place else "now" if n == place else "todo")
        for n, (title, note) in enumerate(stages)
    ]
    return [*_received(project, over, place), *_brief(over), *_again(over, place), *ahead[1:]]


def _place(project: Project) -> int:
    """Return how many stages are over; a bidding has one more, before its opening."""
    if project.method in WAYS:
        return WAYS[project.method].place(project)
    if project.method is not SelectionMethod.REVERSE_AUCTION:
        return PLACES[project.phase]
    waits = {ProjectPhase.FROZEN: BIDDING, ProjectPhase.BIDDING: BIDDING}
    later = PLACES.get(project.phase, BIDDING)
    return waits.get(project.phase, later + 1 if later >= BIDDING else later)


def _stages(project: Project, newest: dict[NoticeKind, Notice]) -> list[tuple[str, str]]:
    """Return every stage with its public moment."""
    if project.method in WAYS:
        return stages_of(project, newest)
    is_bidding = project.method is SelectionMethod.REVERSE_AUCTION
    place = _place(project) - (1 if is_bidding else 0)
    stages = list(zip(TITLES, _notes(project, newest, place), strict=True))
    if is_bidding:
        stages[BIDDING] = ("当众开启", stages[BIDDING][1])
        stages.insert(BIDDING, ("竞价", _bidding_period(newest.get(NoticeKind.TENDER_NOTICE))))
    return stages


def _bidding_period(tender: Notice | None) -> str:
    """Return the period as the notice printed it."""
    told = (
        [str(tender.facts.get(f"bidding_{one}") or "") for one in ("from", "until")]
        if tender
        else []
    )
    if not all(told) or not told:
        return "按公告确定"
    begins, closes = (to_china(datetime.fromisoformat(one)) for one in told)
    return f"{begins:%m-%d %H:%M}至{closes:%m-%d %H:%M}"


def _received(project: Project, over: Sequence[Round], place: int) -> list[Step]:
    return [Step(_first(project), _day(project.created_at), "done" if place or over else "now")]


def _first(project: Project) -> str:
    return WAYS[project.method].titles[0] if project.method in WAYS else TITLES[0]


def _announcing(project: Project) -> str:
    return WAYS[project.method].titles[1] if project.method in WAYS else TITLES[1]


def _brief(over: Sequence[Round]) -> list[Step]:
    return [Step(f"第{one.number}轮{one.word}", _day(one.ended_at), "done") for one in over]


def _again(over: Sequence[Round], place: int) -> list[Step]:
    """While the next round is being prepared, that is where the project stands."""
    return [Step("重新组织选取", "指定人员，编制公告", "now")] if over and not place else []


def _newest(notices: Sequence[Notice], over: Sequence[Round]) -> dict[NoticeKind, Notice]:
    """Return the newest notice of each kind that does not belong to a round that is over."""
    past = {one.draw.id for one in over}
    return {notice.role: notice for notice in notices if notice.draw_id not in past}


def _ended(project: Project, notices: Sequence[Notice], rounds: Sequence[Round]) -> list[Step]:
    if project.phase is ProjectPhase.TERMINATED:
        return [*_begun(project, notices, rounds), _terminated(notices)]
    next_ = Step("重新组织或终止", "等业主决定", "todo")
    last = rounds[-1] if rounds else None
    begun = _begun(project, notices, rounds[:-1])
    if project.phase is ProjectPhase.DECLINED:
        awarded = _period({one.kind: one for one in notices}.get(NoticeKind.AWARD_NOTICE))
        declined = Step("中选企业放弃", _day(last.ended_at) if last else "", "now")
        return [*begun, Step(TITLES[PUBLICITY], awarded, "done"), declined, next_]
    failed = last.ended_at if last else project.selection_at
    return [*begun, Step("选取失败", _day(failed), "now"), next_]


def _begun(project: Project, notices: Sequence[Notice], rounds: Sequence[Round]) -> list[Step]:
    over = [one for one in rounds if one.is_over]
    tender = _newest(notices, over).get(NoticeKind.TENDER_NOTICE)
    announced = [Step(_announcing(project), _period(tender), "done")] if tender else []
    return [Step(_first(project), _day(project.created_at), "done"), *_brief(over), *announced]


def _terminated(notices: Sequence[Notice]) -> Step:
    ending = [one for one in notices if one.kind is NoticeKind.TERMINATION_NOTICE]
    return Step("已终止", _day(ending[-1].published_at) if ending else "", "now")


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


def opening_steps(auction: Auction, draw: Draw, tender: Notice | None) -> list[Step]:
    """Return how a bidding came to its result, for the result page."""
    opened = f"{to_china(auction.opened_at):%m-%d %H:%M:%S}" if auction.opened_at else ""
    frozen = f"{_day(draw.freeze_at)}，共{auction.joiners}家，只公布家数与指纹"
    steps = [
        Step("最低限价密封", "公告前，在业主自己的设备上密封，三个保管方分别保管", "done"),
        Step("发布公告", f"{_period(tender)}，公告印有最低限价指纹", "done"),
        Step("名单到点自动冻结", frozen, "done"),
    ]
    if auction.closed_at is None:
        return steps
    closed = f"{_day(auction.closed_at)}，共{auction.envelopes}份密封报价，指纹写入日志"
    steps.append(Step("竞价到点自动截止", closed, "done"))
    if not opened:
        return steps
    count = len(auction.tied or [])
    equal = f"最低价{count}家并列，当众随机选取1家"
    settled = equal if count > 1 else "任何人重算都得到同样的成交价"
    steps += [
        Step("当众开启", f"{opened}，选取人员按下，监督人员确认", "done"),
        Step("结算", settled, "done"),
    ]
    published = Step("公布结果", _day(auction.published_at), "done")
    return [*steps, published] if auction.published_at else steps


def _notes(project: Project, newest: dict[NoticeKind, Notice], place: int) -> tuple[str, ...]:
    award = newest.get(NoticeKind.AWARD_NOTICE) if place >= PUBLICITY else None
    return (
        _day(project.created_at),
        _period(newest.get(NoticeKind.TENDER_NOTICE)),
        _day(project.selection_at) or "按公告确定",
        _period(award),
        "公示期满之后",
        _period(newest.get(NoticeKind.CONTRACT_NOTICE)) or "合同签订之后",
        "施工完成之后",
        "验收之后",
    )


def _period(notice: Notice | None) -> str:
    if notice is None or notice.published_at is None:
        return ""
    end = f"至{to_china(notice.ends_at):%m-%d}" if notice.ends_at else ""
    return f"{to_china(notice.published_at):%m-%d}{end}"


def _day(moment: datetime | None) -> str:
    return f"{to_china(moment):%m-%d %H:%M}" if moment else ""
