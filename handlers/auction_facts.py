"""What notices of a bidding (竞价) say: the floor's commitment and times, later its opening."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.context import OperatorContext
from handlers.moments import shown
from models.clock import iso
from models.identity.party import Party
from models.money import format_fen, in_capitals
from models.selection.auction_tables import Auction, AuctionState
from models.selection.jcs import parse
from models.selection.tables import Draw, Interest

OPENS_BIDS = "bidding.opens_bids"
BELOW_FLOOR = {
    "clamp": "报价低于最低限价的，按最低限价计",
    "reject": "报价低于最低限价的，作无效报价处理",
}
OPENED = {
    "names": "结果公布时公开每一个报价、票号和报价企业名称",
    "tickets": "结果公布时公开每一个报价和票号，未中选企业的名称不公开",
}
TIED = "最低价有{count}家并列，在公告确定的选取计划下当众随机选取1家"
ALONE = "最低价只有1家"


def auction_of(session: Session, draw: Draw | None) -> Auction | None:
    """Return the bidding that a draw stands ready for; None in a random selection."""
    query = select(Auction).where(Auction.draw_id == (draw.id if draw else None))
    return session.scalar(query)


def auction_words(context: OperatorContext, draw: Draw) -> dict[str, object]:
    """Return what a notice may name of a bidding now; nothing without one."""
    auction = auction_of(context.session, draw)
    if auction is None:
        return {}
    return _announced(context, auction) | _settled(auction)


def _announced(context: OperatorContext, auction: Auction) -> dict[str, object]:
    return {
        "floor_commit": auction.floor_commit,
        "bidding_from": shown(auction.bidding_from),
        "bidding_until": shown(auction.closes_at),
        "below_floor": BELOW_FLOOR[auction.below_floor],
        "minimum_joiners": auction.min_joiners,
        "opened_bids": OPENED["names" if opens_names(context) else "tickets"],
    }


def opens_names(context: OperatorContext) -> bool:
    """Whether the county tells the public who bid what: by its rule, or as it opens losers."""
    return context.rules[OPENS_BIDS] == "names" or bool(context.rules["draw.opens_losers"])


def _settled(auction: Auction) -> dict[str, object]:
    if auction.transcript is None:
        return {}
    floor = (parse(auction.transcript.encode())["floor"].get("val") or {}).get("fen")
    tied = auction.tied or []
    return {
        "floor": format_fen(floor) if floor else "",
        "floor_capitals": in_capitals(floor) if floor else "",
        "joined_count": auction.joiners,
        "bid_count": auction.envelopes,
        "bids_opened_at": shown(auction.opened_at),
        "transcript_hash": auction.transcript_hash,
        "how_settled": TIED.format(count=len(tied)) if len(tied) > 1 else ALONE,
    }


def tender_facts(auction: Auction | None) -> dict[str, Any]:
    """Return what programs read of the announcement of a bidding."""
    if auction is None:
        return {}
    times = {"bidding_from": auction.bidding_from, "bidding_until": auction.bidding_until}
    return {
        "floor_commit": auction.floor_commit,
        "below_floor": auction.below_floor,
        "ceiling": auction.ceiling,
        "min_joiners": auction.min_joiners,
        **{name: iso(at) if at else None for name, at in times.items()},
    }


def award_facts(context: OperatorContext, auction: Auction | None) -> dict[str, Any]:
    """Return what programs read of a bidding's result, with the names that the county opens."""
    if auction is None:
        return {}
    return {
        "transcript": auction.transcript_hash,
        "names": _names(context.session, auction) if opens_names(context) else {},
    }


def _names(session: Session, auction: Auction) -> dict[str, str]:
    if auction.state is not AuctionState.PUBLISHED:
        return {}
    query = (
        select(Interest.ticket, Party.name)
        .join(Party, Party.id == Interest.party_id)
        .where(Interest.draw_id == auction.draw_id, Interest.live)
    )
    return {row.ticket: row.name for row in session.execute(query.order_by(Interest.ticket))}
