"""Who is present at a draw: the people whose ceremony page is open, and since when.

That a page is still open is a matter of the machine's clock; when somebody arrived is told in the
time of the business, as everything else at the ceremony.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, case, literal, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, text40
from models.clock import business_now, system_now
from models.identity.actor import Actor

AWAY_AFTER = timedelta(seconds=30)
REFRESH_AFTER = timedelta(seconds=10)
"""A page asks every few seconds; only every tenth second is worth a write."""


class Presence(Base):
    """One person at one draw, in the role in which they are there."""

    __tablename__ = "presence"

    draw_id: Mapped[str] = mapped_column(ForeignKey("draw.id"), primary_key=True)
    role: Mapped[text40] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    name: Mapped[text40]
    arrived_at: Mapped[datetime]
    seen_at: Mapped[datetime]


def is_stale(here: Iterable[Presence], role: str, actor: Actor) -> bool:
    """Return whether this person's presence should be written again."""
    own = (one for one in here if (one.role, one.account_id) == (role, actor.account_id))
    row = next(own, None)
    return row is None or system_now() - row.seen_at > REFRESH_AFTER


def arrive(session: Session, draw_id: str, role: str, actor: Actor) -> None:
    """Note that this person is here now; who was away has arrived anew."""
    now = system_now()
    arrived = literal(business_now(), Presence.arrived_at.type)
    was_away = Presence.seen_at < now - AWAY_AFTER
    noted = session.execute(
        update(Presence)
        .where(
            Presence.draw_id == draw_id,
            Presence.role == role,
            Presence.account_id == actor.account_id,
        )
        .values(seen_at=now, arrived_at=case((was_away, arrived), else_=Presence.arrived_at))
        .execution_options(synchronize_session=False)
    )
    if not noted.rowcount:  # type: ignore[attr-defined]
        _insert(session, draw_id, role, actor)


def _insert(session: Session, draw_id: str, role: str, actor: Actor) -> None:
    row = Presence(draw_id=draw_id, role=role, account_id=actor.account_id, name=actor.name)
    row.arrived_at, row.seen_at = business_now(), system_now()
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # the same person's second window was first
        return


def present(session: Session, draw_id: str) -> list[Presence]:
    """Return who is here now, in order of arrival."""
    since = system_now() - AWAY_AFTER
    query = select(Presence).where(Presence.draw_id == draw_id, Presence.seen_at >= since)
    return list(
        session.scalars(query.order_by(Presence.arrived_at, Presence.role, Presence.account_id))
    )
