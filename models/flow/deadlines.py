"""Deadlines in working days: until when a step of a county should be done."""

from datetime import date, datetime, time

from models.calendar import Calendar
from models.clock import CHINA
from models.errors import InvalidError
from models.flow.rules import CountyRules

CLOSES_AT = "day.closes_at"
PERIOD = "working_day"


class NoPeriodError(InvalidError):
    """A diagram asks for a deadline by a rule that is no number of working days."""

    message = "规则“{key}”不是以工作日计的期限，请流程分析员改用期限类规则。"


def deadline(rules: CountyRules, calendar: Calendar, key: str, now: datetime) -> datetime:
    """Return when the office closes on the last day of the period; 0 working days is today."""
    return end_of_period(rules, calendar, _working_days(rules, key), now)


def reminder(rules: CountyRules, calendar: Calendar, key: str, due: datetime) -> datetime:
    """Return the moment so many working days before a deadline, at the same time of day."""
    return calendar.add_to_moment(due, -_working_days(rules, key))


def _working_days(rules: CountyRules, key: str) -> int:
    if rules.rule(key).unit != PERIOD:
        raise NoPeriodError(key=key)
    return int(rules[key])


def end_of_period(
    rules: CountyRules, calendar: Calendar, working_days: int, now: datetime
) -> datetime:
    """Return the closing time ``working_days`` after ``now``."""
    if working_days:
        return closing(rules, calendar.add(now.date(), working_days))
    today = closing(rules, now.date())
    if calendar.is_workday(now.date()) and now <= today:
        return today
    return closing(rules, calendar.add(now.date(), 1))


def closing(rules: CountyRules, day: date) -> datetime:
    """Return the moment at which the office closes on a day."""
    return datetime.combine(day, time.fromisoformat(rules[CLOSES_AT]), tzinfo=CHINA)
