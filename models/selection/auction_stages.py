"""The four stages in which a contractor meets a bidding (DZ-A5)."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from models.selection.auction_tables import Auction, AuctionState


class Stage(StrEnum):
    """What a contractor can do: join or leave, bid, wait for the opening, read the result."""

    JOINING = "joining"
    BIDDING = "bidding"
    WAITING = "waiting"
    ENDED = "ended"


STAGE_TITLES: Mapping[str, str] = {
    Stage.JOINING: "参与项目",
    Stage.BIDDING: "竞价中",
    Stage.WAITING: "待开启",
    Stage.ENDED: "已结束",
}
ENDED = (AuctionState.PUBLISHED, AuctionState.UNSUCCESSFUL, AuctionState.CANCELLED)
AFTER_CLOSE = (
    AuctionState.CLOSED,
    AuctionState.OPENING,
    AuctionState.SETTLED,
    AuctionState.TIED,
)


def stage(auction: Auction, now: datetime) -> Stage:
    """Return the stage by the clock: bidding ends at its minute, whenever that is noted."""
    if auction.state in ENDED:
        return Stage.ENDED
    if auction.state in AFTER_CLOSE:
        return Stage.WAITING
    if auction.state is not AuctionState.BIDDING:
        return Stage.JOINING
    closes_at = auction.closes_at
    return Stage.BIDDING if closes_at is None or now < closes_at else Stage.WAITING
