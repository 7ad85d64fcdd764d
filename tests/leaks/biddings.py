"""Biddings played twice: who joins, what is bid and the floor differ, and nothing else does."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from models.clock import CHINA
from models.flow.job import Setting
from models.selection import envelope
from models.selection.guardian_keys import Guardian
from models.session import unit_of_work
from processes.demo.bidding import Bidding
from processes.demo.player import Player
from processes.demo.projects import FINISHED
from processes.sequencer import sequence
from processes.training_clock import DEMONSTRATION
from tests.city import FREEZE, MORNING, after
from tests.leaks.repeating import seeded
from tests.leaks.worlds import World, join_all, open_doors, standing_at

BEGINS = datetime(2026, 11, 13, 9, 0, tzinfo=CHINA)
CLOSES = datetime(2026, 11, 13, 16, 0, tzinfo=CHINA)
OPENS = datetime(2026, 11, 16, 15, 0, tzinfo=CHINA)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Run:
    """What is secret in a run."""

    floor: int
    joined: tuple[int, ...]
    offers: tuple[tuple[int, int], ...] = ()

    @property
    def prices(self) -> tuple[int, ...]:
        """The floor and every bid."""
        return (self.floor, *(fen for _, fen in self.offers))


@dataclass(frozen=True)
class Stage:
    """How far both runs are played, and what differs between them."""

    now: datetime
    runs: tuple[Run, Run]


JOINING = (
    Run(15_873_461, (1, 2, 3)),
    Run(9_204_857, (1, 4, 5, 6, 7)),
)
BIDS = (
    Run(15_873_461, (1, 2, 3), ((1, 17_613_523), (2, 16_204_859), (2, 15_302_617), (3, 8_147_293))),
    Run(9_204_857, (1, 4, 5), ((1, 16_947_131),)),
)
LISTS = (
    Run(15_873_461, (1, 2, 3), ((1, 17_613_523), (2, 16_204_859), (3, 8_147_293))),
    Run(9_204_857, (1, 4, 5), ((1, 16_947_131), (4, 9_204_857), (4, 19_360_741))),
)
STAGES = {
    "joining": Stage(after(hours=7), JOINING),
    "bidding": Stage(BEGINS + timedelta(hours=3), BIDS),
    "closed": Stage(OPENS, LISTS),
}
"""Until the freeze the numbers of joiners differ, until the close those of bids."""


@contextmanager
def bidding_at(county: Path, folder: Path, name: str, run: Run) -> Iterator[World]:
    """Play a bidding up to a stage and stay there."""
    stage = STAGES[name]
    with standing_at(county, folder, stage.now, begin) as world:
        play(world, run, stage.now)
        yield world


def begin(player: Player) -> Bidding:
    return Bidding(player, FINISHED)


def play(world: World, run: Run, until: datetime) -> None:
    story = world.story
    assert isinstance(story, Bidding)
    with unit_of_work() as session:  # where this machine may run all guardians
        session.merge(Setting(name=DEMONSTRATION, value=True))
    story.prepare(MORNING)
    open_doors(world)
    seal_floor(world, run.floor)
    story.announce_bidding(after(hours=2), FREEZE, BEGINS, CLOSES, OPENS)
    join_all(world, run.joined, after(hours=6))
    for moment in (FREEZE, BEGINS):
        if moment < until:
            story.wake(moment + MINUTE)
    if until > BEGINS:
        bid_all(world, run.offers)
    for moment in (CLOSES, OPENS):
        if moment <= until:
            story.wake(moment + MINUTE if moment < until else moment)
    sequence(world.settings)


def seal_floor(world: World, fen: int) -> None:
    """Seal the floor through the interface, as the owner's browser does."""
    story, at = world.story, after(hours=1)
    with seeded(5), story.player.at(at):
        story.player.claim(story.owner, story.instance, "seal_floor")
        person = {"name": "韩知远", "position": "柳河镇人民政府项目负责人", "part": "set"}
        body = {"envelope": sealed(world, story.owner, "floor", {"fen": fen})}
        ask(world, "PUT", "floor", story.owner, body | {"undertakings": [person]})
        form = {"floor_sealed": True}
        story.player.complete(story.owner, story.instance, "seal_floor", form)


def bid_all(world: World, offers: Sequence[tuple[int, int]]) -> None:
    """Bid through the interface, each by its own program."""
    with seeded(6), world.story.player.at(BEGINS + timedelta(hours=1)):
        for number, fen in offers:
            who = f"dz.contractor{number:02d}"
            ask(world, "POST", "bids", who, {"envelope": sealed(world, who, "bid", {"fen": fen})})


def sealed(world: World, who: str, kind: str, value: dict[str, int]) -> dict[str, object]:
    told = ask(world, "GET", f"sealing?kind={kind}", who)
    if "seq" in told:
        value = {**value, "seq": told["seq"]}
    return envelope.seal(told["ctx"], value, [Guardian(**one) for one in told["guardians"]])


def ask(world: World, method: str, link: str, who: str, body: object = None) -> dict[str, object]:
    answer = world.app.test_client().open(
        f"/api/v1/projects/{world.story.project}/{link}",
        method=method,
        json=body,
        headers={"Authorization": f"Bearer {world.tokens[who]}"},
    )
    assert answer.status_code in (200, 201), answer.text
    told: dict[str, object] = answer.get_json()
    return told
