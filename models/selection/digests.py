"""The daily digest of every open list: it binds the platform to the rows and tells nothing of them.

Each list that takes tickets, and each bidding that takes sealed bids, gets one entry a day, whether
or not anything happened. Its tree is filled up with
random leaves, and all leaves stand in the order of their hashes, so that neither root nor size
tells who joined or bid, when, or how many (selection.md 3).
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.identity.actor import PLATFORM
from models.ids import random_bytes
from models.ledger.log import record
from models.selection import draw_v1
from models.selection.auction_rows import listed_bids
from models.selection.auction_tables import Auction, AuctionState
from models.selection.frozen_list import live_tickets
from models.selection.jcs import parse
from models.selection.tables import Draw, DrawState
from models.selection.verifier import HASHES, envelope_leaf, tree_head

ACTION = "interest.digest"
BIDS = "bids.digest"
SIZES = (256, 4_096, 65_536)
LEAF_BYTES = 32


def log_digests(session: Session, day: date, *, at: datetime) -> int:
    """Log one digest for each open list of tickets or sealed bids; return how many."""
    draws = session.scalars(select(Draw).where(Draw.state == DrawState.OPEN).order_by(Draw.id))
    count = 0
    for draw in draws:
        record(session, PLATFORM, ACTION, draw.id, at=at, after=digest(session, draw, day))
        count += 1
    return count + _log_bids(session, day, at)


def _log_bids(session: Session, day: date, at: datetime) -> int:
    taking = select(Auction).where(Auction.state == AuctionState.BIDDING).order_by(Auction.id)
    auctions = session.scalars(taking).all()
    for auction in auctions:
        record(session, PLATFORM, BIDS, auction.id, at=at, after=bids_digest(session, auction, day))
    return len(auctions)


def bids_digest(session: Session, auction: Auction, day: date) -> dict[str, Any]:
    """Return what the entry of one bidding says: its sealed bids among random leaves."""
    rows = listed_bids(session, auction)
    leaves = [envelope_leaf(parse(row.envelope.encode())) for row in rows]
    padded = fill_up(leaves)
    root = tree_head(HASHES["sha256"], padded)
    return {"day": day.isoformat(), "leaves": len(padded), "root": root.hex(), "alg": "sha256"}


def digest(session: Session, draw: Draw, day: date) -> dict[str, Any]:
    """Return what the entry of one draw says."""
    tickets = live_tickets(session, draw)
    leaves = [
        bytes.fromhex(draw_v1.leaf(draw.alg, draw.id, ticket, org_commit))
        for ticket, org_commit in tickets.items()
    ]
    padded = fill_up(leaves)
    root = tree_head(HASHES[draw.alg], padded)
    return {"day": day.isoformat(), "leaves": len(padded), "root": root.hex(), "alg": draw.alg}


def fill_up(leaves: Collection[bytes]) -> list[bytes]:
    """Return the leaves among random ones, sorted; only one of three sizes can be seen."""
    size = next((size for size in SIZES if len(leaves) <= size), len(leaves))
    # As many random leaves as if nobody had joined: the number taken must not tell either.
    filling = [random_bytes(LEAF_BYTES) for _ in range(size)]
    return sorted([*leaves, *filling[len(leaves) :]])
