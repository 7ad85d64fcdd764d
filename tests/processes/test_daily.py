"""Daily jobs: each day once, at their time by the business clock, missed days included."""

from datetime import datetime, time

import pytest
from sqlalchemy import select

from models.clock import CHINA, business_clock, fixed
from models.flow.job import Job
from models.session import reading
from processes import job_kinds
from processes.daily import owe_daily_jobs

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def digest(monkeypatch):
    monkeypatch.setattr(job_kinds, "_kinds", {})
    job_kinds.register("interest.digest", lambda *_: None, daily_at=time(0, 0))
    job_kinds.register("other", lambda *_: None)


def at(text):
    return business_clock(fixed(datetime.fromisoformat(text).replace(tzinfo=CHINA)))


def owed():
    with reading() as session:
        return sorted(session.scalars(select(Job.key)))


def test_the_day_of_installation_owes_nothing_and_midnight_owes_one():
    with at("2026-11-18 23:59"):
        owe_daily_jobs()
        assert owed() == []
    with at("2026-11-19 00:00"):
        assert owe_daily_jobs() == 1
        assert owe_daily_jobs() == 0
    assert owed() == ["interest.digest:2026-11-19"]


def test_days_missed_while_the_machine_was_down_are_each_owed():
    with at("2026-11-18 09:00"):
        owe_daily_jobs()
    with at("2026-11-21 08:00"):
        assert owe_daily_jobs() == 3
    assert owed() == [f"interest.digest:2026-11-{day}" for day in (19, 20, 21)]


def test_a_job_of_the_evening_waits_for_the_evening(monkeypatch):
    monkeypatch.setattr(job_kinds, "_kinds", {})
    job_kinds.register("report", lambda *_: None, daily_at=time(18, 0))
    with at("2026-11-18 19:00"):
        owe_daily_jobs()
    with at("2026-11-19 17:59"):
        assert owe_daily_jobs() == 0
    with at("2026-11-19 18:00"):
        assert owe_daily_jobs() == 1
