"""How a bidding ends without a result, or later than announced: failed, cancelled, put off."""

from datetime import datetime

from models.clock import iso
from models.selection import auction_schedule, changing
from models.selection.auction_rows import draw_of, state_error
from models.selection.auction_tables import Auction, AuctionState
from models.selection.tables import DrawState
from models.selection.world import World

BEFORE_FREEZE = (
    AuctionState.PREPARING,
    AuctionState.SEALED,
    AuctionState.PLANNED,
    AuctionState.ANNOUNCED,
)
BEFORE_OPENING = (*BEFORE_FREEZE, AuctionState.FROZEN, AuctionState.BIDDING, AuctionState.CLOSED)
TOO_FEW = "too_few"
FAILURES = {
    TOO_FEW: "参与截止时有效参与企业{joiners}家，少于规定的{least}家，选取失败",
    "no_bids": "竞价截止时没有收到报价，选取失败",
    "no_valid_bid": "没有有效报价，选取失败",
    "floor_unopenable": "最低限价的密封件打不开，或里面不是价格，选取失败",
    "floor_out_of_range": "开启的最低限价高于最高限价或不大于零，选取失败",
    "winner_unopenable": "报出最低价的票打不开，不能确定中选企业，选取失败",
}


def postpone_close(world: World, auction: Auction, to: datetime) -> Auction:
    """Let bidding close later, after an outage; what is closed stays closed."""
    world.session.refresh(auction, with_for_update=True)
    if auction.state not in (AuctionState.FROZEN, AuctionState.BIDDING):
        raise state_error(auction, "延后竞价截止")
    if auction.postponed_to == to:
        return auction
    auction_schedule.check_new_close(world, auction, draw_of(world.session, auction), to)
    former, auction.postponed_to = auction.closes_at, to
    world.session.flush()
    before = {"at": iso(former) if former else None}
    world.log("auction:postponed", auction.id, before=before, after={"to": iso(to)})
    return auction


def fail(world: World, auction: Auction, reason: str) -> None:
    """End a bidding without a winner, and the draw beside it: a new round may follow."""
    if auction.state is AuctionState.UNSUCCESSFUL:
        return
    if auction.state in (*BEFORE_FREEZE, AuctionState.PUBLISHED, AuctionState.CANCELLED):
        raise state_error(auction, "宣布选取失败")
    auction.state, auction.failure = AuctionState.UNSUCCESSFUL, reason
    draw_of(world.session, auction).state = DrawState.UNSUCCESSFUL
    world.session.flush()
    world.log("auction:unsuccessful", auction.id, after={"reason": reason})


def failure_text(auction: Auction) -> str:
    """Return why a bidding failed: counts and rules, never a company or a bid."""
    return failure_words(auction.failure).format(
        joiners=auction.joiners or 0, least=auction.min_joiners
    )


def failure_words(code: str) -> str:
    """Return the words of a failure; those of too few joiners have places for two numbers."""
    return FAILURES.get(code, "选取失败")


def cancel(world: World, auction: Auction, reason: str, *, keeps: bool = False) -> Auction:
    """Cancel a bidding that has not begun to open; once closed it is still computed and filed.

    Before its close there is no whole list of bids: nobody ever learns what was sealed in it.
    ``keeps`` lets those who joined go over to the next round, before the list has frozen.
    """
    world.session.refresh(auction, with_for_update=True)
    if auction.state is AuctionState.CANCELLED:
        return auction
    if auction.state not in BEFORE_OPENING:
        raise state_error(auction, "取消竞价")
    draw = draw_of(world.session, auction)
    if auction.state in BEFORE_FREEZE:
        changing.stop(world, draw, reason, keeps=keeps)
    before, auction.state = auction.state, AuctionState.CANCELLED
    auction.cancelled_at, auction.cancel_reason = world.clock(), reason.strip()
    draw.state, draw.cancelled_at = DrawState.CANCELLED, auction.cancelled_at
    draw.cancel_reason = auction.cancel_reason
    world.session.flush()
    world.log("auction:cancelled", auction.id, before={"state": before.value})
    return auction
