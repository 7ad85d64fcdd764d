"""What a case waits for stands in rows: timers, messages, suspension, the end."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from models.clock import business_clock, fixed
from models.errors import ForbiddenError, InvalidError
from models.flow.instance import AwaitedMessage, CaseWait, Instance, InstanceStatus, WaitKind
from models.flow.work_item import WorkItemState
from models.identity.actor import Actor
from models.session import unit_of_work
from processes import case_errors as errors
from processes.case_waits import note, note_all
from processes.spiff.errors import MessageNotAwaitedError
from tests.processes.engine import samples
from tests.processes.engine.world import (
    BEGAN,
    SETTINGS,
    complete,
    engine_does,
    instance_row,
    items_of,
    open_steps,
    publish,
    start,
)

LATER = fixed(BEGAN + timedelta(days=1, minutes=1))


def test_a_timer_is_due_at_the_moment_in_its_row(centre: Actor) -> None:
    publish(samples.waiting())
    case = start(centre, "waiting")
    assert instance_row(case).next_check == BEGAN + timedelta(days=1)
    assert waits(case) == [("waiting", "late", WaitKind.DEADLINE, BEGAN + timedelta(days=1))]
    complete(centre, items_of(case)[0].id)
    assert waits(case) == []


def test_a_due_timer_takes_the_step_away_and_opens_another(centre: Actor) -> None:
    publish(samples.waiting())
    case = start(centre, "waiting")
    with business_clock(LATER):
        engine_does("wake", case)
    states = {item.step: item.state for item in items_of(case, only_open=False)}
    assert states == {"write": WorkItemState.CANCELLED, "remind": WorkItemState.READY}
    assert instance_row(case).next_check is None


def test_a_cancelled_item_says_so(centre: Actor) -> None:
    publish(samples.waiting())
    case = start(centre, "waiting")
    item = items_of(case)[0]
    with business_clock(LATER):
        engine_does("wake", case)
    with pytest.raises(errors.WorkItemCancelledError):
        complete(centre, item.id)


def test_waking_too_early_changes_nothing_but_the_version(centre: Actor) -> None:
    publish(samples.waiting())
    case = start(centre, "waiting")
    engine_does("wake", case)
    assert open_steps(case) == ["write"]


def test_a_step_done_in_time_forgets_its_timer(centre: Actor) -> None:
    publish(samples.waiting())
    case = start(centre, "waiting")
    complete(centre, items_of(case)[0].id)
    assert instance_row(case).next_check is None


def test_an_awaited_message_is_a_row_until_it_comes(centre: Actor) -> None:
    publish(samples.messaged())
    case = start(centre, "messaged")
    assert awaited(case) == []
    complete(centre, items_of(case)[0].id)
    assert awaited(case) == ["answer"]
    assert waits(case) == [("messaged", "hear", WaitKind.MESSAGE, None)]
    with unit_of_work() as session:
        session.execute(delete(CaseWait))
    note_all({}, SETTINGS)
    assert waits(case) == [("messaged", "hear", WaitKind.MESSAGE, None)]
    engine_does("message", case, "answer", {"yes": True}, actor=centre)
    assert awaited(case) == []
    assert open_steps(case) == ["check"]
    assert waits(case) == []


def test_a_bad_case_keeps_none_from_being_noted_whatever_is_open(centre: Actor) -> None:
    publish(samples.waiting())
    cases = [start(centre, "waiting") for _ in range(4)]
    *bad, held, good = sorted(cases)
    with unit_of_work() as session:
        session.execute(delete(CaseWait))
        broken = update(Instance).where(Instance.id.in_(bad))
        session.execute(broken.values(state=b"no state"))
        paused = update(Instance).where(Instance.id == held)
        session.execute(paused.values(status=InstanceStatus.SUSPENDED))
    note_all({}, SETTINGS)
    note(held, SETTINGS)
    due = BEGAN + timedelta(days=1)
    assert waits(good) == [("waiting", "late", WaitKind.DEADLINE, due)]
    assert [waits(one) for one in (*bad, held)] == [[], [], []]


def test_a_message_nobody_waits_for_is_refused(centre: Actor) -> None:
    publish(samples.messaged())
    case = start(centre, "messaged")
    with pytest.raises(MessageNotAwaitedError):
        engine_does("message", case, "answer", {}, actor=centre)


def test_a_terminate_end_closes_what_is_open(centre: Actor) -> None:
    publish(samples.terminating())
    case = start(centre, "terminating")
    left = next(item for item in items_of(case) if item.step == "left")
    assert complete(centre, left.id).status == InstanceStatus.TERMINATED
    states = {item.step: item.state for item in items_of(case, only_open=False)}
    assert states == {"left": WorkItemState.DONE, "right": WorkItemState.CANCELLED}


def test_a_suspended_case_accepts_nothing(centre: Actor, keeper: Actor) -> None:
    publish(samples.waiting())
    case = start(centre, "waiting")
    item = items_of(case)[0]
    engine_does("suspend", case, actor=keeper, reason="核查")
    assert instance_row(case).next_check is None
    for verb, args in (("complete", (item.id, {})), ("claim", (item.id,))):
        with pytest.raises(errors.InstanceNotRunningError, match="已暂停"):
            engine_does(verb, *args, actor=centre)
    with business_clock(LATER):
        engine_does("wake", case)
    assert open_steps(case) == ["write"]


def test_a_resumed_case_goes_on_and_its_late_timer_fires(centre: Actor, keeper: Actor) -> None:
    publish(samples.waiting())
    case = start(centre, "waiting")
    engine_does("suspend", case, actor=keeper, reason="核查")
    engine_does("resume", case, actor=keeper, reason="核查完毕")
    assert instance_row(case).next_check == BEGAN + timedelta(days=1)
    with business_clock(LATER):
        engine_does("wake", case)
    assert open_steps(case) == ["remind"]


def test_a_failed_case_is_retried_by_a_keeper(centre: Actor, keeper: Actor) -> None:
    publish(samples.waiting())
    case = start(centre, "waiting")
    with unit_of_work() as session:
        values = {"status": InstanceStatus.FAILED, "next_check": None, "failures": 5}
        session.execute(update(Instance).where(Instance.id == case).values(values))
    with pytest.raises(errors.InstanceNotRunningError, match="故障"):
        complete(centre, items_of(case)[0].id)
    engine_does("retry", case, actor=keeper, reason="已修复")
    row = instance_row(case)
    assert (row.status, row.failures) == (InstanceStatus.RUNNING, 0)
    assert row.next_check is not None


def test_only_keepers_intervene_and_only_with_a_reason(centre: Actor, keeper: Actor) -> None:
    publish(samples.waiting())
    case = start(centre, "waiting")
    with pytest.raises(ForbiddenError):
        engine_does("suspend", case, actor=centre, reason="x")
    with pytest.raises(InvalidError):
        engine_does("suspend", case, actor=keeper, reason=" ")
    with pytest.raises(errors.InstanceNotRunningError):
        engine_does("resume", case, actor=keeper, reason="x")


def awaited(case: str) -> list[str]:
    with unit_of_work() as session:
        query = select(AwaitedMessage.name).where(AwaitedMessage.instance_id == case)
        return list(session.scalars(query))


def waits(case: str) -> list[tuple[str, str, WaitKind, datetime | None]]:
    with unit_of_work() as session:
        rows = session.scalars(select(CaseWait).where(CaseWait.instance_id == case))
        return [(row.part, row.element, row.kind, row.due_at) for row in rows]
