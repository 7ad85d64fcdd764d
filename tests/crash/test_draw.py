"""A process that dies in the middle of a draw leaves the same proof, byte for byte."""

import shutil
from datetime import timedelta

import pytest
from sqlalchemy import select

from models import session as sessions
from models.flow.instance import Instance
from models.flow.rules import forget_rules
from models.flow.work_item import OPEN_STATES, WorkItem
from models.selection.tables import Draw
from models.session import reading
from models.settings import Settings
from processes.demo.player import Player
from processes.demo.projects import FINISHED
from processes.demo.story import MONITOR, SELECTOR, Story
from tests.city import SELECTION, City, county, engine_at
from tests.crash.harness import (
    all_stored,
    check_real_ending,
    undisturbed,
)

__all__ = ["county"]

PROOF = ("state", "frozen", "root", "tickets", "winner_ticket", "proof", "public_proof", "plan")
OPENED_AT = SELECTION + timedelta(minutes=5)


@pytest.fixture
def world_at(county, tmp_path):
    """Play the story up to a named state and close the world."""

    def play(state):
        folder = tmp_path / "start"
        shutil.copytree(county, folder)
        engine = engine_at(folder)
        sessions.bind(engine)
        forget_rules()
        city = City(folder, Settings(data_dir=str(folder)), engine)
        getattr(city, state)(1, 2, 3)
        engine.dispose()
        return folder

    yield play
    forget_rules()


def story_in(world):
    """Return the one case of a world, to be played on."""
    story = Story(Player(world.settings), FINISHED)
    with reading() as session:
        case = session.scalars(select(Instance).where(Instance.project_id.is_not(None))).one()
    story.instance, story.project = case.id, str(case.project_id)
    return story


def waits_at(story, step):
    with reading() as session:
        query = select(WorkItem.id).where(
            WorkItem.instance_id == story.instance,
            WorkItem.step == step,
            WorkItem.state.in_(OPEN_STATES),
        )
        return session.scalar(query) is not None


def hold(world):
    """Open and confirm; whoever finds a step done goes on to the next."""
    story = story_in(world)
    for who, step, form in (
        (SELECTOR, "open_draw", {"officer_opens": True}),
        (MONITOR, "confirm_opening", {"monitor_confirms": True}),
    ):
        if waits_at(story, step):
            with story.player.at(OPENED_AT):
                story.player.complete(who, story.instance, step, form)


def proof_and_everything(world):
    with reading() as session:
        draw = session.scalars(select(Draw)).one()
        return [getattr(draw, name) for name in PROOF], all_stored(world)


def test_a_process_that_really_ends_in_the_middle_of_the_draw_changes_nothing(world_at):
    start = world_at("frozen")
    whole = undisturbed(start, hold, facts=proof_and_everything)
    for at in (whole.endings // 2, whole.endings - 1):
        check_real_ending(
            start, "tests.crash.test_draw:hold", at, whole, again=hold, facts=proof_and_everything
        )
