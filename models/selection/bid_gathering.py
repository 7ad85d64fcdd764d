"""What the guardians' answers make of a closed bidding: its transcript, and what comes of it.

The opening in the hall and the filing of a cancelled bidding gather alike; neither state nor log
changes here.
"""

from typing import Any

from models.selection import bid_shares, guardians, joiners
from models.selection.auction_rows import listed_bids
from models.selection.auction_tables import Auction
from models.selection.draws import contributors
from models.selection.envelope import decrypt
from models.selection.frozen_list import live_tickets
from models.selection.jcs import parse
from models.selection.price_rule import is_sound_floor
from models.selection.tables import Draw
from models.selection.transcript import make_transcript
from models.selection.verifier import verify_opening
from models.selection.world import World

Part = dict[str, Any]


def gather(world: World, auction: Auction, draw: Draw) -> tuple[list[str], list[Part]]:
    """Return which guardians are waited for; when none is, also floor and bids as they open."""
    answers = guardians.answers(world.session, world.settings, draw, world.clock())
    rows = listed_bids(world.session, auction)
    sealed = [dict(auction.floor_envelope or {}), *(parse(row.envelope.encode()) for row in rows)]
    parts = [bid_shares.opened(one, answers) for one in sealed]
    waiting = set(answers.waiting_for(_needed_later(world, draw)))
    for one, part in zip(sealed, parts, strict=True):
        waiting |= bid_shares.missing(one, answers) if part is None else set()
    return sorted(waiting), [part for part in parts if part is not None]


def _needed_later(world: World, draw: Draw) -> list[dict[str, Any]]:
    """Return what names the winner and what a draw among equals needs.

    If either waited for a guardian later, the hall would wait with half a result.
    """
    rows = contributors(world.session, draw).values()
    secrets = [dict(row.envelope) for row in rows if row.envelope]
    return secrets + joiners.envelopes(world, draw, live_tickets(world.session, draw))


def compose(auction: Auction, parts: list[Part]) -> dict[str, Any]:
    """Return the opening transcript; none is made that our own verifier would refuse."""
    transcript = make_transcript(auction, parts[0], parts[1:])
    verify_opening(transcript, auction.floor_commit, auction.envelope_root, decrypt=decrypt)
    return transcript


def failure_of(transcript: dict[str, Any]) -> str:
    """Return why a transcript has no price; nothing when it has one."""
    floor = transcript["floor"]["val"]
    if floor is None:
        return "floor_unopenable"
    if not is_sound_floor(transcript["ceiling"], floor["fen"]):
        return "floor_out_of_range"
    if transcript["settled"]["price"] is not None:
        return ""
    return "no_valid_bid" if transcript["bids"] else "no_bids"


def equals_of(auction: Auction, tied: list[str]) -> dict[str, str]:
    """Return ticket → org_commit of the tickets that are equal at the lowest price."""
    listed = auction.frozen or []
    return {one["ticket"]: one["org_commit"] for one in listed if one["ticket"] in tied}
