"""A step of a case, ended at every statement: done wholly or not at all, and done once."""

from datetime import timedelta

import pytest

from models.clock import business_clock, fixed
from models.errors import ConflictError
from models.flow.rules import forget_rules
from models.identity.actor import PLATFORM
from models.session import reading
from processes import wakeups
from tests.crash.harness import World, check_every_ending, check_real_ending, opened, undisturbed
from tests.processes.engine.world import (
    BEGAN,
    DATA,
    LINEAR5,
    complete,
    found_world,
    items_of,
    make_actor,
    publish,
)
from tests.processes.engine.world import (
    start as start_case,
)

USER = "dz.centre"


@pytest.fixture(autouse=True)
def fixed_day(business_day):
    forget_rules()
    yield
    forget_rules()


@pytest.fixture
def linear(empty_world):
    """A case that waits at its first step."""
    with opened(empty_world):
        found_world()
        actor = make_actor(USER, "trading_centre")
        publish(LINEAR5.read_bytes())
        start_case(actor)
    return empty_world


@pytest.fixture
def waiting(empty_world):
    """A case that waits for a timer."""
    with opened(empty_world):
        found_world()
        publish((DATA / "timer_duration.bpmn").read_bytes())
        start_case(PLATFORM, "flow", period="PT1H")
    return empty_world


def actor_and_case():
    from sqlalchemy import select

    from models.flow.instance import Instance
    from models.identity.account import Account
    from models.identity.loading import actor_of

    with reading() as session:
        case = session.scalars(select(Instance.id)).one()
        account = session.scalars(select(Account.id).where(Account.username == USER)).one()
        return actor_of(session, account), case


def first_step(_: World) -> None:
    """Finish the first step, or be told that it is finished."""
    actor, case = actor_and_case()
    item = next(each for each in items_of(case, only_open=False) if each.step == "task1")
    try:
        complete(actor, item.id)
    except ConflictError:
        return


def wake(world: World) -> None:
    """Wake what is due, some time later."""
    with business_clock(fixed(BEGAN + timedelta(days=30))):
        wakeups.wake_due(world.settings)


def test_a_step_is_completed_wholly_or_not_at_all(linear):
    whole = check_every_ending(linear, first_step)
    assert len(whole.stages) == 2


def test_a_timer_fires_once_whatever_happens(waiting):
    whole = check_every_ending(waiting, wake)
    assert whole.stages[0] != whole.stages[-1]


def test_a_process_that_really_ends_before_the_commit_leaves_the_step_undone(linear):
    whole = undisturbed(linear, first_step)
    step = "tests.crash.test_engine:first_step"
    check_real_ending(linear, step, whole.endings - 1, whole, again=first_step)
