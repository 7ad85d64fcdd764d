"""What may be told of a bidding, and from when: nothing of floor and bids before the opening.

Before the list of joiners freezes there is no count of them; before bidding closes there is no
count of bids, nor anything that differs by whether one came; the floor is its commitment alone
until it is opened (selection.md 2 and 3).
"""

from typing import Any

from sqlalchemy.orm import Session

from models.clock import iso, to_china
from models.project import Project, SelectionMethod
from models.selection.auction_tables import Auction, AuctionState
from models.selection.auctions import failure_text, latest
from models.selection.floors import PARTS, undertakings_of
from processes.open_data.opened_bids import opened_bids

BELOW_FLOOR = {"clamp": "按达到最低限价计", "reject": "作无效报价"}
OVER = (AuctionState.PUBLISHED, AuctionState.UNSUCCESSFUL)
OPENED = (AuctionState.SETTLED, AuctionState.TIED, *OVER)
FLOOR, BIDS = "floor", "bids"
"""The masks under which they lie until the opening."""


def auction_of(session: Session, project: Project) -> Auction | None:
    """Return a project's latest bidding; None, without asking, where another way was chosen."""
    if project.method is not SelectionMethod.REVERSE_AUCTION:
        return None
    return latest(session, project.id)


def bidding_facts(
    auction: Auction, lifted: frozenset[str], masked: str, *, is_outside: bool
) -> dict[str, Any]:
    """Return a bidding's facts; what is hidden is the one masked text, the same in every case."""
    is_open = auction.state in (OVER if is_outside else OPENED)
    bids = opened_bids(auction.transcript) if is_open else None
    has_failed = auction.state is AuctionState.UNSUCCESSFUL
    return {
        "floor_commit": auction.floor_commit or None,
        "bidding_from": iso(auction.bidding_from) if auction.bidding_from else None,
        "bidding_until": iso(auction.closes_at) if auction.closes_at else None,
        "below_floor": BELOW_FLOOR[auction.below_floor],
        "tickets": auction.joiners if auction.joiner_root else masked,
        "envelopes": auction.envelopes if auction.closed_at else masked,
        "floor": bids.floor if bids and FLOOR in lifted else masked,
        "lowest_price": bids.price if bids and BIDS in lifted else masked,
        "bidding_failure": failure_text(auction) if has_failed else None,
    }


def undertakings(session: Session, auction: Auction) -> list[str]:
    """Return who set or learnt the floor and signed for secrecy (DZ-80c)."""
    return [
        f"{PARTS[one.part]}：{one.name}（{one.position}），"
        f"{to_china(one.signed_at):%Y-%m-%d %H:%M}签署保密承诺"
        for one in undertakings_of(session, auction)
    ]
