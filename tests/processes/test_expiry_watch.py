"""Licences that end are told in time, once for each of the rule's days, and to nobody else."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.clock import CHINA
from models.flow.job import OutboundMessage
from models.message import InAppMessage
from models.roster.entry import EntryStatus, ExpiryReminder, Qualification
from models.roster.expiry import due_reminder, ends_soon
from models.session import reading, unit_of_work
from processes.expiry_watch import TEMPLATE, tell_ending
from processes.job_kinds import kind_of
from tests.city import City, city, county

__all__ = ["city", "county"]
END = date(2027, 3, 1)


@pytest.fixture
def held(city: City) -> str:
    """One contractor's certificates all end on one day, everybody else's much later."""
    with unit_of_work() as session:
        party = city.contractor(session, 3).id
        for one in session.scalars(select(Qualification)):
            one.valid_until = END if one.entry.party_id == party else date(2031, 1, 1)
    return party


def tell(on: date) -> int:
    with unit_of_work() as session:
        return tell_ending(session, on, datetime(on.year, on.month, on.day, 9, tzinfo=CHINA))


def messages(session: Session) -> list[OutboundMessage]:
    query = select(OutboundMessage).where(OutboundMessage.template == TEMPLATE)
    return list(session.scalars(query))


@pytest.mark.parametrize(
    ("left", "expected"), [(31, None), (30, 30), (8, 30), (7, 7), (0, 7), (-1, None)]
)
def test_the_nearest_day_that_is_reached_counts(left: int, expected: int | None) -> None:
    assert due_reminder(left, [7, 30]) == expected


@pytest.mark.req("HR-3.4.2")
def test_an_enterprise_is_told_on_the_rules_days_and_not_on_others(held: str) -> None:
    told = {left: tell(END - timedelta(days=left)) for left in (31, 30, 29, 8, 7, 6, 0)}
    assert told == {31: 0, 30: 1, 29: 0, 8: 0, 7: 1, 6: 0, 0: 0}
    with reading() as session:
        sent = messages(session)
        assert [one.party_id for one in sent] == [held, held]
        assert "2027-03-01到期（还有30天）" in str(sent[0].values)
        inbox = session.scalar(select(func.count()).where(InAppMessage.template == TEMPLATE))
        assert inbox == 2


def test_missed_days_are_told_once_and_what_has_ended_no_more(held: str) -> None:
    assert tell(END - timedelta(days=3)) == 1
    assert tell(END - timedelta(days=3)) == 0
    assert tell(END + timedelta(days=1)) == 0
    with reading() as session:
        days = set(session.scalars(select(ExpiryReminder.days_before)))
    assert days == {7}


def test_a_renewed_certificate_is_watched_anew_and_who_left_the_roster_is_left_alone(
    held: str, city: City
) -> None:
    assert tell(END - timedelta(days=30)) == 1
    with unit_of_work() as session:
        for one in session.scalars(select(Qualification).where(Qualification.valid_until == END)):
            one.valid_until = END + timedelta(days=365)
    assert tell(END + timedelta(days=335)) == 1
    with unit_of_work() as session:
        for one in session.scalars(select(Qualification)):
            one.entry.status = EntryStatus.REMOVED
    assert tell(END + timedelta(days=358)) == 0


def test_the_banner_names_what_ended_and_what_ends_soon_the_first_first(
    held: str, city: City
) -> None:
    with reading() as session:
        party = session.scalars(select(Qualification).where(Qualification.valid_until == END))
        entry = party.first().entry
        assert ends_soon(entry, END - timedelta(days=91), 90) == []
        assert len(ends_soon(entry, END - timedelta(days=90), 90)) == len(entry.qualifications)
        assert ends_soon(entry, END + timedelta(days=1), 90) != []
        assert ends_soon(None, END, 90) == []


def test_the_watch_runs_each_day() -> None:
    from processes import daily_jobs  # noqa: F401 - importing it registers the jobs

    assert kind_of("roster.expiry").daily_at is not None
