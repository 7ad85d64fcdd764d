"""One ticket of a contractor: how it stands, and what everybody may know of it by now."""

from dataclasses import dataclass

from models.clock import business_now
from models.project import Project, ProjectPhase
from models.selection.auction_stages import STAGE_TITLES, Stage, stage
from models.selection.auction_tables import Auction, AuctionState
from models.selection.tables import Draw, DrawState

OVER = (ProjectPhase.TERMINATED,)
STATES = {
    DrawState.OPEN: "已参与，等待名单冻结",
    DrawState.FROZEN: "名单已冻结，等待选取",
    DrawState.OPENING: "正在开启",
    DrawState.DRAWN: "已选取，等待公布",
    DrawState.PUBLISHED: "未中选",
    DrawState.UNSUCCESSFUL: "参与企业不足，选取失败",
    DrawState.CANCELLED: "本次选取已取消",
}
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

    @property
    def stage(self) -> Stage | None:
        """The stage of a bidding; none when the contractor is chosen by lot alone."""
        return None if self.auction is None else stage(self.auction, business_now())

    @property
    def is_published(self) -> bool:
        """Whether everybody may know the result."""
        if self.auction is not None:
            return self.auction.state is AuctionState.PUBLISHED
        return self.draw.state is DrawState.PUBLISHED

    @property
    def won(self) -> bool:
        """Whether this ticket was chosen and the award stands, and everybody may know it."""
        source = self.draw if self.auction is None else self.auction
        chosen = self.is_published and source.winner_ticket == self.ticket
        return chosen and not self.declined

    @property
    def failed(self) -> bool:
        """Whether the selection ended without a winner."""
        if self.auction is not None:
            return self.auction.state is AuctionState.UNSUCCESSFUL
        return self.draw.state is DrawState.UNSUCCESSFUL

    @property
    def is_cancelled(self) -> bool:
        """Whether the selection was stopped."""
        stopped = self.auction is not None and self.auction.state is AuctionState.CANCELLED
        return stopped or self.draw.state is DrawState.CANCELLED

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
        return "中选" if self.won else STATES[self.draw.state]
