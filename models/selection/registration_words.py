"""What a contractor reads of its registrations: the result, what comes next, why it is out."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from models.identity.party import Party
from models.project import ProjectPhase
from models.roster import eligibility
from models.roster.eligibility import Reason
from models.selection.auction_stages import Stage
from models.selection.auction_tables import Auction, AuctionState
from models.selection.comparison_tables import Comparison, ComparisonState
from models.selection.registration import Registration
from models.selection.tables import DrawState

WAITING, WON, LOST, OUT, ENDED = "waiting", "won", "lost", "out", "ended"
RESULTS: Mapping[str, str] = {
    WAITING: "等待结果",
    WON: "中选",
    LOST: "未中选",
    OUT: "不在名单内",
    ENDED: "没有选出或已取消",
}
NOT_OVER = {
    DrawState.OPENING: "等选取现场开启完毕",
    DrawState.DRAWN: "等交易中心发布结果公示",
}
FAILED = "等项目业主决定重新选取或终止，重新选取须重新参与"
CANCELLED = "等新的公告，届时须重新参与"
SETTLED = (AuctionState.SETTLED, AuctionState.TIED)
NEXT_OF_COMPARISON = {
    ComparisonState.OPENED: "等发包人资格审查",
    ComparisonState.REVIEWED: "等发包人比选",
    ComparisonState.COMPARED: "等发包人发布中选公告",
}
GOES_OVER = (
    "等新的公告，票号随之转入，不必重新参与；发布后请重新下载回执，其中写明新一轮选取；"
    "报名截止前可以退出"
)
AFTER_AWARD = {
    ProjectPhase.PUBLICISED: "等结果公示期满，可先下载中选通知书",
    ProjectPhase.AWARDED: "与项目业主签订合同",
    ProjectPhase.CONTRACTED: "按合同施工，竣工后由项目业主验收",
    ProjectPhase.COMPLETED: "等项目业主评价",
    ProjectPhase.EVALUATED: "已办结，评价可在本单位信息查看",
}
EXCLUDED = "没有；按规则不再参加本项目的重新选取"
MAY_REJOIN = "项目重新选取的，可以重新参与"
REMEDIES = {
    "roster": "在“本单位信息”申请入驻",
    "declined": "本项目不能再参与，参与其他项目不受影响",
    "suspension": "停用期满自动恢复；有异议的联系行业主管部门",
    "qualification": "在“本单位信息”申请变更，补充或更新资质证书",
}


def result(one: Registration) -> str:
    """Return the group of results that a registration belongs to."""
    if one.goes_over:
        return WAITING
    if one.declined or one.failed or one.is_cancelled:
        return ENDED
    if not one.live:
        return OUT
    if one.is_published:
        return WON if one.won else LOST
    return LOST if one.failed_review else WAITING


def next_step(one: Registration) -> str:
    """Return what comes next for the enterprise, in words."""
    if one.declined:
        return EXCLUDED if one.excluded else MAY_REJOIN
    if one.goes_over:
        return GOES_OVER
    if one.is_over:
        return "没有；项目已经终止"
    if one.failed or one.is_cancelled:
        return FAILED if one.failed else CANCELLED
    return _while_on(one) if one.live else "没有；补齐条件后可参与其他项目"


def _while_on(one: Registration) -> str:
    draw, state = one.draw, one.draw.state
    if one.is_published:
        return AFTER_AWARD.get(one.project.phase, "—") if one.won else "没有"
    if one.comparison is not None:
        return _while_comparing(one, one.comparison)
    if one.auction is not None:
        return _while_bidding(one, one.auction)
    if state is DrawState.OPEN:
        return f"{draw.freeze_at:%m月%d日 %H:%M}冻结名单，之前可以退出"
    if state is DrawState.FROZEN:
        return f"{draw.opens_at:%m月%d日 %H:%M}之后当众选取"
    return NOT_OVER.get(state, "—")


def _while_comparing(one: Registration, comparison: Comparison) -> str:
    if one.may_leave:
        return f"{one.draw.freeze_at:%m月%d日 %H:%M}截止报名，之前可以退出"
    if one.failed_review:
        return "没有；理由见本项目的报名详情"
    return NEXT_OF_COMPARISON.get(comparison.state, "等待公开报名名单")


def _while_bidding(one: Registration, auction: Auction) -> str:
    if one.stage is Stage.BIDDING:
        return f"{auction.closes_at:%m月%d日 %H:%M}截止，之前可以报价或重新报价"
    if one.stage is Stage.WAITING and auction.state in SETTLED:
        return "等交易中心发布结果公示"
    if one.stage is Stage.WAITING:
        return f"{one.draw.opens_at:%m月%d日 %H:%M}之后当众开启"
    if one.may_leave:
        return f"{one.draw.freeze_at:%m月%d日 %H:%M}冻结名单，之前可以退出，之后竞价"
    if auction.bidding_from is None:
        return "等竞价开始，以公告时间为准"
    return f"{auction.bidding_from:%m月%d日 %H:%M}开始竞价"


def why_out(session: Session, party: Party, one: Registration) -> list[Reason]:
    """Return what the enterprise lacked when the list froze, to itself alone; none if it left."""
    draw = one.draw
    if one.live or draw.freeze_at is None:
        return []
    return eligibility.fits(session, party.id, one.project, draw.freeze_at)


def remedy(reason: Reason) -> str:
    """Return what to do about a condition that was not met."""
    return REMEDIES.get(reason.code, "请核对本单位信息，有疑问的联系交易中心")
