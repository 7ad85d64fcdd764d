"""The demonstration's biddings: to seal, joinable, open for bids, closed, published, failed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from processes.demo import bidding_works as works
from processes.demo.bidding import Bidding
from processes.demo.course import WAKING
from processes.demo.player import Player
from processes.demo.projects import moment

Offers = Mapping[int, int]


@dataclass(frozen=True)
class Times:
    """The moments of a bidding; what is not said follows from them."""

    prepared: datetime
    freeze: datetime
    begins: datetime
    closes: datetime
    opens: datetime

    @property
    def bid(self) -> datetime:
        """When contractors hand in their first bids."""
        return self.begins + timedelta(minutes=20)


def build_biddings(player: Player) -> None:
    """Play every bidding up to where the demonstration leaves it."""
    _settled(Bidding(player, works.SETTLED))
    _tied(Bidding(player, works.TIED))
    _failed(Bidding(player, works.FAILED))
    _closed(Bidding(player, works.CLOSED))
    _open(Bidding(player, works.OPEN))
    _joinable(Bidding(player, works.JOINABLE))
    Bidding(player, works.UNSEALED).prepare(moment(17, 16, 10))


def _announce(story: Bidding, times: Times, floor: int, *contractors: int) -> None:
    story.prepare(times.prepared, floor)
    story.announce_bidding(
        times.prepared + timedelta(hours=4), times.freeze, times.begins, times.closes, times.opens
    )
    story.join(times.prepared + timedelta(hours=26), *contractors)


def _begin(story: Bidding, times: Times, floor: int, *contractors: int) -> None:
    _announce(story, times, floor, *contractors)
    story.wake(times.freeze + WAKING)
    story.wake(times.begins)


def _close(story: Bidding, times: Times, floor: int, offers: Offers) -> None:
    _begin(story, times, floor, *offers)
    story.bid(times.bid, offers)
    story.wake(times.closes + WAKING)
    story.wake(times.opens)


def _opened(story: Bidding, times: Times, floor: int, offers: Offers) -> None:
    _close(story, times, floor, offers)
    story.open_bids(times.opens + timedelta(minutes=4))


def _settled(story: Bidding) -> None:
    times = Times(moment(4, 10), moment(9, 17, 30), moment(10, 9), moment(10, 16), moment(11, 10))
    floor = 19_200_000
    offers = {1: 22_860_000, 2: 21_435_000, 6: 20_987_600, 8: 23_310_000}
    _opened(story, times, floor, offers)
    story.publish(moment(11, 11))
    story.wake(moment(12, 17, 31))


def _tied(story: Bidding) -> None:
    times = Times(moment(9, 10), moment(12, 17, 30), moment(13, 9), moment(13, 16), moment(16, 10))
    floor = 15_480_000
    offers = {1: 15_480_000, 3: 16_120_000, 5: 15_250_000, 7: 15_900_000, 10: 15_000_000}
    _opened(story, times, floor, offers)
    story.hold(moment(16, 10, 20))
    story.publish(moment(16, 11))


def _failed(story: Bidding) -> None:
    times = Times(moment(11, 10), moment(16, 17, 30), moment(17, 9), moment(17, 16), moment(18, 10))
    _announce(story, times, 9_100_000, 4, 7)
    story.wake(times.freeze + WAKING)


def _closed(story: Bidding) -> None:
    times = Times(moment(11, 9), moment(16, 17, 30), moment(17, 9), moment(17, 16), moment(18, 9))
    offers = {2: 26_740_000, 4: 25_318_000, 6: 25_960_000}
    _close(story, times, 23_500_000, offers)


def _open(story: Bidding) -> None:
    times = Times(
        moment(12, 9), moment(17, 17, 30), moment(18, 8, 30), moment(18, 17), moment(19, 10)
    )
    _begin(story, times, 28_600_000, 1, 2, 4, 6, 7)
    story.bid(moment(18, 8, 40), {1: 33_800_000, 6: 32_450_000})


def _joinable(story: Bidding) -> None:
    times = Times(moment(16, 9), moment(19, 17, 30), moment(20, 9), moment(20, 16), moment(23, 10))
    _announce(story, times, 17_300_000, 3, 5, 10)
