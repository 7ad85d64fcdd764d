"""From the closed list of sealed bids to the published result; each verb may be repeated.

The transcript is a function of what was sealed before the close and of the guardians' shares:
pressing twice, a crash or a restore in between changes nothing of it (selection.md 2).
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from models.selection import auctions, bid_shares, guardians, joiners
from models.selection.auction_errors import CloseNotLoggedError
from models.selection.auction_rows import listed_bids, state_error
from models.selection.auction_tables import Auction, AuctionState
from models.selection.bid_result import publish, winner_of
from models.selection.draw_errors import FreezeNotLoggedError
from models.selection.draws import contributors
from models.selection.envelope import decrypt
from models.selection.frozen_list import live_tickets
from models.selection.jcs import canonical, parse
from models.selection.joiners import Joiner
from models.selection.price_rule import is_sound_floor
from models.selection.tables import Draw, DrawState
from models.selection.transcript import make_transcript
from models.selection.verifier import verify_opening
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
    answers = guardians.answers(world.session, world.settings, draw, world.clock())
    rows = listed_bids(world.session, auction)
    sealed = [dict(auction.floor_envelope or {}), *(parse(row.envelope.encode()) for row in rows)]
    parts = [bid_shares.opened(one, answers) for one in sealed]
    waiting = set(answers.waiting_for(_needed_later(world, draw)))
    for one, part in zip(sealed, parts, strict=True):
        waiting |= bid_shares.missing(one, answers) if part is None else set()
    if not waiting:
        _write_transcript(world, auction, [part for part in parts if part is not None])
    return sorted(waiting)


def _needed_later(world: World, draw: Draw) -> list[dict[str, Any]]:
    """Return what names the winner and what a draw among equals needs.

    If either waited for a guardian later, the hall would wait with half a result.
    """
    rows = contributors(world.session, draw).values()
    secrets = [dict(row.envelope) for row in rows if row.envelope]
    return secrets + joiners.envelopes(world, draw, live_tickets(world.session, draw))


def _write_transcript(world: World, auction: Auction, parts: list[dict[str, Any]]) -> None:
    transcript = make_transcript(auction, parts[0], parts[1:])
    # nothing is stored that our own verifier would refuse
    verify_opening(transcript, auction.floor_commit, auction.envelope_root, decrypt=decrypt)
    text = canonical(transcript)
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
    reason = _failure(transcript)
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


def _failure(transcript: dict[str, Any]) -> str:
    floor = transcript["floor"]["val"]
    if floor is None:
        return "floor_unopenable"
    if not is_sound_floor(transcript["ceiling"], floor["fen"]):
        return "floor_out_of_range"
    if transcript["settled"]["price"] is not None:
        return ""
    return "no_valid_bid" if transcript["bids"] else "no_bids"


def _fail(world: World, auction: Auction, reason: str) -> None:
    if reason.startswith("floor"):
        # rubbish in an envelope is attributed to its sealer
        told = {"reason": reason, "account": auction.floor_sealed_by}
        world.log("auction:floor_unusable", auction.id, after=told)
    auctions.fail(world, auction, reason)


def _tie(world: World, auction: Auction) -> None:
    """Freeze the list of the draw that has stood ready since the notice: the equals alone."""
    draw = auctions.draw_of(world.session, auction)
    tied = set(auction.tied or [])
    listed = {
        one["ticket"]: one["org_commit"] for one in auction.frozen or [] if one["ticket"] in tied
    }
    auctions.freeze_tied(world, draw, listed)
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
