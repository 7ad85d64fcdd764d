"""A bidding from its preparation to its closed list; each verb may be repeated without effect.

preparing → sealed → planned → announced → frozen → bidding → closed; the opening stands in
``bid_opening.py``. Who has joined stands in the rows of the draw beside it, which is held only when
several bids are equal and lowest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from models.clock import iso
from models.project import Project
from models.selection import auction_schedule, draw_v1, draws, frozen_list
from models.selection.auction_ends import (
    BEFORE_FREEZE,
    TOO_FEW,
    cancel,
    fail,
    failure_text,
    failure_words,
    postpone_close,
)
from models.selection.auction_rows import (
    STATE_TITLES,
    current,
    draw_of,
    latest,
    listed_bids,
    of_draw,
    state_error,
)
from models.selection.auction_tables import Auction, AuctionState
from models.selection.draw_errors import TooEarlyError
from models.selection.jcs import parse
from models.selection.tables import Draw, DrawState
from models.selection.verifier import envelope_root
from models.selection.world import World

__all__ = [
    "STATE_TITLES",
    "TOO_FEW",
    "cancel",
    "current",
    "draw_of",
    "fail",
    "failure_text",
    "failure_words",
    "latest",
    "of_draw",
    "postpone_close",
    "state_error",
]

TIE_TICKETS = 2


@dataclass(frozen=True)
class Frozen:
    """What the freeze made known: how many joiners, and whether they suffice."""

    joiners: int
    enough: bool
    root: str


@dataclass(frozen=True)
class Closed:
    """What the close made known: how many sealed bids, and the head of their list."""

    envelopes: int
    root: str


def prepare(world: World, draw: Draw) -> Auction:
    """Return the bidding beside a draw that is being prepared, with the county's rules of today."""
    former = of_draw(world.session, draw.id)
    if former is not None:
        return former
    project = world.session.get_one(Project, draw.project_id)
    auction = Auction(
        project_id=draw.project_id,
        draw_id=draw.id,
        state=AuctionState.PREPARING,
        ceiling=project.ceiling_price,
        below_floor=world.rules["bidding.below_floor"],
        min_joiners=world.rules["bidding.minimum_joiners"],
    )
    draw.min_tickets = TIE_TICKETS
    world.session.add(auction)
    world.session.flush()
    world.log("auction:prepared", auction.id, after={"draw": draw.id, "round": draw.round})
    return auction


def plan(
    world: World, auction: Auction, bidding_from: datetime, bidding_until: datetime
) -> Auction:
    """Fix when bidding begins and closes; until the notice it may be fixed anew."""
    if auction.state not in (AuctionState.SEALED, AuctionState.PLANNED):
        raise state_error(auction, "编制竞价公告")
    draw = draw_of(world.session, auction)
    auction_schedule.check_times(world, draw, bidding_from, bidding_until)
    times = (bidding_from, bidding_until)
    if auction.state is AuctionState.PLANNED and times == (
        auction.bidding_from,
        auction.bidding_until,
    ):
        return auction
    auction.bidding_from, auction.bidding_until = times
    auction.state = AuctionState.PLANNED
    world.session.flush()
    world.log("auction:planned", auction.id, after=_announced(auction, draw))
    return auction


def _announced(auction: Auction, draw: Draw) -> dict[str, object]:
    """Return what the notice commits to."""
    begins, closes = auction.bidding_from, auction.bidding_until
    return {
        "floor": auction.floor_commit,
        "plan": draw.plan_hash,
        "ceiling": auction.ceiling,
        "below_floor": auction.below_floor,
        "minimum": auction.min_joiners,
        "bidding_from": iso(begins) if begins else None,
        "bidding_until": iso(closes) if closes else None,
    }


def announce(world: World, auction: Auction) -> None:
    """Note that the notice is out: floor, rule and times never change again."""
    if auction.state is AuctionState.ANNOUNCED:
        return
    if auction.state is not AuctionState.PLANNED:
        raise state_error(auction, "发布竞价公告")
    auction.state = AuctionState.ANNOUNCED
    world.session.flush()
    after = _announced(auction, draw_of(world.session, auction))
    world.log("auction:announced", auction.id, after=after)


