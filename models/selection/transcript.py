"""The opening transcript of a bidding (selection.md 2): a function of what was sealed, no more."""

from typing import Any

from models.clock import iso
from models.selection.auction_tables import Auction
from models.selection.price_rule import OpenedBid, bid_fault
from models.selection.price_rule import settle as apply_rule


def make_transcript(
    auction: Auction, floor: dict[str, Any], bids: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return the opening transcript of selection.md 2; bids stand in order of ticket and commit."""
    ceiling, rule = auction.ceiling, auction.below_floor
    least = floor["val"]["fen"] if floor["val"] else None
    opened = [_opened_bid(part) for part in bids]
    settled = apply_rule(ceiling, rule, least, opened)
    told = [
        part | {"invalid": bid_fault(ceiling, rule, least, bid)}
        for part, bid in zip(bids, opened, strict=True)
    ]
    return {
        "v": 1,
        "project": auction.project_id,
        "ceiling": ceiling,
        "below_floor": rule,
        "closed_at": iso(auction.closed_at) if auction.closed_at else "",
        "floor": floor,
        "bids": told,
        "settled": {"price": settled.price, "tied": settled.tied},
    }


def _opened_bid(part: dict[str, Any]) -> OpenedBid:
    envelope, val = part["envelope"], part["val"]
    fen, seq = (val["fen"], val["seq"]) if val else (None, None)
    return OpenedBid(envelope["ctx"]["holder"], fen, seq, envelope["commit"])
