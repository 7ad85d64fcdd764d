"""What a bidding cancelled after its close would have brought (selection.md 1.8).

From the announced opening on it is computed without anybody's button: the transcript, the names,
and on equal lowest bids the draw among them. All of it goes to the regulator alone; neither the
bidding nor its draw changes, and the log holds hashes.
"""

import hashlib
from typing import Any

from models.project import Project
from models.selection import auctions, bid_gathering, draw_keys, draw_v1, filed_results, joiners
from models.selection import opening as draw_opening
from models.selection.auction_rows import state_error
from models.selection.auction_tables import Auction
from models.selection.draws import contributors
from models.selection.filed_results import FiledResult
from models.selection.frozen_list import live_tickets
from models.selection.jcs import canonical
from models.selection.joiners import Joiner
from models.selection.opening import Opened
from models.selection.tables import Draw
from models.selection.world import World
from models.session import after_commit

ACT = "取消后的备案计算"
KIND = "bidding"


def open_(world: World, auction: Auction) -> Opened:
    """Ask whether the guardians' shares suffice; nothing that they open is stored here."""
    if filed_results.is_filed(world.session, auction.draw_id):
        return Opened(complete=True, waiting=[])
    draw = _computable(world, auction)
    waiting, _ = bid_gathering.gather(world, auction, draw)
    return Opened(complete=not waiting, waiting=waiting)


def file(world: World, auction: Auction) -> FiledResult:
    """File transcript, names and would-be draw with the regulator alone, and forget the rest."""
    former = world.session.get(FiledResult, auction.draw_id)
    if former is not None:
        return former
    draw = _computable(world, auction)
    waiting, parts = bid_gathering.gather(world, auction, draw)
    if waiting:
        raise state_error(auction, ACT)
    transcript = bid_gathering.compose(auction, parts)
    body = canonical(_filing(world, auction, draw, transcript))
    county = world.session.get_one(Project, auction.project_id).county_code
    place = (county, world.clock())
    filed = filed_results.keep(world.session, world.settings, draw, body, place)
    opening = hashlib.sha256(canonical(transcript)).hexdigest()
    world.log("auction:filed", auction.id, after={"proof": filed.proof_hash, "opening": opening})
    settings, draw_id = world.settings, draw.id
    after_commit(world.session, lambda: draw_keys.forget(settings, draw_id))
    return filed


def _computable(world: World, auction: Auction) -> Draw:
    if not auction.is_cancelled_after_close:
        raise state_error(auction, ACT)
    return auctions.draw_of(world.session, auction)


def _filing(
    world: World, auction: Auction, draw: Draw, transcript: dict[str, Any]
) -> dict[str, Any]:
    known = joiners.opened(world, draw, live_tickets(world.session, draw))
    tied = transcript["settled"]["tied"]
    proof = _proof(world, draw, bid_gathering.equals_of(auction, tied), known)
    winner = proof["result"]["winner"] if proof else next(iter(tied), None)
    if len(tied) > 1 and proof is None:
        winner = None
    reason = bid_gathering.failure_of(transcript)
    if winner is not None and winner not in known:
        reason = "winner_unopenable"
    return {
        "v": 1,
        "kind": KIND,
        "auction": auction.id,
        "draw": draw.id,
        "opening": transcript,
        "names": [known[ticket].opened() for ticket in sorted(known)],
        "proof": proof,
        "result": {"winner": winner, "price": transcript["settled"]["price"], "reason": reason},
    }


def _proof(
    world: World, draw: Draw, equals: dict[str, str], known: dict[str, Joiner]
) -> dict[str, Any] | None:
    """Return the proof of the draw among equals; None without equals, or without every secret.

    The secrets are settled in any case: an entry on one that does not open must not tell a tie.
    """
    draw_opening.settle_secrets(world, draw)
    rows = contributors(world.session, draw).values()
    proof = None
    if len(equals) > 1 and all(row.secret is not None for row in rows):
        would_be = _frozen(draw, equals)
        ranked = draw_opening.ranking(world, would_be)
        # a first ticket that names nobody would be void: it is filed as it is
        make = draw_opening.make_proof if ranked[0] in known else draw_opening.compose_proof
        proof = make(world, would_be, ranked, known)
    for row in rows:
        row.secret = row.released = None
    world.session.flush()
    return proof


def _frozen(draw: Draw, equals: dict[str, str]) -> Draw:
    """Return the draw as its list would have been frozen; it is never stored."""
    return Draw(
        id=draw.id,
        alg=draw.alg,
        plan=draw.plan,
        plan_hash=draw.plan_hash,
        platform_year=draw.platform_year,
        platform_index=draw.platform_index,
        frozen=[{"ticket": one, "org_commit": equals[one]} for one in sorted(equals)],
        tickets=len(equals),
        root=draw_v1.root(draw.alg, draw.id, equals),
    )
