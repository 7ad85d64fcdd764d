"""A completed item moves its case on, once, for the right person, all or nothing."""

import pytest
from sqlalchemy import Engine, func, select, text, update

from models.errors import ForbiddenError
from models.flow.instance import Instance, InstanceStatus
from models.flow.work_item import WorkItem, WorkItemState
from models.identity.actor import Actor
from models.ledger.tables import LedgerEntry
from models.session import unit_of_work
from processes import case_errors as errors
from processes.engine import ProcessEngine
from tests.processes.engine.world import (
    SETTINGS,
    YES,
    complete,
    engine_does,
    instance_row,
    items_of,
    make_actor,
    open_steps,
    run_through,
    start,
)


def test_a_case_runs_to_its_end_and_the_gateway_reads_what_was_entered(
    linear5: str, centre: Actor
) -> None:
    case = start(centre)
    seen = []
    for _ in range(5):
        item = items_of(case)[0]
        seen.append(item.step)
        complete(centre, item.id)
    assert seen == ["task1", "task2", "task3", "task4", "task5"]
    done = instance_row(case)
    assert done.status == InstanceStatus.COMPLETED
    assert done.ended_at is not None
    assert done.next_check is None
    assert open_steps(case) == []


def test_an_answer_can_leave_a_step_out(linear5: str, centre: Actor) -> None:
    case = start(centre)
    complete(centre, items_of(case)[0].id, {"approved": 0, "amount": 1})
    complete(centre, items_of(case)[0].id, {})
    assert open_steps(case) == ["task4"]


def test_the_second_of_two_people_is_told_who_was_first_and_when(
    linear5: str, centre: Actor, colleague: Actor
) -> None:
    item = items_of(start(centre))[0]
    complete(centre, item.id)
    with pytest.raises(errors.WorkItemTakenError, match=r"dz\.centre姓名于11月18日09:00"):
        complete(colleague, item.id)


def test_sending_twice_changes_nothing_the_second_time(linear5: str, centre: Actor) -> None:
    case = start(centre)
    item = items_of(case)[0]
    complete(centre, item.id)
    before = instance_row(case).version
    with pytest.raises(errors.WorkItemTakenError):
        complete(centre, item.id)
    assert instance_row(case).version == before
    assert open_steps(case) == ["task2"]


def test_an_item_that_somebody_holds_is_closed_to_others(
    linear5: str, centre: Actor, colleague: Actor
) -> None:
    item = items_of(start(centre))[0]
    engine_does("claim", item.id, actor=colleague)
    with pytest.raises(errors.WorkItemClaimedError, match=r"dz\.centre2姓名"):
        complete(centre, item.id)
    complete(colleague, item.id)


@pytest.mark.parametrize(
    ("role", "county"), [("owner", "dazhou"), ("trading_centre", "huairou"), ("contractor", "*")]
)
def test_another_role_or_county_may_not(
    linear5: str, centre: Actor, role: str, county: str
) -> None:
    case = start(centre)
    stranger = make_actor("stranger", role, county=county)
    with pytest.raises(ForbiddenError):
        complete(stranger, items_of(case)[0].id)
    assert open_steps(case) == ["task1"]


def test_an_unknown_item_is_not_found(linear5: str, centre: Actor) -> None:
    with pytest.raises(errors.WorkItemNotFoundError):
        complete(centre, "0" * 32)


def test_a_step_that_was_read_at_an_older_version_is_refused(
    linear5: str, centre: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = start(centre)
    item = items_of(case)[0]
    real = ProcessEngine._check_may_finish

    def overtaken(engine: ProcessEngine, *args: object) -> None:
        real(engine, *args)  # type: ignore[arg-type]
        engine.session.execute(
            update(Instance).where(Instance.id == case).values(version=9),
            execution_options={"synchronize_session": False},
        )

    monkeypatch.setattr(ProcessEngine, "_check_may_finish", overtaken)
    with pytest.raises(errors.StaleInstanceError):
        complete(centre, item.id)
    assert open_steps(case) == ["task1"]


def test_an_error_after_the_step_leaves_nothing_behind(
    linear5: str, centre: Actor, world: Engine
) -> None:
    case = start(centre)
    item = items_of(case)[0]
    before = everything(world)

    def step_then_fail() -> None:
        with unit_of_work() as session:
            ProcessEngine(session, settings=SETTINGS).complete(item.id, YES, actor=centre)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        step_then_fail()
    assert everything(world) == before


def test_a_script_that_fails_is_told_and_nothing_is_stored(
    linear5: str, centre: Actor, world: Engine
) -> None:
    case = start(centre)
    for _ in range(4):
        complete(centre, items_of(case)[0].id, {"approved": 1, "amount": "text"})
    before = everything(world)
    with pytest.raises(Exception, match="Calculate total"):
        complete(centre, items_of(case)[0].id, {"amount": None})
    assert everything(world) == before


def test_a_done_item_says_who_did_it(linear5: str, centre: Actor) -> None:
    case = start(centre)
    complete(centre, items_of(case)[0].id)
    first = items_of(case, only_open=False)[0]
    assert (first.state, first.done_by) == (WorkItemState.DONE, centre.account_id)
    assert first.claimed_by is None


def test_every_completion_is_logged_once(linear5: str, centre: Actor) -> None:
    case = start(centre)
    run_through(centre, case)
    with unit_of_work() as session:
        query = select(func.count()).where(LedgerEntry.object == case)
        assert session.scalar(query) == 6


def everything(engine: Engine) -> list[object]:
    tables = ("instance", "work_item", "ledger_entry", "awaited_message", "draft")
    with engine.connect() as connection:
        return [connection.execute(text(f"select * from {name}")).all() for name in tables]


def test_the_work_item_of_a_finished_case_is_not_open(linear5: str, centre: Actor) -> None:
    case = start(centre)
    run_through(centre, case)
    with unit_of_work() as session:
        states = set(session.scalars(select(WorkItem.state).where(WorkItem.instance_id == case)))
    assert states == {WorkItemState.DONE}
