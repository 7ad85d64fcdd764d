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
from models.selection import auction_schedule, changing, draw_v1, draws, frozen_list
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

__all__ = ["STATE_TITLES", "current", "draw_of", "latest", "of_draw", "state_error"]

BEFORE_FREEZE = (
    AuctionState.PREPARING,
    AuctionState.SEALED,
    AuctionState.PLANNED,
    AuctionState.ANNOUNCED,
)
BEFORE_OPENING = (*BEFORE_FREEZE, AuctionState.FROZEN, AuctionState.BIDDING, AuctionState.CLOSED)
TIE_TICKETS = 2
TOO_FEW = "too_few"
FAILURES = {
    TOO_FEW: "参与截止时有效参与企业{joiners}家，少于规定的{least}家，选取失败",
    "no_bids": "竞价截止时没有收到报价，选取失败",
    "no_valid_bid": "没有有效报价，选取失败",
    "floor_unopenable": "最低限价的密封件打不开，或里面不是价格，选取失败",
    "floor_out_of_range": "开启的最低限价高于最高限价或不大于零，选取失败",
    "winner_unopenable": "报出最低价的票打不开，不能确定中选企业，选取失败",
}


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


def postpone_close(world: World, auction: Auction, to: datetime) -> Auction:
    """Let bidding close later, after an outage; what is closed stays closed."""
    world.session.refresh(auction, with_for_update=True)
    if auction.state not in (AuctionState.FROZEN, AuctionState.BIDDING):
        raise state_error(auction, "延后竞价截止")
    if auction.postponed_to == to:
        return auction
    auction_schedule.check_new_close(world, auction, draw_of(world.session, auction), to)
    former, auction.postponed_to = auction.closes_at, to
    world.session.flush()
    before = {"at": iso(former) if former else None}
    world.log("auction:postponed", auction.id, before=before, after={"to": iso(to)})
    return auction


def fail(world: World, auction: Auction, reason: str) -> None:
    """End a bidding without a winner, and the draw beside it: a new round may follow."""
    if auction.state is AuctionState.UNSUCCESSFUL:
        return
    if auction.state in (*BEFORE_FREEZE, AuctionState.PUBLISHED, AuctionState.CANCELLED):
        raise state_error(auction, "宣布选取失败")
    auction.state, auction.failure = AuctionState.UNSUCCESSFUL, reason
    draw_of(world.session, auction).state = DrawState.UNSUCCESSFUL
    world.session.flush()
    world.log("auction:unsuccessful", auction.id, after={"reason": reason})


def failure_text(auction: Auction) -> str:
    """Return why a bidding failed: counts and rules, never a company or a bid."""
    text = FAILURES.get(auction.failure, "选取失败")
    return text.format(joiners=auction.joiners or 0, least=auction.min_joiners)


def cancel(world: World, auction: Auction, reason: str, *, keeps: bool = False) -> Auction:
    """Cancel a bidding that has not begun to open; nobody ever learns what was sealed in it.

    ``keeps`` lets those who joined go over to the next round, before the list has frozen.
    """
    world.session.refresh(auction, with_for_update=True)
    if auction.state is AuctionState.CANCELLED:
        return auction
    if auction.state not in BEFORE_OPENING:
        raise state_error(auction, "取消竞价")
    draw = draw_of(world.session, auction)
    if auction.state in BEFORE_FREEZE:
        changing.stop(world, draw, reason, keeps=keeps)
    before, auction.state = auction.state, AuctionState.CANCELLED
    auction.cancelled_at, auction.cancel_reason = world.clock(), reason.strip()
    draw.state, draw.cancelled_at = DrawState.CANCELLED, auction.cancelled_at
    draw.cancel_reason = auction.cancel_reason
    world.session.flush()
    world.log("auction:cancelled", auction.id, before={"state": before.value})
    return auction
