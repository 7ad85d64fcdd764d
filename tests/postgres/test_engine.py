"""The engine on PostgreSQL: where two really act at the same moment."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from models.clock import business_clock, fixed
from models.errors import ConflictError
from models.flow.instance import InstanceStatus
from models.flow.rules import forget_rules
from models.flow.work_item import WorkItemState
from models.identity.actor import PLATFORM
from models.ledger.tables import LedgerEntry
from models.session import reading
from processes import inbox, wakeups
from tests.processes.engine.world import (
    BEGAN,
    DATA,
    LINEAR5,
    SETTINGS,
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
def world(database, business_day):
    forget_rules()
    found_world()
    yield
    forget_rules()


@pytest.fixture
def people(world):
    return [make_actor(f"dz.centre{n}", "trading_centre") for n in range(4)]


@pytest.fixture
def case(people):
    publish(LINEAR5.read_bytes())
    return start(people[0])


def at_once(*actions):
    """Run all actions at the same moment; return what each ended with."""
    gate, results = threading.Barrier(len(actions)), [None] * len(actions)

    def run(number, action):
        gate.wait()
        with business_clock(fixed(BEGAN)):
            try:
                results[number] = action() or "done"
            except ConflictError as error:
                results[number] = error.code

    threads = [threading.Thread(target=run, args=each) for each in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_a_case_runs_to_its_end(case, people):
    run_through(people[0], case)
    assert instance_row(case).status == InstanceStatus.COMPLETED


def test_of_four_people_finishing_one_item_one_succeeds_and_three_are_told(case, people):
    item = items_of(case)[0].id

    def finish(actor):
        complete(actor, item)

    results = at_once(*(lambda actor=actor: finish(actor) for actor in people))
    assert Counter(result == "done" for result in results) == {True: 1, False: 3}
    assert set(results) - {"done"} <= {"work_item_taken", "stale_instance"}
    assert open_steps(case) == ["task2"]
    done = [item for item in items_of(case, only_open=False) if item.state == WorkItemState.DONE]
    assert len(done) == 1


def test_two_workers_wake_a_due_case_once(world):
    publish((DATA / "timer_duration.bpmn").read_bytes())
    case = start(PLATFORM, "flow", period="PT1H")
    later = fixed(BEGAN + timedelta(days=1))

    def wake():
        with business_clock(later):
            wakeups.wake_one(case, SETTINGS)

    assert at_once(wake, wake, wake) == ["done"] * 3
    assert open_steps(case) == ["after"]
    with reading() as session:
        bodies = session.scalars(select(LedgerEntry.body).where(LedgerEntry.object == case))
        assert sum('"instance:woken"' in body for body in bodies) == 1


def test_the_inbox_shows_the_open_item(case, people):
    with reading() as session:
        page = inbox.list_items(session, people[1], inbox.ItemQuery(view="claimable"))
    assert [row.step for row in page.items] == ["task1"]
