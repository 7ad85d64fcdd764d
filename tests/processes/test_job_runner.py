"""Jobs: prepared outside a transaction, stored and marked done in one."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from models.clock import system_now
from models.flow.job import Job, JobState, Setting
from models.outbox import enqueue
from models.session import reading, unit_of_work
from models.settings import Settings
from processes import claims, job_kinds
from processes.job_runner import due_jobs, run_job

pytestmark = pytest.mark.usefixtures("database")
SETTINGS = Settings()


@pytest.fixture
def kind():
    """Register a kind of job for one test."""
    made = []

    def register(store, **options):
        made.append(job_kinds.register("letter", store, **options))

    yield register
    for each in made:
        job_kinds.forget(each.name)


def owe(**options):
    with unit_of_work() as session:
        enqueue(session, "letter", key="letter:1", args={"award": "a1"}, **options)


def job():
    with reading() as session:
        return session.scalars(select(Job)).one()


def note(session, args, result, _settings):
    session.add(Setting(name="stored", value=[args["award"], result]))


def stored():
    with reading() as session:
        row = session.get(Setting, "stored")
        return row and row.value


def test_what_was_prepared_is_stored_with_the_job_in_one_transaction(kind):
    kind(note, prepare=lambda args, _: f"PDF of {args['award']}")
    owe()
    assert [run_job(each, SETTINGS) for each in due_jobs()] == [True]
    assert stored() == ["a1", "PDF of a1"]
    assert job().state is JobState.DONE
    assert not run_job(job().id, SETTINGS)


def test_a_store_that_fails_leaves_neither_result_nor_done_mark(kind):
    def break_after_writing(session, args, result, settings):
        note(session, args, result, settings)
        session.flush()
        raise RuntimeError("no paper")

    kind(break_after_writing)
    owe()
    assert not run_job(job().id, SETTINGS)
    assert stored() is None
    assert (job().state, job().error) == (JobState.WAITING, "RuntimeError: no paper")


def test_a_result_prepared_too_late_is_dropped(kind):
    def slow(_args, _settings):
        with (
            time_machine.travel(system_now() + claims.LEASE * 2),
            unit_of_work() as session,
        ):
            assert claims.claim(session, Job, job().id, system_now())
        return "too late"

    kind(note, prepare=slow)
    owe()
    assert not run_job(job().id, SETTINGS)
    assert stored() is None
    assert job().state is JobState.LEASED


def test_a_job_of_an_unknown_kind_keeps_the_reason():
    owe()
    assert not run_job(job().id, SETTINGS)
    assert "JobKindUnknownError" in job().error


def test_a_job_for_later_is_not_due_yet(kind):
    kind(note)
    owe(due_at=system_now() + timedelta(hours=1))
    assert due_jobs() == []
    assert not run_job(job().id, SETTINGS)


def test_two_kinds_of_one_name_are_refused(kind):
    kind(note)
    with pytest.raises(ValueError, match="letter"):
        kind(note)
