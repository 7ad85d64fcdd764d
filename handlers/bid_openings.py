"""Opening floor and bids in the hall, and what it comes to (第七十六条（二）, 附件5)."""

from dataclasses import dataclass

from handlers.auctions import current
from handlers.case_project import project_of
from handlers.context import OperatorContext
from handlers.draws import CurrentParams, OpenResult
from handlers.draws import current as current_draw
from handlers.projects import move
from handlers.registry import operator
from models.project import ProjectPhase
from models.selection import auctions, bid_opening
from models.selection.auction_tables import AuctionState
from models.selection.tables import DrawState

SELECTED, NONE = "selected", "none"
STAGES = {
    AuctionState.FROZEN: "bidding",
    AuctionState.BIDDING: "bidding",
    AuctionState.CLOSED: "opening",
    AuctionState.OPENING: "opening",
}
DRAW = "draw"


@dataclass(frozen=True, kw_only=True)
class SettleResult:
    """``winner``, ``tie`` or ``none`` with the reason; bids are named by tickets alone."""

    outcome: str
    reason: str
    price: int | None
    tied: list[str]


@dataclass(frozen=True, kw_only=True)
class ConcludeResult:
    """``selected`` or ``none``: what bidding, opening and a draw among equals have come to."""

    outcome: str
    winner_ticket: str


@operator("selection.stage", title="核对进行到哪一步")
def stage(params: CurrentParams, context: OperatorContext) -> str:  # noqa: ARG001
    """Return ``bidding``, ``opening`` or ``draw``: where an interrupted selection goes on."""
    auction = auctions.latest(context.session, project_of(context).id)
    return DRAW if auction is None else STAGES.get(auction.state, DRAW)


@operator("auction.open", title="各保管方开启最低限价和报价")
def open_envelopes(params: CurrentParams, context: OperatorContext) -> OpenResult:  # noqa: ARG001
    """Let the guardians release floor and bids; incomplete is an outcome."""
    found = bid_opening.open_(context, current(context))
    return OpenResult(complete=found.complete, waiting=found.waiting)


@operator("auction.settle", title="按公告规则定价")
def settle(params: CurrentParams, context: OperatorContext) -> SettleResult:  # noqa: ARG001
    """Settle by the announced rule: one lowest, several equal, or none."""
    found = bid_opening.settle(context, current(context))
    if found.outcome == "winner":
        move(context, project_of(context), ProjectPhase.DRAWN)
    return SettleResult(
        outcome=found.outcome, reason=found.reason, price=found.price, tied=found.tied
    )


@operator("auction.conclude", title="确认选取结果")
def conclude(params: CurrentParams, context: OperatorContext) -> ConcludeResult:  # noqa: ARG001
    """Return whether a contractor was selected: by price alone, or drawn among equals."""
    auction, draw = current(context), current_draw(context)
    is_settled = auction.state is AuctionState.SETTLED
    is_drawn = auction.state is AuctionState.TIED and draw.state is DrawState.DRAWN
    if not is_settled and not is_drawn:
        return ConcludeResult(outcome=NONE, winner_ticket="")
    ticket = auction.winner_ticket if is_settled else draw.winner_ticket
    return ConcludeResult(outcome=SELECTED, winner_ticket=ticket or "")
