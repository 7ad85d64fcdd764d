"""The worker's sign of life, and the outages that its silence tells of (第八十一条).

The sign is one row: cheap to look at in every sweep, written four times a minute. A worker that
finds it older than the setting records the outage and, in the same transaction, owes each draw that
was met by it one message, so that a crash in between repeats nothing.
"""

from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.clock import business_now, iso, system_now
from models.flow.case_message import owe_message
from models.identity.actor import PLATFORM
from models.ids import new_id
from models.ledger.log import record
from models.outage import Heartbeat, Outage, OutageSource
from models.outbox import insert_once
from models.project import Project
from models.selection.auction_tables import Auction
from models.selection.comparison_tables import Comparison
from models.selection.tables import Draw, DrawState
from models.session import reading, unit_of_work
from models.settings import Settings

NAME = "worker"
BEAT_EVERY = timedelta(seconds=15)
CLOCKS_AGREE = timedelta(minutes=1)
"""A business clock that went otherwise than the machine's was moved: that is no outage."""

CAUSE = "平台停止运行（停电、断网或停机）"
MESSAGE = "selection_interrupted"
MET = (DrawState.OPEN, DrawState.FROZEN, DrawState.RESERVED)
"""A list that should have frozen meanwhile freezes as of its minute before the message arrives."""


def beat(settings: Settings) -> int:
    """Give a sign of life; return 1 when the silence before it was an outage."""
    with reading() as session:
        row = session.get(Heartbeat, NAME)
    if row is not None and timedelta() <= system_now() - row.beat_at < BEAT_EVERY:
        return 0
    with unit_of_work() as session:
        return _beat(session, settings)


def _beat(session: Session, settings: Settings) -> int:
    now, business = system_now(), business_now()
    row = session.get(Heartbeat, NAME, with_for_update=True)
    if row is None:
        first = {"name": NAME, "beat_at": now, "business_at": business}
        insert_once(session, Heartbeat, first, ("name",))
        return 0
    gap, since = now - row.beat_at, row.business_at
    row.beat_at, row.business_at = now, business
    session.flush()
    was_moved = abs((business - since) - gap) > CLOCKS_AGREE
    if gap <= settings.outage_limit or was_moved:
        return 0
    record_outage(session, since, business)
    return 1


def record_outage(
    session: Session, began: datetime, recovered: datetime, cause: str = CAUSE
) -> None:
    """Record an outage of the platform and owe the cases it met the news of it."""
    met = _draws_met(session, began, recovered)
    outage = Outage(
        id=new_id(),
        found_by=OutageSource.PLATFORM,
        began_at=began,
        recovered_at=recovered,
        cause=cause,
        draws=sorted(met),
        recorded_at=recovered,
    )
    session.add(outage)
    session.flush()
    after = {"from": iso(began), "to": iso(recovered), "draws": outage.draws}
    record(session, PLATFORM, "outage:recorded", outage.id, at=recovered, after=after)
    for draw_id, instance_id in sorted(met.items()):
        owe_message(
            session,
            key=f"outage:{outage.id}:{draw_id}",
            to=instance_id,
            message=MESSAGE,
            payload={"outage": outage.id},
        )


def _draws_met(session: Session, began: datetime, recovered: datetime) -> dict[str, str]:
    """Return ``{draw: case}`` of what could not be held, or closed to bids, at its time."""
    rows = session.execute(
        select(Draw, Auction, Project.instance_id)
        .join(Project, Project.id == Draw.project_id)
        .outerjoin(Auction, Auction.draw_id == Draw.id)
        .where(Draw.state.in_(MET), Project.instance_id.is_not(None))
        .where(or_(Draw.not_before <= recovered, Auction.bidding_until <= recovered))
        # the list of a comparison closes as of its minute, and no hall waits for its names
        .where(Draw.id.not_in(select(Comparison.draw_id)))
    )
    return {
        draw.id: str(case)
        for draw, auction, case in rows
        if any(_lies_in(one, began, recovered) for one in _moments(draw, auction))
    }


def _moments(draw: Draw, auction: Auction | None) -> list[datetime]:
    """Return what had to happen at its minute: the opening, and of a bidding still open the close.

    In the middle of a bidding period an outage hinders nobody for good: staff report it if it does.
    """
    is_open = auction is not None and auction.closed_at is None
    closes_at = auction.closes_at if auction is not None and is_open else None
    return [one for one in (draw.opens_at, closes_at) if one is not None]


def _lies_in(moment: datetime, began: datetime, recovered: datetime) -> bool:
    return began <= moment <= recovered
