"""When bidding may begin and close, by the notice's other times and the county's rules."""

from datetime import datetime, timedelta

from models.selection.auction_errors import AuctionTimesError
from models.selection.auction_tables import Auction
from models.selection.tables import Draw
from models.selection.world import World

MINIMUM = "bidding.minimum_period"


def check_times(world: World, draw: Draw, begins: datetime, closes: datetime) -> None:
    """Raise, field by field, when the times of bidding do not fit the notice or the rules."""
    fields = {}
    if draw.freeze_at is None or draw.not_before is None or begins < draw.freeze_at:
        fields["bidding_from"] = "竞价开始不能早于参与截止，请改晚。"
    elif not world.calendar.is_workday(begins.date()):
        fields["bidding_from"] = "竞价开始须在工作日，请改到工作日。"
    late = _problem_of_close(world, draw, begins, closes)
    if late:
        fields["bidding_until"] = late
    if fields:
        raise AuctionTimesError(fields=fields)


def _problem_of_close(world: World, draw: Draw, begins: datetime, closes: datetime) -> str | None:
    if closes <= begins:
        return "竞价截止须晚于竞价开始，请改晚。"
    if closes < earliest_close(world, begins):
        return f"竞价时间不少于{period_text(world)}，请改晚。"
    if not world.calendar.is_workday(closes.date()):
        return "竞价截止须在工作日，请改到工作日。"
    if draw.not_before is not None and closes > draw.not_before:
        return "竞价截止不能晚于开启时间，请改早，或把开启时间改晚。"
    return None


def earliest_close(world: World, begins: datetime) -> datetime:
    """Return from when bidding that begins then may close."""
    least, unit = int(world.rules[MINIMUM]), world.rules.rule(MINIMUM).unit
    if unit == "working_day":
        return world.calendar.add_to_moment(begins, least)
    return begins + timedelta(hours=least)


def period_text(world: World) -> str:
    """Return the county's shortest period of bidding, in words."""
    least, unit = int(world.rules[MINIMUM]), world.rules.rule(MINIMUM).unit
    return f"{least}个工作日" if unit == "working_day" else f"{least}小时"


def check_new_close(world: World, auction: Auction, draw: Draw, to: datetime) -> None:
    """Raise when a close put off lies in the past, before the former one, or past the opening."""
    problem = None
    if to <= world.clock():
        problem = "新的竞价截止时间已经过去，请改为今后的时间。"
    elif auction.closes_at is not None and to <= auction.closes_at:
        problem = f"新的竞价截止须晚于原定的{auction.closes_at:%Y-%m-%d %H:%M}，请改晚。"
    elif draw.opens_at is not None and to > draw.opens_at:
        problem = "新的竞价截止晚于开启时间，请同时把开启时间改晚。"
    if problem:
        raise AuctionTimesError(fields={"bidding_until": problem})
