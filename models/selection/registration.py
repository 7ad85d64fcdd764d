"""One ticket of a contractor: how it stands, and what everybody may know of it by now."""

from dataclasses import dataclass

from models.clock import business_now
from models.project import Project, ProjectPhase
from models.selection.auction_stages import STAGE_TITLES, Stage, stage
from models.selection.auction_tables import Auction, AuctionState
from models.selection.comparison_tables import Candidate, Comparison, ComparisonState
from models.selection.tables import Draw, DrawState

OVER = (ProjectPhase.TERMINATED,)
PUBLISHED = (DrawState.PUBLISHED, AuctionState.PUBLISHED, ComparisonState.PUBLISHED)
FAILED = (DrawState.UNSUCCESSFUL, AuctionState.UNSUCCESSFUL, ComparisonState.UNSUCCESSFUL)
CANCELLED = (AuctionState.CANCELLED, ComparisonState.CANCELLED)
STATES = {
    DrawState.OPEN: "已参与，等待名单冻结",
    DrawState.FROZEN: "名单已冻结，等待选取",
    DrawState.OPENING: "正在开启",
    DrawState.DRAWN: "已选取，等待公布",
    DrawState.PUBLISHED: "未中选",
    DrawState.UNSUCCESSFUL: "参与企业不足，选取失败",
    DrawState.CANCELLED: "本次选取已取消",
}
STATES_OF_COMPARISON = {
    ComparisonState.REGISTERING: "已报名，等待报名截止",
    ComparisonState.CLOSED: "报名已截止，等待公开名单",
    ComparisonState.OPENED: "名单已公开，等待资格审查",
    ComparisonState.REVIEWED: "资格审查合格，等待比选",
    ComparisonState.COMPARED: "已比选，等待公布",
    ComparisonState.PUBLISHED: "未中选",
    ComparisonState.UNSUCCESSFUL: "比选失败",
    ComparisonState.CANCELLED: "本次比选已取消",
}
FAILED_REVIEW = "资格审查不合格"
KEPT = "正在办理变更或暂停，参与资格保留"
DECLINED = "中选后放弃，原结果已撤销"
OUT = "不在冻结的名单内：已经退出，或冻结时被停用、不再符合条件"


@dataclass(frozen=True)
class Registration:
    """One ticket of the party that asks."""

    project: Project
    draw: Draw
    ticket: str
    live: bool
    may_leave: bool = False
    declined: bool = False
    excluded: bool = False
    auction: Auction | None = None
    comparison: Comparison | None = None
    candidate: Candidate | None = None

    @property
    def stage(self) -> Stage | None:
        """The stage of a bidding; none when the contractor is chosen by lot alone."""
        return None if self.auction is None else stage(self.auction, business_now())

    @property
    def held(self) -> Draw | Auction | Comparison:
        """What the result comes from."""
        return self.comparison or self.auction or self.draw

    @property
    def is_published(self) -> bool:
        """Whether everybody may know the result."""
        return self.held.state in PUBLISHED

    @property
    def won(self) -> bool:
        """Whether this ticket was chosen and the award stands, and everybody may know it."""
        return self.is_published and self._is_chosen and not self.declined

    @property
    def _is_chosen(self) -> bool:
        if self.comparison is not None:
            mine = self.candidate
            return mine is not None and mine.party_id == self.comparison.winner_id
        source = self.draw if self.auction is None else self.auction
        return source.winner_ticket == self.ticket

    @property
    def failed_review(self) -> bool:
        """Whether the organiser found that the enterprise does not qualify."""
        return self.candidate is not None and self.candidate.passed is False

    @property
    def failed(self) -> bool:
        """Whether the selection ended without a winner."""
        return self.held.state in FAILED

    @property
    def is_cancelled(self) -> bool:
        """Whether the selection was stopped."""
        return self.held.state in CANCELLED or self.draw.state is DrawState.CANCELLED

    @property
    def goes_over(self) -> bool:
        """Whether the draw was stopped and the ticket goes over to the one that follows."""
        kept = self.is_cancelled and self.draw.keeps_interest
        return kept and self.live and not self.is_over

    @property
    def is_over(self) -> bool:
        """Whether the project itself has ended without an award: no other notice follows."""
        return self.project.phase in OVER

    @property
    def state(self) -> str:
        """How it stands, in words."""
        if self.declined:
            return DECLINED
        if self.goes_over:
            return KEPT
        if not self.live:
            return OUT
        if self.stage is not None:
            return STAGE_TITLES[self.stage]
        return "中选" if self.won else self._state

    @property
    def _state(self) -> str:
        comparison = self.comparison
        if comparison is None:
            return STATES[self.draw.state]
        is_on = not self.failed and not self.is_cancelled
        if is_on and self.failed_review:
            return FAILED_REVIEW
        return STATES_OF_COMPARISON.get(comparison.state, "—")
