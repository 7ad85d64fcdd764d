"""The one source of the current time: two clocks, both in China time.

``system_now`` is the machine's time: sessions, codes, tokens, leases, signatures.
``business_now`` is the time of the business: deadlines, notices, draws. Only this one is moved by a
training clock or fixed by a rehearsal or a test.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")

Clock = Callable[[], datetime]


def system_now() -> datetime:
    """Return the machine's time in China, with its offset."""
    return datetime.now(CHINA)


_installed: list[Clock] = [system_now]
_override: ContextVar[Clock | None] = ContextVar("business_clock", default=None)


def business_now() -> datetime:
    """Return the time of the business in China, with its offset."""
    return (_override.get() or _installed[0])()


def install_business_clock(clock: Clock) -> None:
    """Make ``clock`` the business clock of this process (a training installation's clock)."""
    _installed[0] = clock


@contextmanager
def business_clock(clock: Clock) -> Iterator[None]:
    """Let ``clock`` answer inside this block and this context only (rehearsals, tests)."""
    token = _override.set(clock)
    try:
        yield
    finally:
        _override.reset(token)


def fixed(moment: datetime) -> Clock:
    """Return a clock that always answers ``moment``, which must carry its offset."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its offset")
    china = moment.astimezone(CHINA)
    return lambda: china


def to_china(moment: datetime) -> datetime:
    """Return ``moment`` in China time; a naive moment is read as China time."""
    return moment.replace(tzinfo=CHINA) if moment.tzinfo is None else moment.astimezone(CHINA)


def midnight(day: date) -> datetime:
    """Return the first moment of a day in China."""
    return datetime.combine(day, time(), CHINA)


def iso(moment: datetime) -> str:
    """Return ``2026-11-20T15:00:00+08:00``: to the second, in China time."""
    return to_china(moment).isoformat(timespec="seconds")
