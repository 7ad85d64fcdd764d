"""A draw that a change, a pause or a termination ends before its list froze (selection.md 1.6).

The plan never changes after the notice: the draw ends, and a new one with fresh secrets follows.
Who had joined goes over to it where only the time changed and the county's rule keeps them.
"""

from sqlalchemy import update

from models.selection import draw_keys
from models.selection.draws import state_error
from models.selection.schedule import predecessor, was_stopped
from models.selection.tables import Draw, DrawState, Interest
from models.selection.world import World
from models.session import after_commit

BEFORE_FREEZE = (DrawState.PREPARING, DrawState.PLANNED, DrawState.ANNOUNCED, DrawState.OPEN)


def stop(world: World, draw: Draw, reason: str, *, keeps: bool) -> Draw:
    """Cancel a draw whose list has not frozen; from this moment nobody joins or leaves."""
    # who joins holds this row: in before the change, or told that the list is closed
    world.session.refresh(draw, with_for_update=True)
    if draw.state is DrawState.CANCELLED:
        return draw
    if draw.state not in BEFORE_FREEZE:
        raise state_error(draw, "变更、暂停或终止")
    before, draw.state = draw.state, DrawState.CANCELLED
    draw.cancelled_at, draw.cancel_reason = world.clock(), reason.strip()
    draw.keeps_interest = keeps
    world.session.flush()
    after = {"after_freeze": False, "plan": draw.plan_hash, "keeps_interest": keeps}
    world.log("draw:cancelled", draw.id, before={"state": before.value}, after=after)
    return draw


def carry(world: World, draw: Draw) -> bool:
    """Bring the tickets of the draw that a change ended into this one; False if none are kept.

    Ticket, commitment and envelope stay as they are: they name the project and not the draw. The
    key stays too, so that nobody has to learn here who stands behind which ticket.
    """
    former = predecessor(world.session, draw)
    if former is None or not is_kept(former):
        return False
    draw_keys.inherit(world.settings, former.id, draw.id)
    moved = update(Interest).where(Interest.draw_id == former.id, Interest.live)
    world.session.execute(moved.values(draw_id=draw.id))
    after_commit(world.session, lambda: draw_keys.forget(world.settings, former.id))
    return True


def is_kept(former: Draw) -> bool:
    """Return whether those who joined a cancelled draw go over to the next."""
    return was_stopped(former) and former.keeps_interest
