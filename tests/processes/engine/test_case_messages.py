"""One case tells another something and goes on with the answer: taken, or why not."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from models.clock import business_clock, fixed, system_now
from models.flow.instance import Instance
from models.flow.job import Job, JobState
from models.identity.actor import PLATFORM, Actor
from models.session import unit_of_work
from processes import case_messages, claims
from processes.case_runner import CaseRunner
from processes.job_runner import due_jobs, run_job
from processes.spiff.errors import MessageNotAwaitedError
from tests.processes import diagrams as d
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

VARIABLE = (
    '<bpmn:message id="msg_{0}" name="{0}"><bpmn:extensionElements><spiffworkflow:messageVariable>'
    "{0}</spiffworkflow:messageVariable></bpmn:extensionElements></bpmn:message>"
)
LATER = BEGAN + timedelta(days=1, seconds=1)


def telling() -> bytes:
    return d.process(
        d.lanes(交易中心="end_happy end_sad"),
        d.START,
        d.service("tell", "case.message", to="target", message="'stop'", payload='{"why": 1}'),
        d.node("intermediateCatchEvent", "hear", d.message("msg_answered")),
        d.node("exclusiveGateway", "taken", default="taken_end_sad"),
        d.node("userTask", "end_happy"),
        d.node("userTask", "end_sad"),
        d.END,
        d.chain("begin", "tell", "hear", "taken"),
        d.flow("taken", "end_happy", 'answered["accepted"]'),
        d.flow("taken", "end_sad"),
        d.chain("end_happy", "finish"),
        d.flow("end_sad", "finish"),
        id="telling",
        extra=VARIABLE.format("answered"),
    )


def listening() -> bytes:
    attached = {"attachedToRef": "write", "cancelActivity": "true"}
    return d.process(
        d.lanes(交易中心="write stopped late"),
        d.START,
        d.node("userTask", "write"),
        d.node("boundaryEvent", "stop", d.message("msg_stop"), **attached),
        d.node("boundaryEvent", "day", d.timer("timeDuration", "'P1D'"), **attached),
        d.node("userTask", "stopped"),
        d.node("userTask", "late"),
        d.END,
        d.chain("begin", "write", "finish"),
        d.chain("stop", "stopped", "finish"),
        d.chain("day", "late", "finish"),
        id="listening",
        extra=VARIABLE.format("stop"),
    )


@pytest.fixture
def pair(centre: Actor) -> tuple[str, str]:
    """A case that listens, and one that has just told it to stop."""
    publish(listening())
    publish(telling())
    target = start(centre, "listening")
    return target, start(centre, "telling", target=target)


def work(at=BEGAN) -> list[bool]:
    with business_clock(fixed(at)):
        return [run_job(each, SETTINGS) for each in due_jobs()]


def heard(sender: str) -> dict:
    """What the sender's next step knows of the answer."""
    item = items_of(sender)[0]
    with unit_of_work() as session:
        row = session.get_one(Instance, sender)
        data = CaseRunner(session, SETTINGS, row, PLATFORM).load().data_of(item.task_id)
    return data["answered"]


def test_a_message_moves_its_case_and_the_sender_hears_so(pair) -> None:
    target, sender = pair
    assert (open_steps(target), open_steps(sender)) == (["write"], [])
    assert work() == [True]
    assert (open_steps(target), open_steps(sender)) == (["stopped"], ["end_happy"])
    assert heard(sender) == {"accepted": True, "reason": ""}


def test_a_message_is_delivered_once_even_if_the_worker_dies_before_the_end(
    pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, sender = pair

    def die(*_args, **_kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(case_messages, "_answer", die)
        with pytest.raises(KeyboardInterrupt):
            work()
    assert (open_steps(target), open_steps(sender)) == (["write"], [])
    with time_machine.travel(system_now() + claims.LEASE + timedelta(minutes=1), tick=False):
        assert work() == [True]
        assert work() == []
    assert (open_steps(target), open_steps(sender)) == (["stopped"], ["end_happy"])
    assert instance_row(target).version == 1


def test_a_message_owed_twice_under_one_key_is_one_job(pair) -> None:
    target, _ = pair
    with unit_of_work() as session:
        what = {"to": target, "message": "stop", "payload": {}}
        owed = [case_messages.owe_message(session, key="outage:1", **what) for _ in range(2)]
    assert owed == [True, False]


def test_what_is_due_comes_before_the_message(pair) -> None:
    target, sender = pair
    assert work(LATER) == [True]
    assert (open_steps(target), open_steps(sender)) == (["late"], ["end_sad"])
    assert heard(sender) == {"accepted": False, "reason": case_messages.TOO_LATE}


def test_a_message_sent_directly_finds_the_timer_fired_too(centre: Actor) -> None:
    publish(listening())
    target = start(centre, "listening")
    with business_clock(fixed(LATER)), pytest.raises(MessageNotAwaitedError):
        engine_does("message", target, "stop", {}, actor=centre)
    assert open_steps(target) == ["write"]


def test_a_case_that_waits_for_nothing_of_the_kind_refuses_with_a_reason(pair) -> None:
    target, sender = pair
    engine_does("message", target, "stop", {}, actor=PLATFORM)
    work()
    assert open_steps(sender) == ["end_sad"]
    assert "没有生效" in heard(sender)["reason"]


def test_an_ended_case_refuses_and_says_that_it_has_ended(pair, centre: Actor) -> None:
    target, sender = pair
    complete(centre, items_of(target)[0].id)
    work()
    assert "办结" in heard(sender)["reason"]


def test_a_suspended_case_refuses_and_says_by_whom(pair, keeper: Actor) -> None:
    target, sender = pair
    engine_does("suspend", target, actor=keeper, reason="核查")
    work()
    assert "系统管理员暂停" in heard(sender)["reason"]
    engine_does("resume", target, actor=keeper, reason="核查完毕")
    assert open_steps(target) == ["write"]


def test_a_suspended_sender_delays_its_message_until_it_can_hear_the_answer(
    pair, keeper: Actor
) -> None:
    target, sender = pair
    engine_does("suspend", sender, actor=keeper, reason="核查")
    assert work() == [True]
    assert open_steps(target) == ["write"]
    engine_does("resume", sender, actor=keeper, reason="核查完毕")
    with time_machine.travel(BEGAN + timedelta(days=400), tick=False):
        assert work() == [True]
    assert (open_steps(target), open_steps(sender)) == (["stopped"], ["end_happy"])


def test_a_message_without_a_sender_waits_for_a_suspended_case(
    centre: Actor, keeper: Actor
) -> None:
    publish(listening())
    target = start(centre, "listening")
    engine_does("suspend", target, actor=keeper, reason="核查")
    with unit_of_work() as session:
        case_messages.owe_message(session, key="outage:1", to=target, message="stop", payload={})
    work()
    with unit_of_work() as session:
        states = list(session.scalars(select(Job.state).order_by(Job.due_at)))
    assert states == [JobState.DONE, JobState.WAITING]
