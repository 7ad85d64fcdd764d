from datetime import date, datetime, timedelta

import pytest

from models.calendar import WorkCalendar
from models.clock import CHINA
from models.session import unit_of_work
from web import filters

WEDNESDAY = datetime(2026, 11, 18, 9, 0, tzinfo=CHINA)
WEEKEND = 5


@pytest.fixture
def november(database, business_day):
    with unit_of_work() as session:
        for number in range(30):
            day = date(2026, 11, 1) + timedelta(days=number)
            session.add(WorkCalendar(day=day, is_workday=day.weekday() < WEEKEND, source="测试"))


@pytest.mark.parametrize(
    ("when", "words", "tone"),
    [
        (WEDNESDAY - timedelta(days=2), "超期2个工作日", "late"),
        (WEDNESDAY - timedelta(days=4), "超期3个工作日", "late"),
        (WEDNESDAY - timedelta(minutes=1), "已超期", "late"),
        (WEDNESDAY, "今天到期", "warn"),
        (WEDNESDAY + timedelta(hours=8), "今天到期", "warn"),
        (WEDNESDAY + timedelta(days=1), "还剩1个工作日", "warn"),
        (WEDNESDAY + timedelta(days=2), "还剩2个工作日", "idle"),
        (WEDNESDAY + timedelta(days=5), "还剩3个工作日", "idle"),
        (WEDNESDAY + timedelta(days=60), "工作日历未载入", "warn"),
        (None, "没有期限", "idle"),
    ],
)
def test_deadlines_are_told_in_working_days(november, when, words, tone):
    assert (filters.due_text(when), filters.due(when).tone) == (words, tone)


def test_money_has_a_no_break_space_and_capitals():
    assert filters.money(12345600) == "¥\u00a0123,456.00"
    assert filters.capitals(18360000) == "人民币壹拾捌万叁仟陆佰元整"
    assert filters.money(None) == "—"


def test_moments_are_written_in_china_time(business_day):
    moment = datetime(2026, 11, 20, 7, 0, tzinfo=CHINA).astimezone(tz=None)
    assert filters.moment(moment) == "2026-11-20 07:00"
    assert filters.short_moment(moment) == "11-20 07:00"
    assert filters.short_moment(moment.replace(year=2025)).startswith("2025-11-20")
    assert filters.long_day(date(2026, 1, 2)) == "2026年1月2日"
    assert filters.weekday(date(2026, 11, 20)) == "星期五"
