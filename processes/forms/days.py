"""Days by the calendar: worked at all, and far enough from today; rules.js has the same rule."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Protocol

from models.errors import SmallworksError
from processes.forms import messages
from processes.forms.checks import WORKING_DAY
from processes.forms.schema import Component, checks_of

MAX_WORKING_DAYS = 250
"""About a year; a later day is a matter for the flow, not for a field."""

COUNT = re.compile(r"[1-9]\d{0,2}", re.ASCII)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class WorkingDays(Protocol):
    """Which days are worked; both raise for a year that is not loaded."""

    def is_workday(self, day: date) -> bool:
        """Return whether a day is worked."""

    def add(self, start: date, count: int) -> date:
        """Return the ``count``-th working day after a day."""


def working_days_of(component: Component) -> int | None:
    """Return how many working days from today the field's day must be away, or None."""
    properties: Mapping[str, object] = component.get("properties") or {}
    given = str(properties.get("working_days") or "")
    count = int(given) if COUNT.fullmatch(given) else 0
    return count if 0 < count <= MAX_WORKING_DAYS else None


def day_problem(
    component: Component, value: object, today: date, calendar: WorkingDays | None
) -> str | None:
    """Return why a sound day does not do, or None."""
    count = working_days_of(component)
    must_work = WORKING_DAY in checks_of(component)
    if component["type"] != "datetime" or not (count or must_work) or calendar is None:
        return None
    if not isinstance(value, str) or not DAY.fullmatch(value[:10]):
        return None  # a time alone has no day
    day = date.fromisoformat(value[:10])
    try:
        earliest = calendar.add(today, count) if count else day
        if day < earliest:
            return messages.TOO_EARLY.format(limit=earliest)
        is_off = must_work and not calendar.is_workday(day)
    except SmallworksError as error:
        return error.text
    return messages.NOT_WORKED.format(limit=day) if is_off else None
