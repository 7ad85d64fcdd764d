"""The sweep: whatever is due is done, in the right order, and one fault hinders nothing else."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from models.clock import business_clock, fixed, system_now
from models.flow.instance import Instance, InstanceStatus
from models.flow.job import Job, JobState
from models.ledger.tables import Checkpoint, LedgerEntry
from models.selection.tables import DrawState
from models.session import reading, unit_of_work
from processes import claims, daily, job_kinds, job_runner, outbox, sweeper, wakeups
from tests.city import FREEZE, city, county  # noqa: F401 - fixtures


@pytest.fixture
def announced(city):  # noqa: F811
    """A story whose list is open, three companies in it, everything swept up to now."""
    story = city.announced(1, 2, 3)
    sweep(city, FREEZE - timedelta(days=2))
    return story


def sweep(city, moment):  # noqa: F811
    with business_clock(fixed(moment)):
        return sweeper.sweep_until_quiet(city.settings)


def logged(action):
    with reading() as session:
        bodies = session.scalars(select(LedgerEntry.body).order_by(LedgerEntry.seq))
        return [entry for entry in map(json.loads, bodies) if entry["action"] == action]


def test_a_frozen_list_follows_from_the_clock_alone(city, announced):  # noqa: F811
    sweep(city, FREEZE - timedelta(seconds=1))
    assert city.draw(announced).state is DrawState.OPEN
    sweep(city, FREEZE + timedelta(hours=9))
    assert city.draw(announced).state is DrawState.FROZEN
    assert logged("draw:frozen")[0]["after"]["frozen_at"] == FREEZE.isoformat()


@pytest.mark.req("DZ-80a")
def test_every_midnight_has_one_digest_of_each_open_list_of_one_size(city, announced):  # noqa: F811
    sweep(city, FREEZE)
    entries = logged("interest.digest")
    assert len(entries) == 2
    assert {entry["after"]["leaves"] for entry in entries} == {256}
    assert len({entry["after"]["root"] for entry in entries}) == 2


@pytest.mark.req("DZ-80a")
def test_a_list_freezes_only_after_the_digests_of_the_days_missed(city, announced):  # noqa: F811
    with business_clock(fixed(FREEZE)):
        daily.owe_daily_jobs()
    died = take_all_jobs()
    sweep(city, FREEZE)
    assert city.draw(announced).state is DrawState.OPEN
    with time_machine.travel(died + claims.LEASE, tick=False):
        sweep(city, FREEZE)
    assert city.draw(announced).state is DrawState.FROZEN
    assert len(logged("interest.digest")) == 2


@pytest.mark.req("DZ-80a")
def test_a_digest_that_fails_keeps_no_list_open(city, announced, monkeypatch):  # noqa: F811
    def broken(*_):
        raise ValueError

    kind = job_kinds.kind_of("interest.digest")
    monkeypatch.setitem(job_kinds._kinds, kind.name, replace(kind, store=broken))
    sweep(city, FREEZE)
    assert city.draw(announced).state is DrawState.FROZEN


def take_all_jobs():
    """Claim what is due as a worker that dies then; return the moment."""
    now = system_now()
    for job in job_runner.due_jobs():
        with unit_of_work() as session:
            assert claims.claim(session, Job, job, now)
    return now


def test_what_was_done_is_sent_numbered_and_signed_in_the_same_sweep(city, announced):  # noqa: F811
    done = sweep(city, FREEZE)
    assert done["woken"] >= 1
    assert outbox.due_messages() == []
    with reading() as session:
        waiting = session.scalar(select(LedgerEntry.id).where(LedgerEntry.seq.is_(None)))
        newest = session.scalars(select(Checkpoint.size).order_by(Checkpoint.size.desc())).first()
        last = session.scalars(select(LedgerEntry.seq).order_by(LedgerEntry.seq.desc())).first()
    assert waiting is None
    assert newest == last + 1


def test_a_quiet_platform_writes_nothing(city, announced):  # noqa: F811
    sweep(city, FREEZE)
    assert not any(sweep(city, FREEZE).values())


def test_a_step_that_fails_hinders_no_other(city, announced, monkeypatch):  # noqa: F811
    def broken(_settings):
        raise RuntimeError

    monkeypatch.setitem(sweeper.STEPS, "owed_today", broken)
    assert sweep(city, FREEZE)["woken"] >= 1


def test_a_case_that_fails_again_and_again_waits_for_a_keeper(city, announced, monkeypatch):  # noqa: F811
    def broken(self, instance_id):
        raise RuntimeError("no such list")

    monkeypatch.setattr(wakeups.ProcessEngine, "wake", broken)
    moment = FREEZE
    for _ in range(wakeups.MAX_FAILURES):
        sweep(city, moment)
        moment += timedelta(hours=1)
    with reading() as session:
        case = session.get_one(Instance, announced.instance)
    assert case.status is InstanceStatus.FAILED
    assert case.failures == wakeups.MAX_FAILURES
    assert "no such list" in case.failure
    assert case.next_check is None


def test_every_daily_job_of_the_shipped_program_succeeds(city, announced):  # noqa: F811
    sweep(city, FREEZE)
    with reading() as session:
        assert set(session.scalars(select(Job.state))) == {JobState.DONE}
