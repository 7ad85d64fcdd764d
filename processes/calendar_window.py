"""The days ahead that are not worked, for the rules that a browser applies by itself."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from models.calendar import load_calendar
from models.clock import business_now

DAYS = 400
"""How far ahead a browser knows which days are worked; later days are the server's to judge."""


def calendar_ahead(session: Session) -> dict[str, Any]:
    """Return from when, until when, and which days between are not worked."""
    calendar, today = load_calendar(session), business_now().date()
    off: list[str] = []
    until = ""
    for day in (today + timedelta(days=number) for number in range(DAYS)):
        if day not in calendar.days:
            break  # a gap ends what is known
        until = day.isoformat()
        if not calendar.days[day]:
            off.append(until)
    return {"from": today.isoformat(), "until": until, "off": off}
