"""Moving running cases on PostgreSQL: the same answers, and a step taken meanwhile is not lost."""

import threading
from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import Engine

from models.clock import business_clock, fixed
from models.flow.case_move import MovedState
from models.identity.actor import Actor
from tests.processes.engine.world import (
    BEGAN,
    add_form,
    complete,
    found_world,
    instance_row,
    items_of,
    make_actor,
    open_steps,
    publish,
    start,
)
from tests.processes.moving import flows
from tests.processes.moving.test_acting import approved, begun, prepared, run, states


@pytest.fixture
def centre(database: Engine, business_day: object) -> Actor:
    found_world()
    add_form("facts", flows.FORM)
    return make_actor("dz.centre", "trading_centre")


@pytest.fixture
def publisher(centre: Actor) -> Actor:
    return make_actor("dz.publisher", "publisher")


def test_many_cases_are_moved_in_batches(centre: Actor, publisher: Actor) -> None:
    cases = begun(centre, 3)
    move = prepared(publisher, cases)
    approved(move, publisher)
    run(move)
    assert set(states(move).values()) == {MovedState.MOVED}
    complete(centre, items_of(cases[0])[0].id)
    assert open_steps(cases[0]) == ["sign"]


def test_a_case_in_a_called_part_with_a_timer_moves_inside_it(
    centre: Actor, publisher: Actor
) -> None:
    publish(flows.part("look", "tell"))
    publish(flows.calling("close"))
    case = start(centre, "walk")
    publish(flows.part("look", "ask", "tell"))
    move = prepared(publisher, [case], flows.calling("file", "close"))
    approved(move, publisher)
    run(move)
    assert states(move) == {case: MovedState.MOVED}
    complete(centre, items_of(case)[0].id)
    assert open_steps(case) == ["ask"]


def test_a_step_completed_while_the_case_is_moved_is_either_before_or_after_the_move(
    centre: Actor, publisher: Actor
) -> None:
    (case,) = begun(centre)
    move = prepared(publisher, [case])
    approved(move, publisher)
    (item,) = items_of(case)
    ready = threading.Barrier(2)

    def act(verb: Callable[[], object]) -> None:
        with business_clock(fixed(BEGAN)):
            ready.wait()
            verb()

    acts = (partial(complete, centre, item.id), partial(run, move))
    threads = [threading.Thread(target=act, args=(verb,)) for verb in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert open_steps(case) in (["check"], ["sign"])
    assert instance_row(case).version == 2
