"""What is asked: a flow, its counties, a period that bounds every query."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, select, text
from sqlalchemy.orm import Session

from models.clock import business_now, midnight
from models.errors import InvalidError
from models.flow.definition import BASE
from models.flow.work_item import WorkItem
from models.identity.county import County

LONGEST = 366
USUAL = 30
EARLIEST = 2000
DONE = text("work_item.state = 'done'")
OPEN = text("work_item.state IN ('ready','claimed')")
"""As the indexes write it: a bound value would not tell PostgreSQL that they fit."""


class PeriodWrongError(InvalidError):
    """The dates are no dates, or the wrong way round, or too far apart."""

    message = "起止日期不对：请填“年-月-日”，止期不早于起期，最长一年。"


@dataclass(frozen=True)
class Scope:
    """The counties and the days asked for, the last day included."""

    flow: str
    counties: tuple[str, ...]
    since: date
    until: date

    @property
    def begins(self) -> datetime:
        """The first moment."""
        return midnight(self.since)

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        return midnight(self.until + timedelta(days=1))

    def done_in(self) -> ColumnElement[bool]:
        """Return the condition of items done in the period."""
        return and_(
            WorkItem.flow == self.flow,
            WorkItem.county_code.in_(self.counties),
            WorkItem.done_at >= self.begins,
            WorkItem.done_at < self.ends,
            DONE,
        )

    def open_now(self) -> ColumnElement[bool]:
        """Return the condition of items that wait now."""
        return and_(WorkItem.flow == self.flow, WorkItem.county_code.in_(self.counties), OPEN)


def scope_of(flow: str, counties: tuple[str, ...], since: str, until: str) -> Scope:
    """Return the scope of an address; without dates, the last thirty days."""
    today = business_now().date()
    try:
        last = date.fromisoformat(until) if until else today
        first = date.fromisoformat(since) if since else last - timedelta(days=USUAL)
        whole = last - first
    except (ValueError, OverflowError) as error:
        raise PeriodWrongError from error
    if (
        first.year < EARLIEST
        or not timedelta() <= whole <= timedelta(days=LONGEST)
        or last.year > today.year + 1
    ):
        raise PeriodWrongError
    return Scope(flow, counties, first, last)


def counties_of(session: Session, county: str) -> dict[str, str]:
    """Return the counties whose cases a place looks at, by code: itself and what belongs to it."""
    query = select(County.code, County.name).where(County.is_open).order_by(County.code)
    if county != BASE:
        query = query.where((County.code == county) | (County.parent_code == county))
    return {row.code: row.name for row in session.execute(query)}
