"""A selection moved to after an outage (第八十一条): recorded each time, the plan unchanged.

``not_before`` is part of the plan and stays; ``postponed_to`` is the later moment from which alone
guardians release and the people's buttons work.
"""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, id_pk
from models.calendar import Calendar
from models.clock import iso
from models.errors import ConflictError, InvalidError
from models.selection.draws import state_error
from models.selection.tables import Draw, DrawState
from models.selection.world import World

NOTICE = "outage.minimum_notice"
QUARTER = timedelta(minutes=15)
LISTED = (DrawState.FROZEN, DrawState.RESERVED)
"""The list of tickets, or of a bidding's joiners, stands."""


class Postponement(Base):
    """One move of a selection time: from when to when, and because of which outage."""

    __tablename__ = "postponement"
    __table_args__ = (Index(None, "draw_id", "decided_at"),)

    id: Mapped[id_pk]
    draw_id: Mapped[str] = mapped_column(ForeignKey("draw.id"))
    outage_id: Mapped[str | None] = mapped_column(ForeignKey("outage.id"))
    former_at: Mapped[datetime] = mapped_column(info={"label": "原选取时间"})
    new_at: Mapped[datetime] = mapped_column(info={"label": "新的选取时间"})
    cause: Mapped[str] = mapped_column(Text, info={"label": "原因"})
    decided_by: Mapped[str] = mapped_column(String(32))
    decided_at: Mapped[datetime] = mapped_column(info={"label": "决定时间"})


class NewTimeError(InvalidError):
    """The new time breaks a rule."""

    message = "新的时间不符合规定，请按提示修改。"


class OpeningBegunError(ConflictError):
    """A draw that is being opened is not stopped any more."""

    message = (
        "本次选取已经开启，不能再延期或取消：各方保密数正在当众开启，等保管方应答后自动继续，"
        "结果不受停电、断网影响。"
    )


def check_not_opening(draw: Draw) -> None:
    """Raise when the draw has begun to open, or is past it."""
    if draw.state in (DrawState.OPENING, DrawState.DRAWN, DrawState.PUBLISHED):
        raise OpeningBegunError


def earliest(world: World, former: datetime | None, recovered_at: datetime | None) -> datetime:
    """Return the earliest new moment: told long enough before, after recovery and former one."""
    told = world.clock() + timedelta(hours=int(world.rules[NOTICE]))
    bounds = [told, recovered_at, former]
    return max(one for one in bounds if one is not None)


def proposal(world: World, former: datetime | None, recovered_at: datetime | None) -> datetime:
    """Return a new time to propose: the printed time of day on the first working day possible."""
    bound = earliest(world, former, recovered_at)
    printed = former or bound
    day = bound.date()
    while True:
        found = datetime.combine(day, printed.timetz())
        if world.calendar.is_workday(day) and found >= bound and found != former:
            return found
        day += timedelta(days=1)


def postpone(world: World, draw: Draw, to: datetime, outage: tuple[str | None, str]) -> Draw:
    """Let the draw open from ``to`` on, because of an outage ``(id, cause)``; record the move."""
    check_not_opening(draw)
    if draw.state not in LISTED or draw.opens_at is None:
        raise state_error(draw, "延后选取时间")
    former = draw.opens_at
    row = note(world, draw, (former, to), outage)
    draw.postponed_to = to
    world.session.flush()
    after = {"to": iso(to), "outage": row.outage_id}
    world.log("draw:postponed", draw.id, before={"at": iso(former)}, after=after)
    return draw


def note(
    world: World, draw: Draw, times: tuple[datetime, datetime], outage: tuple[str | None, str]
) -> Postponement:
    """Record one move of an announced moment, from when to when, because of an outage."""
    row = Postponement(draw_id=draw.id, former_at=times[0], new_at=times[1])
    row.outage_id, row.cause = outage
    row.decided_by, row.decided_at = world.actor.account_id, world.clock()
    world.session.add(row)
    world.session.flush()
    return row


def check_new_time(
    world: World, draw: Draw, to: datetime, recovered_at: datetime | None, field: str
) -> None:
    """Raise, at the form's field, when a new selection time is too early or on a day off."""
    check_moment(world, to, (draw.opens_at, recovered_at), field, "选取时间")


def check_moment(
    world: World,
    to: datetime,
    bounds: tuple[datetime | None, datetime | None],
    field: str,
    what: str,
) -> None:
    """Raise when a moment put off is too early; ``bounds`` are the former one and the recovery."""
    problem = _problem(world, to, bounds, what)
    if problem:
        raise NewTimeError(fields={field: problem})


def _problem(
    world: World, to: datetime, bounds: tuple[datetime | None, datetime | None], what: str
) -> str | None:
    former, recovered_at = bounds
    if to <= world.clock():
        return f"新的{what}已经过去，请改为今后的时间。"
    if recovered_at is not None and to < recovered_at:
        return f"新的{what}须在恢复之后（{_words(recovered_at)}），请改晚。"
    if former is not None and to <= former:
        return f"新的{what}须晚于原定的{_words(former)}，请改晚。"
    bound = earliest(world, former, recovered_at)
    if to < bound:
        hours = int(world.rules[NOTICE])
        return f"须至少提前{hours}小时告知各方，最早为{_words(bound)}，请改晚。"
    return _day_problem(world.calendar, to)


def _day_problem(calendar: Calendar, to: datetime) -> str | None:
    if calendar.is_workday(to.date()):
        return None
    following = calendar.add(to.date(), 1)
    return f"{to:%m月%d日}不是工作日，请改到工作日，例如{following:%m月%d日}。"


def _words(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def postponements_of(session: Session, draw_id: str) -> list[Postponement]:
    """Return how often and why a draw was put off, the first first."""
    query = select(Postponement).where(Postponement.draw_id == draw_id)
    return list(session.scalars(query.order_by(Postponement.decided_at, Postponement.id)))


def last_move(session: Session, draw: Draw) -> Postponement | None:
    """Return why the draw opens when it does; moves of a bidding's close are others."""
    if draw.postponed_to is None:
        return None
    moved = [one for one in postponements_of(session, draw.id) if one.new_at == draw.postponed_to]
    return moved[-1] if moved else None
