"""The functions a diagram may call that need nothing of the world: ISO text in, ISO text out."""

import datetime as dt
from collections.abc import Callable
from typing import Any


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text[:10])


def add_days(day: str, days: int) -> str:
    """Return the calendar day that many days later."""
    return (_day(day) + dt.timedelta(days=days)).isoformat()


def days_between(first: str, second: str) -> int:
    """Return the number of calendar days from the first to the second."""
    return (_day(second) - _day(first)).days


def duration(days: int = 0, hours: int = 0, minutes: int = 0) -> str:
    """Return an ISO 8601 duration for a timer."""
    return f"P{days:d}DT{hours:d}H{minutes:d}M"


def rounded(value: float, digits: int = 0) -> float:
    """Round half to even, to an integer unless digits are asked for."""
    return round(value, digits) if digits else round(value)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "add_days": add_days,
    "days_between": days_between,
    "duration": duration,
    "round": rounded,
    "sum": sum,
}
