"""County rules by date, and the deadlines that follow from them."""

from datetime import date, datetime

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from models.calendar import CalendarYearMissingError, WorkCalendar, load_calendar
from models.calendar_seed import load_calendar_seed
from models.clock import CHINA
from models.flow.deadlines import NoPeriodError, deadline
from models.flow.definition import RuleValue
from models.flow.rules import CountyRules, RuleMissingError, forget_rules, load_rules
from models.session import unit_of_work


def at(day: int, hour: int, minute: int) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=CHINA)


def value(county: str, key: str, on: date, given: object, unit: str = "working_day") -> RuleValue:
    row = RuleValue(county_code=county, key=key, from_on=on, label=key, unit=unit)
    row.value, row.source = given, f"{county} {on}"
    return row


@pytest.fixture
def rules(database: Engine) -> None:
    forget_rules()
    with unit_of_work() as session:
        load_calendar_seed(session)
        session.add_all(
            [
                value("base", "a.period", date(2021, 1, 1), 1),
                value("base", "a.period", date(2026, 6, 1), 2),
                value("anlan", "a.period", date(2026, 7, 1), 5),
                value("base", "day.closes_at", date(2021, 1, 1), "17:30", "time"),
                value("base", "a.count", date(2021, 1, 1), 3, "count"),
                value("base", "b.period", date(2021, 1, 1), 0),
            ]
        )


def on(session: Session, county: str, day: date) -> CountyRules:
    return load_rules(session, county, day)


@pytest.mark.parametrize(
    ("county", "day", "expected"),
    [
        ("anlan", date(2026, 5, 31), 1),
        ("anlan", date(2026, 6, 30), 2),
        ("anlan", date(2026, 7, 1), 5),
        ("wangxi", date(2026, 7, 1), 2),
    ],
)
def test_value_in_force_is_the_latest_of_the_county_or_else_of_the_base(
    rules: None, county: str, day: date, expected: int
) -> None:
    with unit_of_work() as session:
        assert on(session, county, day)["a.period"] == expected


def test_base_value_of_a_later_day_does_not_overrule_the_county(rules: None) -> None:
    with unit_of_work() as session:
        session.add(value("base", "a.period", date(2026, 8, 1), 9))
        session.flush()
        forget_rules()
        found = on(session, "anlan", date(2026, 9, 1)).rule("a.period")
    assert (found.value, found.source) == (5, "anlan 2026-07-01")


def test_missing_rule_says_which_and_what_to_do(rules: None) -> None:
    with unit_of_work() as session:
        found = on(session, "anlan", date(2020, 1, 1))
    with pytest.raises(RuleMissingError, match=r"a\.period"):
        found["a.period"]


@pytest.mark.parametrize(
    ("key", "now", "until"),
    [
        ("b.period", at(18, 9, 0), at(18, 17, 30)),
        ("b.period", at(18, 17, 31), at(19, 17, 30)),
        ("b.period", at(21, 9, 0), at(23, 17, 30)),
        ("a.period", at(20, 9, 0), at(24, 17, 30)),
    ],
)
def test_deadline_is_the_closing_time_of_the_last_working_day(
    rules: None, key: str, now: datetime, until: datetime
) -> None:
    with unit_of_work() as session:
        found = deadline(
            on(session, "wangxi", date(2026, 11, 1)),
            load_calendar(session),
            key,
            now,
        )
    assert found == until


def test_rule_that_is_no_period_gives_no_deadline(rules: None) -> None:
    with unit_of_work() as session, pytest.raises(NoPeriodError):
        deadline(
            on(session, "anlan", date(2026, 11, 1)),
            load_calendar(session),
            "a.count",
            datetime(2026, 11, 18, tzinfo=CHINA),
        )


def test_year_that_is_not_loaded_is_refused_and_a_provisional_one_is_marked(rules: None) -> None:
    with unit_of_work() as session:
        calendar = load_calendar(session)
    with pytest.raises(CalendarYearMissingError, match="2028年"):
        calendar.is_workday(date(2028, 1, 3))
    assert calendar.provisional == {2027}
    assert not calendar.is_workday(date(2027, 2, 8))
    assert calendar.is_workday(date(2027, 2, 9))


def test_loading_the_calendar_again_leaves_what_a_keeper_changed(rules: None) -> None:
    with unit_of_work() as session:
        session.get_one(WorkCalendar, date(2027, 2, 9)).is_workday = False
    with unit_of_work() as session:
        load_calendar_seed(session)
        assert session.get_one(WorkCalendar, date(2027, 2, 9)).is_workday is False
