"""An outage found, and a filed result, ended at every statement: once, whole, and nothing twice."""

import shutil
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from models import session as sessions
from models.clock import business_clock, fixed
from models.flow.job import Job
from models.flow.rules import forget_rules
from models.ledger.tables import LedgerEntry
from models.outage import Heartbeat, Outage
from models.selection import filed_results
from models.selection.filed_results import FiledResult
from models.session import reading, unit_of_work
from models.settings import Settings
from processes import claims, heartbeat, job_runner, wakeups
from tests.city import FREEZE, SELECTION, City, county, engine_at
from tests.crash.harness import check_every_ending, check_real_ending, undisturbed

__all__ = ["county"]

DOWN, BACK = SELECTION - timedelta(minutes=30), SELECTION + timedelta(hours=1)


@pytest.fixture
def start_of(county, tmp_path):
    """Play a county's frozen story on and close its world."""

    def play(act):
        folder = tmp_path / "start"
        shutil.copytree(county, folder)
        engine = engine_at(folder)
        sessions.bind(engine)
        forget_rules()
        city = City(folder, Settings(data_dir=str(folder)), engine)
        story = city.announced(1, 2, 3)
        story.wake(FREEZE)
        act(story)
        engine.dispose()
        return folder

    yield play
    forget_rules()


@pytest.fixture(autouse=True)
def same_nonce(monkeypatch):
    """Let what is encrypted be the same bytes in each run."""

    class Same:
        token_bytes = staticmethod(lambda size: b"n" * size)

    monkeypatch.setattr(filed_results, "secrets", Same)


def last_sign(_story) -> None:
    with unit_of_work() as session:
        session.add(Heartbeat(name=heartbeat.NAME, beat_at=DOWN, business_at=DOWN))


def find(world):
    heartbeat.beat(world.settings)


def find_and_tell(world):
    """What the worker's first sweep does when the power is back."""
    with time_machine.travel(BACK, tick=False), business_clock(fixed(BACK)):
        heartbeat.beat(world.settings)
        for each in job_runner.due_jobs():
            job_runner.run_job(each, world.settings)


def after_the_lease(world):
    find_and_tell(world)
    later = BACK + claims.LEASE + timedelta(seconds=1)
    with time_machine.travel(later, tick=False), business_clock(fixed(BACK)):
        for each in job_runner.due_jobs():
            job_runner.run_job(each, world.settings)


def counted(_world):
    """Return how often it was recorded, owed and taken."""
    interrupted = LedgerEntry.body.contains("draw:interrupted")
    with reading() as session:
        return [
            session.scalar(select(func.count()).select_from(Outage)),
            session.scalar(select(func.count()).where(Job.kind == "case.message")),
            session.scalar(select(func.count()).where(interrupted)),
        ]


@pytest.mark.req("DZ-81.2")
def test_an_outage_is_found_and_told_once_whatever_dies_in_between(start_of):
    whole = check_every_ending(
        start_of(last_sign), find_and_tell, again=after_the_lease, facts=counted
    )
    assert whole.end == [1, 1, 1]


@pytest.mark.slow
@pytest.mark.req("DZ-81.2")
def test_a_worker_that_really_dies_while_it_finds_an_outage_repeats_nothing(start_of):
    start = start_of(last_sign)
    with time_machine.travel(BACK, tick=False), business_clock(fixed(BACK)):
        whole = undisturbed(start, find)
        for at in (1, whole.endings // 2, whole.endings):
            step = "tests.crash.test_interruptions:find"
            check_real_ending(start, step, at, whole, again=find)


def compute(world):
    """Wake the cancelled case at the announced time: open, rank, file, end."""
    with business_clock(fixed(SELECTION)):
        wakeups.wake_due(world.settings)


def filed(world):
    with reading() as session:
        row = session.scalars(select(FiledResult)).one()
        return filed_results.proof_of(world.settings, row)


def test_a_filed_result_is_the_same_bytes_whatever_dies_in_between(start_of):
    cancelled = SELECTION - timedelta(hours=1)
    check_every_ending(start_of(lambda one: one.cancel_selection(cancelled)), compute, facts=filed)
