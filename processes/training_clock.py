"""The business clock of a training installation: kept in the database, moved by ``clock``.

A clock either stands at a moment or runs at an offset from the machine's time. Each process looks
at the stored clock once a second at most, so that a move reaches them all.
"""

import time
from datetime import datetime, timedelta
from typing import Any

from models import clock
from models.clock import iso, system_now
from models.errors import InvalidError, UnavailableError
from models.flow.job import Setting
from models.session import reading, unit_of_work
from models.settings import Settings

NAME = "training_clock"
DEMONSTRATION = "demonstration"
LOOK_EVERY = 1.0


class ClockBackwardsError(InvalidError):
    """The training clock was told to go back."""

    message = (
        "演练时钟只能向前拨，现在是{now}，不能拨到{to}：已经发生的公告、截止和日志不能变成将来。"
        "需要从头演练时，请另建一套演练数据。"
    )


class ClockForbiddenError(InvalidError):
    """The installation does real business; its clock is not moved."""

    message = (
        "本系统办理真实业务，时钟不能拨动。只有演练系统（SMALLWORKS_TRAINING=1）或示范数据可以。"
    )


class ClockUnreadableError(UnavailableError):
    """The stored clock is damaged: every moment it gave would be a guess."""

    message = (
        "演练时钟的设置已损坏，读不出现在的时间，没有办理。"
        "请系统管理员运行 smallworks clock set 重新设定，或删除该设置改用本机时间。"
    )


class TrainingClock:
    """Answers the stored business time, looking it up at most once a second."""

    def __init__(self) -> None:
        self._stored: dict[str, Any] | None = None
        self._looked_at = float("-inf")

    def __call__(self) -> datetime:
        """Return the time of the business."""
        if time.monotonic() - self._looked_at >= LOOK_EVERY:
            self._stored = stored()
            self._looked_at = time.monotonic()
        return moment_of(self._stored)

    def forget(self) -> None:
        """Look again at the next call."""
        self._looked_at = float("-inf")


_clock = TrainingClock()


def stored() -> dict[str, Any] | None:
    """Return ``{"fixed": moment}`` or ``{"offset": seconds}``; None: the machine's time."""
    with reading() as session:
        row = session.get(Setting, NAME)
        return dict(row.value) if row and isinstance(row.value, dict) else None


def moment_of(value: dict[str, Any] | None) -> datetime:
    """Return the business time that a stored clock shows now."""
    if value is None:
        return system_now()
    try:
        if "fixed" in value:
            return datetime.fromisoformat(value["fixed"]).astimezone(clock.CHINA)
        return system_now() + timedelta(seconds=value["offset"])
    except (KeyError, TypeError, ValueError):
        raise ClockUnreadableError from None


def is_demonstration() -> bool:
    """Return whether this database was made by ``setup --demo``."""
    with reading() as session:
        return session.get(Setting, DEMONSTRATION) is not None


def may_move(settings: Settings) -> bool:
    """Return whether this installation's business clock may be moved."""
    return settings.is_training or is_demonstration()


def install(settings: Settings) -> bool:
    """Let this process follow the stored clock where that is allowed; return whether it does."""
    if not may_move(settings):
        return False
    _clock.forget()
    clock.install_business_clock(_clock)
    return True


def move(settings: Settings, to: datetime, *, running: bool | None = None) -> datetime:
    """Set the business clock, never backwards; ``running`` None keeps it standing or running."""
    if not may_move(settings):
        raise ClockForbiddenError
    before = stored()
    try:
        now = moment_of(before)
    except ClockUnreadableError:
        before, now = None, to  # setting it anew is how a damaged clock is mended
    if to < now:
        raise ClockBackwardsError(now=spoken(now), to=spoken(to))
    if running is None:
        running = before is None or "offset" in before
    store(to, running=running)
    return to


def store(to: datetime, *, running: bool) -> None:
    """Write the stored clock."""
    value = {"offset": (to - system_now()).total_seconds()} if running else {"fixed": iso(to)}
    with unit_of_work() as session:
        session.merge(Setting(name=NAME, value=value))
    _clock.forget()


def spoken(moment: datetime) -> str:
    """Return a moment as people read it."""
    return f"{moment.year}年{moment.month}月{moment.day}日{moment:%H:%M}"
