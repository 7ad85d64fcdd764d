"""When the registration of a comparison may close, by the county's rules."""

from datetime import datetime

from models.selection.comparison_errors import RegistrationOverError, RegistrationTimesError
from models.selection.world import World

MINIMUM = "comparison.minimum_period"
CORRECTION = "comparison.correction_period"
FIELD = "closes_at"


def check_close(world: World, closes_at: datetime) -> None:
    """Raise when a notice published now would close registration too early, or on a day off."""
    days = int(world.rules[MINIMUM])
    earliest = world.calendar.add_to_moment(world.clock(), days)
    if closes_at < earliest:
        _refuse(
            f"报名时间不少于{days}个工作日，截止最早为{earliest:%Y-%m-%d %H:%M}，请改晚。", FIELD
        )
    _check_workday(world, closes_at, FIELD)


def check_extension(
    world: World, former: datetime, closes_at: datetime | None = None, field: str = FIELD
) -> None:
    """Raise when a corrigendum published now comes too late, or does not leave time enough.

    Without a new close the present one stays, and it, too, must lie far enough ahead.
    """
    if world.clock() >= former:
        raise RegistrationOverError(at=f"{former:%Y-%m-%d %H:%M}")
    if closes_at is not None and closes_at < former:
        _refuse(f"新的报名截止不能早于原定的{former:%Y-%m-%d %H:%M}，请改晚。", field)
    days = int(world.rules[CORRECTION])
    earliest = world.calendar.add_to_moment(world.clock(), days)
    if (closes_at or former) < earliest:
        _refuse(
            f"更正公告发布之后报名时间不少于{days}个工作日，"
            f"截止最早为{earliest:%Y-%m-%d %H:%M}，请把报名截止改晚。",
            field,
        )
    if closes_at is not None:
        _check_workday(world, closes_at, field)


def _check_workday(world: World, closes_at: datetime, field: str) -> None:
    if not world.calendar.is_workday(closes_at.date()):
        _refuse("报名截止须在工作日，请改到工作日。", field)


def _refuse(text: str, field: str) -> None:
    raise RegistrationTimesError(fields={field: text})
