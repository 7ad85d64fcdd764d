"""From the closed list of sealed bids to the published result; each verb may be repeated.

The transcript is a function of what was sealed before the close and of the guardians' shares:
pressing twice, a crash or a restore in between changes nothing of it (selection.md 2).
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from models.selection import auctions, bid_gathering, guardians, joiners
from models.selection.auction_errors import CloseNotLoggedError
from models.selection.auction_rows import state_error
from models.selection.auction_tables import Auction, AuctionState
from models.selection.bid_result import publish, winner_of
from models.selection.draw_errors import FreezeNotLoggedError
from models.selection.jcs import canonical, parse
from models.selection.joiners import Joiner
from models.selection.tables import Draw, DrawState
from models.selection.world import World

__all__ = ["Opened", "Settled", "open_", "publish", "settle", "winner_of"]

WINNER, TIE, NONE = "winner", "tie", "none"
OUTCOMES = {
    AuctionState.SETTLED: WINNER,
    AuctionState.TIED: TIE,
    AuctionState.UNSUCCESSFUL: NONE,
    AuctionState.PUBLISHED: WINNER,
}


@dataclass(frozen=True)
class Opened:
    """Whether every envelope is opened, and which guardians are still waited for."""

    complete: bool
    waiting: list[str]


@dataclass(frozen=True)
class Settled:
    """``winner``, ``tie`` (a draw among equals follows) or ``none`` with the reason."""

    outcome: str
    reason: str
    price: int | None
    tied: list[str]


def open_(world: World, auction: Auction) -> Opened:
    """Let the guardians release their shares of the floor and of every listed bid."""
    # a second press waits here for the first, and then finds its work done
    world.session.refresh(auction, with_for_update=True)
    if auction.transcript is not None:
        return Opened(complete=True, waiting=[])
    if auction.state not in (AuctionState.CLOSED, AuctionState.OPENING):
        raise state_error(auction, "开启报价")
    draw = auctions.draw_of(world.session, auction)
    _check_may_open(world, draw)
    if auction.state is AuctionState.CLOSED:
        auction.state = AuctionState.OPENING
        after = {"root": auction.envelope_root, "envelopes": auction.envelopes}
        world.log("auction:opening", auction.id, after=after)
    waiting = _open(world, auction, draw)
    world.session.flush()
    return Opened(complete=not waiting, waiting=waiting)


def _check_may_open(world: World, draw: Draw) -> None:
    try:
        guardians.check_may_release(world.session, draw, world.clock())
    except FreezeNotLoggedError:
        raise CloseNotLoggedError from None


def _open(world: World, auction: Auction, draw: Draw) -> list[str]:
    """Store the transcript if nobody is waited for; return who is."""
    waiting, parts = bid_gathering.gather(world, auction, draw)
    if not waiting:
        _write_transcript(world, auction, parts)
    return waiting


def _write_transcript(world: World, auction: Auction, parts: list[dict[str, Any]]) -> None:
    text = canonical(bid_gathering.compose(auction, parts))
    auction.transcript, auction.transcript_hash = text.decode(), hashlib.sha256(text).hexdigest()
    auction.opened_at = world.clock()
    world.log("auction:opened", auction.id, after={"transcript": auction.transcript_hash})


def settle(world: World, auction: Auction) -> Settled:
    """Take the outcome from the transcript: a winner, a draw among equals, or a failure."""
    world.session.refresh(auction, with_for_update=True)
    if auction.state not in OUTCOMES:
        _settle(world, auction)
    outcome = TIE if len(auction.tied or []) > 1 else OUTCOMES[auction.state]
    if auction.state is AuctionState.UNSUCCESSFUL:
        outcome = NONE
    return Settled(outcome, auction.failure, auction.price, list(auction.tied or []))


def _settle(world: World, auction: Auction) -> None:
    if auction.state is not AuctionState.OPENING or auction.transcript is None:
        raise state_error(auction, "计算成交价")
    transcript = parse(auction.transcript.encode())
    auction.price, auction.tied = transcript["settled"]["price"], transcript["settled"]["tied"]
    reason = bid_gathering.failure_of(transcript)
    after = {
        "transcript": auction.transcript_hash,
        "tied": len(auction.tied or []),
        "invalid": sum(one["invalid"] is not None for one in transcript["bids"]),
    }
    world.log("auction:settled", auction.id, after=after)
    if reason:
        _fail(world, auction, reason)
    elif len(auction.tied or []) > 1:
        _tie(world, auction)
    else:
        _win(world, auction)
    world.session.flush()


def _fail(world: World, auction: Auction, reason: str) -> None:
    if reason.startswith("floor"):
        # rubbish in an envelope is attributed to its sealer
        told = {"reason": reason, "account": auction.floor_sealed_by}
        world.log("auction:floor_unusable", auction.id, after=told)
    auctions.fail(world, auction, reason)


def _tie(world: World, auction: Auction) -> None:
    """Freeze the list of the draw that has stood ready since the notice: the equals alone."""
    draw = auctions.draw_of(world.session, auction)
    equals = bid_gathering.equals_of(auction, auction.tied or [])
    auctions.freeze_tied(world, draw, equals)
    auction.state = AuctionState.TIED


def _win(world: World, auction: Auction) -> None:
    draw = auctions.draw_of(world.session, auction)
    (ticket,) = auction.tied or []
    if _joiner(world, draw, ticket) is None:
        sealer = joiners.sealer_of(world, draw, ticket)
        told = {"ticket": ticket, "party": sealer.id if sealer else None}
        world.log("auction:winner_unopenable", auction.id, after=told)
        auctions.fail(world, auction, "winner_unopenable")
        return
    auction.winner_ticket = ticket
    auction.state, draw.state = AuctionState.SETTLED, DrawState.UNUSED


def _joiner(world: World, draw: Draw, ticket: str) -> Joiner | None:
    return joiners.opened(world, draw, [ticket]).get(ticket)
