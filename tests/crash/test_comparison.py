"""Closing a registration and awarding, ended at every statement: the same names, nobody twice."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select

from models import session as sessions
from models.clock import business_clock, fixed
from models.flow.instance import Instance
from models.flow.rules import forget_rules
from models.selection import draw_keys
from models.selection.comparison_tables import Candidate, Comparison
from models.selection.spent_keys import forget_spent_keys
from models.session import reading, unit_of_work
from models.settings import Settings
from processes import claims, wakeups
from processes.demo.comparing import Comparing
from tests.city import City, county, engine_at
from tests.crash.harness import World, all_stored, check_every_ending, opened
from tests.crash.path import waits_at
from tests.flows import comparing as play
from tests.flows.comparing import CLOSES, COMPARED, OFFERS, PUBLISHED, REVIEWED

__all__ = ["county"]

pytestmark = pytest.mark.timeout(900)
AGAIN = claims.LEASE + timedelta(seconds=1)


def story_in(world: World) -> Comparing:
    story = play.story(City(world.folder, world.settings, world.engine))
    with reading() as session:
        case = session.scalars(select(Instance).where(Instance.project_id.is_not(None))).one()
    story.instance, story.project = case.id, str(case.project_id)
    return story


def close_at(world: World, machine_time: datetime) -> None:
    with time_machine.travel(machine_time, tick=False), business_clock(fixed(CLOSES)):
        wakeups.wake_due(world.settings)


def close(world: World) -> None:
    close_at(world, CLOSES)


def close_again(world: World) -> None:
    close_at(world, CLOSES + AGAIN)


def publish_at(world: World, machine_time: datetime) -> None:
    with time_machine.travel(machine_time, tick=False), business_clock(fixed(PUBLISHED)):
        story = story_in(world)
        if waits_at(story, "publish_award"):
            story.publish(PUBLISHED)


def publish(world: World) -> None:
    publish_at(world, PUBLISHED)


def publish_again(world: World) -> None:
    publish_at(world, PUBLISHED + AGAIN)


def names_and_everything(world: World) -> object:
    """Return who was named under which place and with what outcome, and every row."""
    with unit_of_work() as session:
        forget_spent_keys(session, world.settings)
    with reading() as session:
        rows = session.scalars(select(Candidate).order_by(Candidate.place))
        named = [(one.place, one.ticket, one.party_id, one.rank) for one in rows]
        comparison = session.scalars(select(Comparison)).one()
        told = (comparison.registered, comparison.root, comparison.winner_id, comparison.state)
        key = draw_keys.exists(world.settings, comparison.draw_id)
    return named, told, key, all_stored(world)


@pytest.fixture(scope="module")
def starts(county: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """The world before the close, and the one before the award, closed."""
    now = tmp_path_factory.mktemp("comparison") / "now"
    shutil.copytree(county, now)
    forget_rules()
    engine = engine_at(now)
    sessions.bind(engine)
    found = {"close": now.parent / "0" / "start", "publish": now.parent / "1" / "start"}
    story = play.announced(City(now, Settings(data_dir=str(now)), engine), *OFFERS)
    engine.dispose()
    shutil.copytree(now, found["close"])
    with opened(now):
        story.wake(CLOSES)
        story.review(REVIEWED)
        story.compare(COMPARED, OFFERS)
    shutil.copytree(now, found["publish"])
    yield found
    forget_rules()


@pytest.mark.req("HR-4.5.4")
def test_a_close_ended_at_any_statement_names_the_same_and_forgets_the_key(
    starts: dict[str, Path],
) -> None:
    whole = check_every_ending(
        starts["close"], close, again=close_again, facts=names_and_everything
    )
    named, (registered, _, _, state), key, _ = whole.end
    assert (len(named), registered, state, key) == (3, 3, "opened", False)
    assert len(whole.stages) > 1, "the step changes nothing"


@pytest.mark.req("HR-4.5.6")
def test_an_award_ended_at_any_statement_leads_to_the_same_winner(starts: dict[str, Path]) -> None:
    whole = check_every_ending(
        starts["publish"], publish, again=publish_again, facts=names_and_everything
    )
    _, (_, _, winner, state), _, _ = whole.end
    assert (bool(winner), state) == (True, "published")
