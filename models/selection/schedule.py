"""When a list may freeze and a draw be held, by the county's rules (第七十五条)."""

from datetime import datetime

from models.selection.draw_errors import ScheduleError
from models.selection.world import World


def check_schedule(world: World, freeze_at: datetime, selection_at: datetime) -> None:
    """Raise, field by field, when the times break the county's rules (第七十五条)."""
    days = int(world.rules["notice.minimum_period"])
    earliest = world.calendar.add_to_moment(world.clock(), days)
    fields = {}
    if freeze_at < earliest:
        fields["freeze_at"] = (
            f"公告不少于{days}个工作日，报名截止最早为{earliest:%Y-%m-%d %H:%M}，请改晚。"
        )
    elif not world.calendar.is_workday(freeze_at.date()):
        fields["freeze_at"] = "报名截止须在工作日，请改到工作日。"
    if selection_at < freeze_at:
        fields["selection_at"] = "选取时间不能早于报名截止，请改晚。"
    elif not world.calendar.is_workday(selection_at.date()):
        fields["selection_at"] = "选取时间须在工作日，请改到工作日。"
    if fields:
        raise ScheduleError(fields=fields)
