from datetime import date, datetime, timedelta

import pytest
import time_machine

from models.calendar import Calendar, CalendarYearMissingError, WorkCalendar, load_calendar
from models.clock import CHINA, system_now
from models.session import reading, unit_of_work

WEEKEND = 5
NOVEMBER = [date(2026, 11, 1) + timedelta(days=n) for n in range(30)]
CALENDAR = Calendar({day: day.weekday() < WEEKEND for day in NOVEMBER})


@pytest.mark.parametrize(
    ("start", "count", "end"), [(18, 1, 19), (20, 1, 23), (21, 1, 23), (18, -3, 13), (18, 0, 18)]
)
def test_the_start_itself_never_counts(start, count, end):
    assert CALENDAR.add(date(2026, 11, start), count) == date(2026, 11, end)


def test_between_is_the_other_way_round():
    assert CALENDAR.between(date(2026, 11, 18), date(2026, 11, 24)) == 4
    assert CALENDAR.between(date(2026, 11, 24), date(2026, 11, 18)) == -4


def test_a_year_that_is_not_loaded_is_refused_with_the_year():
    with pytest.raises(CalendarYearMissingError, match="2027年"):
        CALENDAR.is_workday(date(2027, 1, 1))


def test_the_time_of_day_is_kept():
    moment = datetime(2026, 11, 20, 17, 30, tzinfo=CHINA)
    assert CALENDAR.add_to_moment(moment, 1) == datetime(2026, 11, 23, 17, 30, tzinfo=CHINA)


def test_what_another_process_changed_is_seen_within_a_minute(database):
    day = date(2027, 1, 4)
    with unit_of_work() as session:
        session.add(WorkCalendar(day=day, is_workday=True, source="暂定"))
    with reading() as session:
        assert load_calendar(session).is_workday(day)
    with unit_of_work() as session:
        session.get_one(WorkCalendar, day).is_workday = False
    with time_machine.travel(system_now() + timedelta(seconds=61)), reading() as session:
        assert not load_calendar(session).is_workday(day)


def test_deadlines_of_a_year_not_announced_yet_are_told_to_be_tentative() -> None:
    known = Calendar({}, frozenset({2027}))
    soon, later = datetime(2026, 12, 31, tzinfo=CHINA), datetime(2027, 1, 4, tzinfo=CHINA)
    assert known.note_on(soon, None) == ""
    assert known.note_on(soon, later).startswith("2027年的节假日安排尚未公布")
