"""What expressions of a diagram may ask the platform: the county's rules and working days."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from models.calendar import Calendar, load_calendar
from models.clock import business_now, iso, to_china
from models.flow.deadlines import deadline
from models.flow.rules import CountyRules, load_rules

NAMES = frozenset({"deadline", "now", "rule", "working_days_after"})


def functions_for(
    session: Session, county: str, rules_on: date
) -> Mapping[str, Callable[..., Any]]:
    """Return the functions as a case of this county sees them."""

    def rule(key: str) -> Any:  # noqa: ANN401 - a rule's unit decides
        return load_rules(session, county, rules_on)[key]

    def working_days_after(moment: str, count: int) -> str:
        start = to_china(datetime.fromisoformat(moment))
        return iso(load_calendar(session).add_to_moment(start, count))

    def deadline_of(key: str) -> str:
        rules = load_rules(session, county, rules_on)
        return iso(deadline(rules, load_calendar(session), key, business_now()))

    return {
        "deadline": deadline_of,
        "rule": rule,
        "working_days_after": working_days_after,
        "now": lambda: iso(business_now()),
    }


def functions_at(
    rules: CountyRules, calendar: Calendar, now: datetime
) -> Mapping[str, Callable[..., Any]]:
    """Return the functions as they would answer at a moment under these rules."""

    def working_days_after(moment: str, count: int) -> str:
        return iso(calendar.add_to_moment(to_china(datetime.fromisoformat(moment)), count))

    return {
        "deadline": lambda key: iso(deadline(rules, calendar, key, to_china(now))),
        "rule": lambda key: rules[key],
        "working_days_after": working_days_after,
        "now": lambda: iso(now),
    }
