"""When a list may freeze and a draw be held, by the county's rules (第七十五条)."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.notice import Notice
from models.selection.draw_errors import ScheduleError
from models.selection.tables import Draw, DrawState
from models.selection.world import World

NOT_OPEN_YET = (DrawState.PREPARING, DrawState.PLANNED, DrawState.ANNOUNCED)


def check_schedule(world: World, draw: Draw, freeze_at: datetime, selection_at: datetime) -> None:
    """Raise, field by field, when the times break the county's rules (第七十五条)."""
    days = int(world.rules["notice.minimum_period"])
    earliest = earliest_freeze(world, draw)
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


def was_stopped(draw: Draw | None) -> bool:
    """Return whether a draw was ended before its list froze."""
    return draw is not None and draw.state is DrawState.CANCELLED and not draw.root


def predecessor(session: Session, draw: Draw) -> Draw | None:
    """Return the draw of the round before."""
    query = select(Draw).where(Draw.project_id == draw.project_id, Draw.round == draw.round - 1)
    return session.scalar(query)


def earliest_freeze(world: World, draw: Draw) -> datetime:
    """Return from when the list may freeze: a full period, or what was left of it at the stop."""
    days = int(world.rules["notice.minimum_period"])
    full = world.calendar.add_to_moment(world.clock(), days)
    former = predecessor(world.session, draw)
    if former is None or not was_stopped(former) or world.rules["change.restarts_period"]:
        return full
    began = world.session.scalar(
        select(Notice.published_at)
        .where(Notice.draw_id == former.id, Notice.published_at.is_not(None))
        .order_by(Notice.published_at)
        .limit(1)
    )
    if began is None or former.cancelled_at is None:
        return full
    left = world.calendar.add_to_moment(began, days) - former.cancelled_at
    return min(full, max(world.clock() + left, world.clock()))
