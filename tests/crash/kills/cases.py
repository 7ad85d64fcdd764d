"""Fifty cases in varied states, and what people do with them while the clock goes on.

What an act makes at random comes from a seed of its own, so that two runs draw the same winners.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from models import ids
from models.settings import Settings
from processes.demo import enrolments
from processes.demo.player import Player
from processes.demo.projects import FINISHED, moment
from processes.demo.story import CENTRE, MONITOR, OWNER, SELECTOR, Story
from tests.city import FREEZE, MORNING, SELECTION, after

Act = Callable[[], None]

WEEK_BEFORE = timedelta(days=7)
DEADLINE_OF_FIRST = moment(9, 17, 31)
FROZEN_AT = FREEZE + timedelta(minutes=3)
PUBLISHED_AT = SELECTION + timedelta(hours=1)
OVER = moment(18, 9)
NUMBERS = {"joined": 14, "prepared": 8, "deserted": 5, "drawn": 6, "published": 5, "newcomers": 12}


@dataclass(frozen=True)
class Cases:
    """Which cases there are, by the state they begin in."""

    player: Player
    stories: dict[str, list[Story]]
    newcomers: list[str]

    def count(self) -> int:
        return sum(map(len, self.stories.values())) + len(self.newcomers)

    def played_by(self, player: Player) -> "Cases":
        """Return the same cases in a copy of their installation."""
        stories = {
            state: [again(one, player) for one in ones] for state, ones in self.stories.items()
        }
        return Cases(player, stories, self.newcomers)


def again(story: Story, player: Player) -> Story:
    other = Story(player, story.requirement)
    other.instance, other.project = story.instance, story.project
    return other


@contextmanager
def by_chance(seed: str) -> Iterator[None]:
    """Let what is random inside this block come from a seed."""
    former = ids.install_source(random.Random(seed).randbytes)
    try:
        yield
    finally:
        ids.install_source(former)


def build_cases(settings: Settings, numbers: dict[str, int]) -> Cases:
    """Play every case up to where the runs begin: a Monday at ten."""
    player = Player(settings)

    def made(state: str, play: Callable[[Story], None]) -> list[Story]:
        stories = [Story(player, FINISHED) for _ in range(numbers[state])]
        for story in stories:
            play(story)
        return stories

    stories = {
        "published": made("published", lambda story: last_week(story, publish=True)),
        "drawn": made("drawn", lambda story: last_week(story, publish=False)),
        "joined": made("joined", lambda story: announced(story, 1, 2, 3)),
        "deserted": made("deserted", lambda story: announced(story, 4)),
        "prepared": made("prepared", lambda story: story.prepare(MORNING)),
    }
    return Cases(
        player, stories, [newcomer(player, number) for number in range(numbers["newcomers"])]
    )


def last_week(story: Story, *, publish: bool) -> None:
    """Play a case that was drawn on Friday."""
    story.prepare(MORNING - WEEK_BEFORE)
    announce(story, after(hours=1) - WEEK_BEFORE, WEEK_BEFORE)
    story.join(after(hours=6) - WEEK_BEFORE, 1, 2, 3)
    story.wake(FROZEN_AT - WEEK_BEFORE)
    story.wake(SELECTION - WEEK_BEFORE)
    story.hold(SELECTION - WEEK_BEFORE)
    if publish:
        story.publish(PUBLISHED_AT - WEEK_BEFORE)


def announced(story: Story, *contractors: int) -> None:
    """Play a case that these contractors joined this morning."""
    story.prepare(MORNING)
    announce(story, MORNING)
    story.join(MORNING, *contractors)


def announce(story: Story, at: datetime, earlier: timedelta = timedelta(0)) -> None:
    story.announce(at, FREEZE - earlier, SELECTION - earlier)


def newcomer(player: Player, number: int) -> str:
    """Register an enterprise and hand in what it typed; return its case."""
    one = enrolments.Newcomer(
        f"dz.killed{number:02d}", f"溪山{number + 1}号建设有限公司", "沈望舒", 700 + number
    )
    return enrolments._submit(player, one, MORNING)


def acts_at(cases: Cases) -> Iterator[tuple[datetime, list[list[Act]]]]:
    """Yield moment after moment with the rounds of what people do then.

    What one round opens the next one finishes, once all is told that is due by then: so the same
    reminders go out in every run.
    """
    of = cases.stories
    ten, three, one = after(hours=1), after(hours=6), SELECTION + timedelta(minutes=1)
    yield (
        ten,
        [
            [
                *seeded("publish", of["drawn"], lambda story: story.publish(ten)),
                *seeded("draft", of["prepared"], lambda story: draft(story, ten)),
                *verified(cases, ten, "sent_back", 0),
            ],
            seeded("announce", of["prepared"], lambda story: post(story, ten)),
        ],
    )
    yield (
        three,
        [
            [
                *seeded("join", of["prepared"], lambda story: story.join(three, 5, 6)),
                *verified(cases, three, "passed", 1),
            ]
        ],
    )
    yield DEADLINE_OF_FIRST, []
    # the digests of the days before; a list that is frozen before them needs none
    yield FREEZE - timedelta(hours=8), []
    yield FROZEN_AT, [seeded("give up", of["deserted"], lambda story: give_up(story, FROZEN_AT))]
    drawn = [*of["joined"], *of["prepared"]]
    yield (
        one,
        [
            seeded("open", drawn, lambda story: open_draw(story, one)),
            seeded("confirm", drawn, lambda story: confirm(story, one)),
        ],
    )
    yield PUBLISHED_AT, [seeded("publish", drawn, lambda story: story.publish(PUBLISHED_AT))]
    yield OVER, []


def seeded(name: str, stories: list[Story], act: Callable[[Story], None]) -> list[Act]:
    """Return one act for each case, each with a seed of its own."""

    def one(story: Story) -> None:
        with by_chance(f"{name} {story.instance}"):
            act(story)

    return [lambda story=story: one(story) for story in stories]


def verified(cases: Cases, at: datetime, decision: str, part: int) -> list[Act]:
    """Let the bureau decide about every third newcomer; every third is left until it is late."""

    def one(case: str) -> None:
        form = {"decision": decision, "reasons": enrolments.REASONS}
        with by_chance(f"verify {case}"), cases.player.at(at):
            cases.player.complete(enrolments.HOUSING, case, "verify_company", form)

    return [lambda case=case: one(case) for case in cases.newcomers[part::3]]


def draft(story: Story, at: datetime) -> None:
    days = {"freeze_at": FREEZE, "selection_at": SELECTION}
    form = {name: f"{moment:%Y-%m-%dT%H:%M}" for name, moment in days.items()}
    story._complete(at, CENTRE, "draft_notice", form)


def post(story: Story, at: datetime) -> None:
    story._complete(at, CENTRE, "publish_notice", {"notice_decision": "publish"})


def open_draw(story: Story, at: datetime) -> None:
    story._complete(at, SELECTOR, "open_draw", {"officer_opens": True})


def confirm(story: Story, at: datetime) -> None:
    story._complete(at, MONITOR, "confirm_opening", {"monitor_confirms": True})


def give_up(story: Story, at: datetime) -> None:
    """Decide as the owner that nothing more comes of it."""
    form = {"after_failure": "terminate", "failure_reason": "参与企业不足两家。"}
    story._complete(at, OWNER, "decide_after_failure", form)
