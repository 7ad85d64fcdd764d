"""The calendar a new installation starts with: two announced years and a provisional one."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

import chinese_calendar
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from models.calendar import WorkCalendar, forget_calendar

ANNOUNCED = {
    2025: "国务院办公厅关于2025年部分节假日安排的通知（国办发明电〔2024〕12号）",
    2026: "国务院办公厅关于2026年部分节假日安排的通知（国办发明电〔2025〕7号）",
}
STATUTORY = "全国年节及纪念日放假办法（国务院令第795号），未含调休，待国务院办公厅通知后确认"

# Only the days the law itself names: where the coming notice puts the days off is not guessed.
PROVISIONAL: Mapping[int, Mapping[date, str]] = {
    2027: {
        date(2027, 1, 1): "元旦",
        date(2027, 2, 5): "春节",
        date(2027, 2, 6): "春节",
        date(2027, 2, 7): "春节",
        date(2027, 2, 8): "春节",
        date(2027, 4, 5): "清明节",
        date(2027, 5, 1): "劳动节",
        date(2027, 5, 2): "劳动节",
        date(2027, 6, 9): "端午节",
        date(2027, 9, 15): "中秋节",
        date(2027, 10, 1): "国庆节",
        date(2027, 10, 2): "国庆节",
        date(2027, 10, 3): "国庆节",
    }
}
CHINESE = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
}
WEEKEND = (5, 6)


def load_calendar_seed(session: Session) -> None:
    """Add every year that is not loaded yet; a loaded year is never touched."""
    for year in (*ANNOUNCED, *PROVISIONAL):
        first, last = date(year, 1, 1), date(year, 12, 31)
        loaded = select(func.count()).where(WorkCalendar.day.between(first, last))
        if session.scalar(loaded) == 0:
            days = announced_days(year) if year in ANNOUNCED else provisional_days(year)
            session.execute(insert(WorkCalendar), list(days))
    forget_calendar()


def announced_days(year: int) -> Iterator[dict[str, object]]:
    """Yield the days of a year whose notice is out, make-up working days included."""
    for day in days_of(year):
        _, name = chinese_calendar.get_holiday_detail(day)
        yield {
            "day": day,
            "is_workday": chinese_calendar.is_workday(day),
            "name": CHINESE.get(name or "", ""),
            "source": ANNOUNCED[year],
            "is_provisional": False,
        }


def provisional_days(year: int) -> Iterator[dict[str, object]]:
    """Yield the days of a year before its notice: weekends and statutory days are free."""
    statutory = PROVISIONAL[year]
    for day in days_of(year):
        yield {
            "day": day,
            "is_workday": day.weekday() not in WEEKEND and day not in statutory,
            "name": statutory.get(day, ""),
            "source": STATUTORY,
            "is_provisional": True,
        }


def days_of(year: int) -> Iterator[date]:
    """Yield every day of a year."""
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += timedelta(days=1)
