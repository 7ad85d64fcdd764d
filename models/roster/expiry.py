"""Certificates that end soon (资质到期): which they are, and who was told of them already."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager

from models.ids import new_id
from models.roster.entry import EntryStatus, ExpiryReminder, Qualification, RosterEntry

SHOWN_DAYS = 90
"""How many days ahead lists and banners look."""


def ending(county: str | None, first: date, last: date) -> Select[Any]:
    """Return the certificates of active entries that end between two days, with whose they are."""
    query = (
        select(Qualification)
        .join(Qualification.entry)
        .join(RosterEntry.party)
        .options(contains_eager(Qualification.entry).contains_eager(RosterEntry.party))
        .where(
            RosterEntry.status == EntryStatus.ACTIVE,
            Qualification.valid_until >= first,
            Qualification.valid_until <= last,
        )
    )
    return query if county is None else query.where(RosterEntry.county_code == county)


def due_reminder(left: int, thresholds: Collection[int]) -> int | None:
    """Return which reminder so many days left call for: the nearest threshold not yet passed."""
    reached = [one for one in thresholds if left <= one]
    return min(reached) if reached and left >= 0 else None


def ends_soon(entry: RosterEntry | None, today: date, days: int) -> list[Qualification]:
    """Return an entry's certificates that ended or end within so many days, the first first."""
    held = [] if entry is None else entry.qualifications
    limit = today + timedelta(days=days)
    return sorted((q for q in held if q.valid_until <= limit), key=lambda q: q.valid_until)


def note_told(session: Session, held: Qualification, days: int, at: datetime) -> bool:
    """Keep that a party is told now; False when it was told of this one before."""
    facts = {
        "party_id": held.entry.party_id,
        "county_code": held.entry.county_code,
        "certificate": held.certificate,
        "valid_until": held.valid_until,
        "days_before": days,
    }
    if session.scalar(select(ExpiryReminder.id).filter_by(**facts)) is not None:
        return False
    session.add(ExpiryReminder(id=new_id(), told_at=at, **facts))
    session.flush()
    return True


def grouped(held: Sequence[Qualification]) -> dict[str, list[Qualification]]:
    """Return certificates by their entry, each entry's by its end."""
    found: dict[str, list[Qualification]] = {}
    for one in sorted(held, key=lambda q: (q.valid_until, q.certificate)):
        found.setdefault(one.entry_id, []).append(one)
    return found
