"""Working days (工作日), from a table with a source for each year; an unloaded year is refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, text40, text100
from models.clock import system_now
from models.errors import InvalidError


class WorkCalendar(Base):
    """One day of a loaded year; ``provisional`` until the State Council's notice is out."""

    __tablename__ = "work_calendar"

    day: Mapped[date] = mapped_column(primary_key=True, info={"label": "日期"})
    is_workday: Mapped[bool] = mapped_column(info={"label": "工作日"})
    name: Mapped[text40] = mapped_column(default="", info={"label": "节假日"})
    source: Mapped[text100] = mapped_column(info={"label": "来源"})
    is_provisional: Mapped[bool] = mapped_column(default=False, info={"label": "暂定"})


class CalendarYearMissingError(InvalidError):
    """A date lies in a year whose calendar is not loaded."""

    message = "{year}年的工作日历尚未载入，请联系系统管理员在后台“工作日历”中载入后再办理。"


@dataclass(frozen=True)
class Calendar:
    """The loaded days, in memory; all counting of working days happens here."""

    days: Mapping[date, bool]
    provisional: frozenset[int] = frozenset()

    def is_workday(self, day: date) -> bool:
        """Return whether ``day`` is worked; raise when its year is not loaded."""
        try:
            return self.days[day]
        except KeyError:
            raise CalendarYearMissingError(year=day.year) from None

    def add(self, start: date, count: int) -> date:
        """Return the ``count``-th working day after ``start`` (the start itself never counts)."""
        day, step = start, 1 if count >= 0 else -1
        for _ in range(abs(count)):
            day += timedelta(days=step)
            while not self.is_workday(day):
                day += timedelta(days=step)
        return day

    def add_to_moment(self, start: datetime, count: int) -> datetime:
        """Return the same time of day ``count`` working days later."""
        return datetime.combine(self.add(start.date(), count), start.timetz())

    def note_on(self, *moments: datetime | None) -> str:
        """Return what must be said of deadlines in years not announced yet; empty when none is."""
        years = sorted({one.year for one in moments if one is not None} & self.provisional)
        named = "、".join(f"{year}年" for year in years)
        return TENTATIVE.format(years=named) if years else ""

    def between(self, start: date, end: date) -> int:
        """Return how many working days lie after ``start`` up to and including ``end``; negative
        when ``end`` is past."""  # noqa: D205, D209
        if end < start:
            return -self.between(end, start)
        span = (end - start).days
        return sum(self.is_workday(start + timedelta(days=n)) for n in range(1, span + 1))


TENTATIVE = (
    "{years}的节假日安排尚未公布，以上期限按暂定的工作日历计算，公布后有变化的另行公告或通知。"
)
KEPT_FOR = timedelta(minutes=1)
"""How long a process trusts its copy: another process may have changed the table."""

_cache: dict[str, tuple[datetime, Calendar]] = {}


def load_calendar(session: Session) -> Calendar:
    """Return the whole calendar, cached for a minute or until :func:`forget_calendar`."""
    now = system_now()
    kept = _cache.get("calendar")
    if kept is None or not timedelta() <= now - kept[0] < KEPT_FOR:
        rows = session.execute(
            select(WorkCalendar.day, WorkCalendar.is_workday, WorkCalendar.is_provisional)
        ).all()
        provisional = frozenset(day.year for day, _, guess in rows if guess)
        calendar = Calendar({day: worked for day, worked, _ in rows}, provisional)
        _cache["calendar"] = kept = (now, calendar)
    return kept[1]


def forget_calendar() -> None:
    """Drop the cached calendar, after a keeper changed it."""
    _cache.clear()
