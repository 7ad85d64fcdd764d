"""Killed workers: every statement of sending, of a job and of sequencing may be the last."""

from datetime import datetime, timedelta

import pytest
import time_machine

from models.clock import CHINA, business_clock, business_now, fixed
from models.flow.job import Setting
from models.identity.actor import PLATFORM
from models.installation import ensure_installation
from models.ledger.log import record
from models.outbox import enqueue, notify
from models.session import unit_of_work
from processes import claims, job_kinds, job_runner, outbox, sequencer
from tests.crash.harness import check_every_ending, check_real_ending, opened, undisturbed

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=CHINA)


@pytest.fixture(autouse=True)
def still_clock():
    with time_machine.travel(NOW, tick=False), business_clock(fixed(NOW)):
        yield


@pytest.fixture
def start(empty_world):
    with opened(empty_world), unit_of_work() as session:
        ensure_installation(session)
        for number in range(3):
            record(session, PLATFORM, "draw:frozen", f"draw-{number}", at=business_now())
        notify(session, channel="sms", recipient="1", template="t", values={}, key="award:1")
        enqueue(session, "test.letter", key="letter:1", args={"award": "a1"})
    return empty_world


@pytest.fixture(autouse=True)
def letter():
    def store(session, args, result, _settings):
        session.add(Setting(name=f"letter:{args['award']}", value=result))

    job_kinds.register("test.letter", store, prepare=lambda args, _: f"PDF {args['award']}")
    yield
    job_kinds.forget("test.letter")


def send(_world):
    for each in outbox.due_messages():
        outbox.deliver(each)


def do_jobs(world):
    for each in job_runner.due_jobs():
        job_runner.run_job(each, world.settings)


def order(world):
    sequencer.sequence(world.settings)


def after_the_lease(step):
    def again(world):
        with time_machine.travel(NOW + claims.LEASE + timedelta(seconds=1), tick=False):
            step(world)

    return again


def test_a_message_is_recorded_as_sent_after_every_ending(start):
    check_every_ending(start, send, again=after_the_lease(send))


def test_a_job_is_stored_once_after_every_ending(start):
    check_every_ending(start, do_jobs, again=after_the_lease(do_jobs))


def test_the_log_is_ordered_and_signed_after_every_ending(start):
    check_every_ending(start, order)


@pytest.mark.parametrize("place", ["first", "middle", "before the last commit", "last"])
def test_a_process_that_really_ends_leaves_the_same(start, place):
    whole = undisturbed(start, order)
    at = {
        "first": 1,
        "middle": whole.endings // 2,
        "before the last commit": whole.endings - 1,
        "last": whole.endings,
    }[place]
    check_real_ending(start, "tests.crash.test_background:order", at, whole, again=order)
