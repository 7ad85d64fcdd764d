"""From the close of a bidding to its result, as steps that may be ended and done again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import time_machine
from sqlalchemy import select

from models.clock import business_clock, fixed
from models.flow.instance import Instance
from models.selection.auction_tables import Auction, Bid
from models.session import reading
from processes.demo.bidding import Bidding
from processes.demo.player import Player
from processes.demo.projects import FINISHED
from processes.demo.story import MONITOR, SELECTOR, Story
from tests.city import City
from tests.crash.harness import World
from tests.crash.path import Step, confirm, open_draw, proof_and_everything, waits_at, wake
from tests.flows import bidding as play
from tests.flows.bidding import BEGINS, CLOSES, OPENS, PUBLISHED

OPENED = OPENS + timedelta(minutes=5)
DRAWN = OPENS + timedelta(minutes=10)
LOWEST = {1: 17_000_000, 2: 16_000_000, 3: 16_500_000}
EQUAL = {1: 14_999_999, 2: 15_000_000, 3: 15_000_001}
TOLD = ("transcript", "transcript_hash", "envelope_root", "envelopes", "price", "tied", "failure")


@dataclass(frozen=True)
class BiddingStep(Step):
    """One act in a bidding."""

    def _play(self, world: World, machine_time: datetime) -> None:
        with time_machine.travel(machine_time, tick=False), business_clock(fixed(self.at)):
            story = bidding_in(world)
            if not self.waits or waits_at(story, self.waits):
                self.play(story, self.at)


def bidding_in(world: World) -> Bidding:
    story = Bidding(Player(world.settings), FINISHED)
    with reading() as session:
        case = session.scalars(select(Instance).where(Instance.project_id.is_not(None))).one()
    story.instance, story.project = case.id, str(case.project_id)
    return story


def open_bids(story: Story, _at: datetime) -> None:
    story.player.complete(SELECTOR, story.instance, "open_bids", {"officer_opens": True})


def confirm_bids(story: Story, _at: datetime) -> None:
    story.player.complete(MONITOR, story.instance, "confirm_bids", {"monitor_confirms": True})


SETTLES = BiddingStep(
    "the monitor confirms and all is settled", OPENED, confirm_bids, "confirm_bids"
)
TO_SETTLEMENT = (
    BiddingStep("bidding closes", CLOSES, wake),
    BiddingStep("the moment of the opening comes", OPENS, wake),
    BiddingStep("the officer opens the bids", OPENED, open_bids, "open_bids"),
    SETTLES,
)
DRAW = (
    BiddingStep("the officer opens the draw", DRAWN, open_draw, "open_draw"),
    BiddingStep("the monitor confirms the draw", DRAWN, confirm, "confirm_opening"),
)
PUBLICATION = (
    BiddingStep("the centre publishes the result", PUBLISHED, Story.publish, "publish_result"),
)
TALES: dict[str, tuple[Mapping[int, int], tuple[BiddingStep, ...]]] = {
    "lowest": (LOWEST, (*TO_SETTLEMENT, *PUBLICATION)),
    "equal": (EQUAL, (*TO_SETTLEMENT, *DRAW, *PUBLICATION)),
}
"""What three contractors bid, and what follows."""


def bid_for(city: City, offers: Mapping[int, int]) -> None:
    """Play up to the last moment before the close."""
    one = play.begun(city, *offers)
    one.bid(BEGINS + timedelta(hours=1), offers)


def transcript_and_everything(world: World) -> object:
    """Return the transcript's bytes, the proof of a draw, when each bid came, and every row."""
    with reading() as session:
        auctions = session.scalars(select(Auction).order_by(Auction.id)).all()
        told = [[getattr(auction, name) for name in TOLD] for auction in auctions]
        times = [(bid.commit, bid.received_at) for bid in session.scalars(select(Bid))]
    return told, sorted(times), proof_and_everything(world)
