"""Cancelling a selection after its list froze (selection.md 1.8): at once, and still computed."""

from models.errors import ConflictError
from models.selection.draws import state_error
from models.selection.postponements import check_not_opening
from models.selection.tables import Draw, DrawState
from models.selection.world import World


class CancelTooLateError(ConflictError):
    """The result is out: there is nothing left to cancel."""

    message = "本次选取的结果已经产生，不能再取消。对结果有异议的，请按公示载明的方式提出。"


def cancel_after_freeze(world: World, draw: Draw, reason: str) -> Draw:
    """Cancel a frozen draw; a draw that opens already goes on to its result."""
    world.session.refresh(draw, with_for_update=True)
    if draw.is_cancelled_after_freeze:
        return draw
    check_may_cancel(draw)
    draw.state, draw.cancelled_at = DrawState.CANCELLED, world.clock()
    draw.cancel_reason = reason.strip()
    world.session.flush()
    after = {"after_freeze": True, "tickets": draw.tickets, "root": draw.root}
    world.log("draw:cancelled", draw.id, before={"state": "frozen"}, after=after)
    return draw


def check_may_cancel(draw: Draw) -> None:
    """Raise, in words of its own for each case, unless the draw is frozen and not opening."""
    if draw.state in (DrawState.DRAWN, DrawState.PUBLISHED):
        raise CancelTooLateError
    check_not_opening(draw)
    if draw.state is not DrawState.FROZEN:
        raise state_error(draw, "冻结后取消选取")
