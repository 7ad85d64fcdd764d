"""The engine on PostgreSQL: the same answers, and the second of two is told at once."""

import pytest
from sqlalchemy import Engine

from models.clock import business_clock, fixed
from models.flow.instance import InstanceStatus
from models.identity.actor import Actor
from models.session import reading
from processes.inbox import VIEWS, ItemQuery, list_items
from tests.processes.engine import samples
from tests.processes.engine.test_together import both
from tests.processes.engine.world import (
    BEGAN,
    LINEAR5,
    complete,
    found_world,
    instance_row,
    items_of,
    make_actor,
    open_steps,
    publish,
    run_through,
    start,
)


@pytest.fixture
def centre(database: Engine, business_day: object) -> Actor:
    found_world()
    publish(LINEAR5.read_bytes())
    return make_actor("dz.centre", "trading_centre")


def test_a_case_runs_to_its_end(centre: Actor) -> None:
    case = start(centre)
    run_through(centre, case)
    assert instance_row(case).status == InstanceStatus.COMPLETED


def test_of_two_who_finish_one_item_one_succeeds(centre: Actor) -> None:
    colleague = make_actor("dz.second", "trading_centre")
    with business_clock(fixed(BEGAN)):
        for case in [start(centre) for _ in range(25)]:
            fared = both((centre, colleague), items_of(case)[0].id)
            assert fared == ["done", "work_item_taken"]


def test_two_steps_of_one_case_at_once_both_succeed(centre: Actor) -> None:
    publish(samples.terminating())
    for _ in range(10):
        case = start(centre, "terminating")
        right = next(item for item in items_of(case) if item.step == "right")
        complete(centre, right.id)
        assert open_steps(case) == ["left"]


@pytest.mark.parametrize("view", VIEWS)
def test_every_list_is_read(centre: Actor, view: str) -> None:
    for _ in range(3):
        run_through(centre, start(centre))
        start(centre)
    with reading() as session:
        first = list_items(session, centre, ItemQuery(view=view, q=""), limit=2)
        if first.next:
            list_items(session, centre, ItemQuery(view=view), limit=2, cursor=first.next)
    assert len(first.items) == {"mine": 0, "overdue": 0}.get(view, 2)