def freeze(world: World, auction: Auction) -> Frozen:
    """Freeze the list of joiners as of the printed minute, also when the machine was down then."""
    world.session.refresh(auction, with_for_update=True)
    if auction.state in BEFORE_FREEZE:
        _freeze(world, auction)
    count = auction.joiners or 0
    return Frozen(count, count >= auction.min_joiners, auction.joiner_root)


def _freeze(world: World, auction: Auction) -> None:
    draw = draw_of(world.session, auction)
    # whoever was let in before the minute holds this row until its ticket is committed
    world.session.refresh(draw, with_for_update=True)
    ready = auction.state is AuctionState.ANNOUNCED and draw.state is DrawState.OPEN
    if not ready or draw.freeze_at is None:
        raise state_error(auction, "冻结参与名单")
    _must_be_past(world, draw.freeze_at)
    tombstones = frozen_list.drop_unfit(world.session, world.settings, draw, draw.freeze_at)
    listed = frozen_list.live_tickets(world.session, draw)
    auction.frozen = [{"ticket": one, "org_commit": listed[one]} for one in sorted(listed)]
    auction.joiners = len(listed)
    auction.joiner_root = draw_v1.root(draw.alg, draw.id, listed)
    auction.state, draw.state = AuctionState.FROZEN, DrawState.RESERVED
    world.session.flush()
    after = {"root": auction.joiner_root, "joiners": auction.joiners, "tombstones": tombstones}
    world.log("auction:frozen", auction.id, after=after | {"frozen_at": iso(draw.freeze_at)})


def _must_be_past(world: World, moment: datetime) -> None:
    if world.clock() < moment:
        raise TooEarlyError(at=f"{moment:%Y-%m-%d %H:%M}")


def open_bidding(world: World, auction: Auction) -> None:
    """Take sealed bids until the printed minute."""
    if auction.state is AuctionState.BIDDING:
        return
    few = (auction.joiners or 0) < auction.min_joiners
    if auction.state is not AuctionState.FROZEN or auction.bidding_from is None or few:
        raise state_error(auction, "开始竞价")
    _must_be_past(world, auction.bidding_from)
    auction.state = AuctionState.BIDDING
    world.session.flush()
    world.log("auction:bidding", auction.id)


def close(world: World, auction: Auction) -> Closed:
    """Close the list of sealed bids as of the printed minute; once closed nothing reopens it."""
    # who bids holds this row: in before the close, or told that bidding is over
    world.session.refresh(auction, with_for_update=True)
    if auction.closed_at is None:
        _close(world, auction)
    return Closed(auction.envelopes or 0, auction.envelope_root)


def _close(world: World, auction: Auction) -> None:
    closes_at = auction.closes_at
    if auction.state is not AuctionState.BIDDING or closes_at is None:
        raise state_error(auction, "截止竞价")
    _must_be_past(world, closes_at)
    draw = draw_of(world.session, auction)
    tombstones = frozen_list.drop_unfit(world.session, world.settings, draw, closes_at)
    world.session.flush()
    bids = listed_bids(world.session, auction)
    auction.envelopes = len(bids)
    auction.envelope_root = envelope_root(parse(one.envelope.encode()) for one in bids).hex()
    auction.state, auction.closed_at = AuctionState.CLOSED, closes_at
    world.session.flush()
    after = {"closed_at": iso(closes_at), "envelopes": len(bids), "root": auction.envelope_root}
    world.log("auction:closed", auction.id, after=after | {"tombstones": tombstones})


def freeze_tied(world: World, draw: Draw, listed: Mapping[str, str]) -> None:
    """Freeze the list of a draw that stood ready: the tickets equal at the lowest price."""
    if draw.state is not DrawState.RESERVED:
        raise draws.state_error(draw, "冻结并列名单")
    draw.frozen = [{"ticket": one, "org_commit": listed[one]} for one in sorted(listed)]
    draw.tickets, draw.root = len(listed), draw_v1.root(draw.alg, draw.id, listed)
    draw.state = DrawState.FROZEN
    world.session.flush()
    after = {"root": draw.root, "tickets": draw.tickets, "tombstones": 0}
    world.log("draw:frozen", draw.id, after=after | {"frozen_at": iso(world.clock())})
