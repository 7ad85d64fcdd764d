"""Selections that do not go straight on, each played twice: only who joined differs."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import time_machine
from sqlalchemy import select

from models.clock import business_clock, fixed
from models.identity.account import Account
from models.project import Project
from models.session import reading
from processes.demo.story import Story
from processes.sequencer import sequence
from tests.city import FREEZE, SELECTION, after
from tests.leaks.repeating import seeded
from tests.leaks.worlds import World, join_all, world_at

Joined = Sequence[int]

ASKED = after(days=1)
REJOINED = after(days=2)
OUTAGE, BACK = SELECTION - timedelta(minutes=30), SELECTION + timedelta(hours=1)
LATER = timedelta(days=7)
DECLINED = SELECTION + timedelta(hours=2)
FIRST_ROUND = (8, 10)


@dataclass(frozen=True)
class Tale:
    """What happens after the announcement, and the moment at which everybody looks."""

    play: Callable[[World, Joined], None]
    now: datetime
    runs: tuple[Joined, Joined]
    before: Joined | None = None
    """Who joins before it happens: ``None``, those of the run."""


def change(world: World, joined: Joined) -> None:
    """A new price: who joined is dropped, and the list opens again for others."""
    story = world.story
    story.change(ASKED, new_price=17_000_000)
    announce_again(story, ASKED)
    join_all(world, joined[:1] + joined[2:], REJOINED, seed=4)


def pause(world: World, _: Joined) -> None:
    """Nobody may join for a while, and those who have stay in the list."""
    world.story.change(ASKED, "pause")
    world.story.publish_pause(ASKED)


def postpone(world: World, _: Joined) -> None:
    """The list is frozen, the centre is without power, and the draw waits for another day."""
    story = world.story
    story.wake(FREEZE)
    story.report_outage(BACK, OUTAGE, BACK)
    story.set_new_time(BACK, SELECTION + timedelta(days=3))


def redraw(world: World, joined: Joined) -> None:
    """The first winner gives the award back; others join the second round."""
    story = world.story
    story.join(after(hours=6), *FIRST_ROUND)
    story.wake(FREEZE)
    story.wake(SELECTION)
    story.hold(SELECTION)
    story.publish(SELECTION + timedelta(hours=1))
    story.decline(DECLINED, winner_of(story))
    story.decide_after_decline(DECLINED, "repeat")
    announce_again(story, DECLINED)
    join_all(world, joined, DECLINED + timedelta(days=3), seed=4)


MANY, FEWER, AS_MANY = (1, 4, 5, 6, 7), (1, 2, 3), (1, 4, 5)
TALES = {
    "changed": Tale(change, REJOINED + timedelta(hours=1), (FEWER, MANY)),
    "paused": Tale(pause, ASKED + timedelta(hours=1), (FEWER, MANY)),
    "postponed": Tale(postpone, BACK + timedelta(hours=1), (FEWER, AS_MANY)),
    "drawn again": Tale(redraw, DECLINED + timedelta(days=4), (FEWER, MANY), before=()),
}
"""Until a list is frozen the numbers of the two runs differ, too."""


@contextmanager
def tale_at(county: Path, folder: Path, name: str, joined: Joined) -> Iterator[World]:
    """Play a tale with these joiners and stay at its end."""
    tale = TALES[name]
    first = joined if tale.before is None else tale.before
    with (
        world_at(county, folder, first, stage="announced") as (world, _),
        time_machine.travel(tale.now, tick=False),
        business_clock(fixed(tale.now)),
        seeded(3),
    ):
        tale.play(world, joined)
        sequence(world.settings)
        yield world


def announce_again(story: Story, at: datetime) -> None:
    story.confirm_officer(at)
    story.confirm_monitor(at)
    story.announce(at, FREEZE + LATER, SELECTION + LATER)


def winner_of(story: Story) -> str:
    """Return the user name of who was drawn."""
    with reading() as session:
        winner = session.get_one(Project, story.project).winner_id
        query = select(Account.username).where(Account.party_id == winner)
        return str(session.scalars(query).first())
