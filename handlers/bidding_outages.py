"""An outage while bids are taken (第八十一条（二）): bidding closes later, the opening follows."""

from datetime import datetime, timedelta

from handlers.case_project import project_of
from handlers.context import OperatorContext
from models.outage import Outage
from models.selection import auctions, postponements
from models.selection.auction_tables import Auction, AuctionState
from models.selection.tables import Draw

TAKES_BIDS = (AuctionState.FROZEN, AuctionState.BIDDING)
BIDS_OPENING = (AuctionState.OPENING, AuctionState.SETTLED, AuctionState.PUBLISHED)
CLOSE = "竞价截止"


def bidding_of(context: OperatorContext, draw: Draw) -> Auction | None:
    """Return the bidding of a draw while bids are taken, or not yet; else None."""
    auction = auctions.of_draw(context.session, draw.id)
    return auction if auction is not None and auction.state in TAKES_BIDS else None


def is_bids_opening(context: OperatorContext, draw: Draw) -> bool:
    """Whether the bids beside a draw are being opened, or have settled it alone."""
    auction = auctions.of_draw(context.session, draw.id)
    return auction is not None and auction.state in BIDS_OPENING


def outside(auction: Auction, began: datetime, recovered: datetime) -> dict[str, str]:
    """Return, at the form's field, that an outage reported by staff did not touch the bidding."""
    begins, closes = auction.bidding_from, auction.closes_at
    if begins is None or closes is None or (recovered >= begins and began <= closes):
        return {}
    period = f"{begins:%Y-%m-%d %H:%M}至{closes:%Y-%m-%d %H:%M}"
    return {"outage_recovered": f"停电、断网不在竞价期间（{period}），不影响竞价，不用延期。"}


def close_later(
    context: OperatorContext, auction: Auction, to: datetime, row: Outage, field: str
) -> datetime:
    """Let bidding close at the new time and return the former one; what is sealed stays valid."""
    draw = auctions.draw_of(context.session, auction)
    former, cause = auction.closes_at or to, (row.id, row.cause)
    postponements.check_moment(context, to, (former, row.recovered_at), field, CLOSE)
    _let_opening_follow(context, auction, draw, to, cause)
    auctions.postpone_close(context, auction, to)
    postponements.note(context, draw, (former, to), cause)
    return former


def _let_opening_follow(
    context: OperatorContext, auction: Auction, draw: Draw, to: datetime, cause: tuple[str, str]
) -> None:
    """Move the opening to the same distance, where the new close would pass it."""
    opens_at, closes_at = draw.opens_at, auction.closes_at
    if opens_at is None or closes_at is None or opens_at >= to:
        return
    found = to + (opens_at - closes_at)
    while not context.calendar.is_workday(found.date()):
        found += timedelta(days=1)
    postponements.postpone(context, draw, found, cause)
    project_of(context).selection_at = found
