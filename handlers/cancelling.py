"""Cancelling after the freeze: the draw ends at once, its result is still computed and filed."""

from dataclasses import dataclass, field

from handlers.auctions import close_if_due
from handlers.context import OperatorContext
from handlers.draws import CurrentParams, OpenResult, current
from handlers.notice_templates import BIDDING_CANCELLED, CANCELLED, CLOSED_BIDDING_CANCELLED
from handlers.registry import operator
from models.clock import iso
from models.selection import auctions, bid_counterfactual, cancelling, counterfactual
from models.selection.auction_tables import Auction


@dataclass(frozen=True, kw_only=True)
class CancelParams:
    """Why the owner wants it, and what the leader said."""

    reason: str = field(metadata={"label": "取消理由"})


@dataclass(frozen=True, kw_only=True)
class CancelResult:
    """From when the result is computed all the same, if there is one; the notice's text."""

    draw: str
    opens_at: str
    has_result: bool
    template: str


@operator("draw.cancel_after_freeze", title="冻结后取消选取")
def cancel(params: CancelParams, context: OperatorContext) -> CancelResult:
    """End a frozen draw or a bidding; one that is opening already goes on.

    A bidding has a result only from its close on: before, its list of bids is not whole.
    """
    draw = current(context)
    auction = auctions.of_draw(context.session, draw.id)
    if auction is None:
        cancelling.cancel_after_freeze(context, draw, params.reason)
    else:
        close_if_due(context, auction)
        auctions.cancel(context, auction, params.reason)
    return CancelResult(
        draw=draw.id,
        opens_at=iso(draw.opens_at or context.clock()),
        has_result=auction is None or auction.is_cancelled_after_close,
        template=_template(auction),
    )


def _template(auction: Auction | None) -> str:
    if auction is None:
        return CANCELLED
    return CLOSED_BIDDING_CANCELLED if auction.is_cancelled_after_close else BIDDING_CANCELLED


@operator("draw.open_cancelled", title="开启已取消选取的保密数")
def open_cancelled(params: CurrentParams, context: OperatorContext) -> OpenResult:  # noqa: ARG001
    """Let the guardians open what a cancelled selection needs; incomplete is an outcome."""
    draw = current(context)
    auction = auctions.of_draw(context.session, draw.id)
    if auction is None:
        found = counterfactual.open_(context, draw)
    else:
        found = bid_counterfactual.open_(context, auction)
    return OpenResult(complete=found.complete, waiting=found.waiting)


@operator("draw.file_result", title="向行业主管部门备案假定结果")
def file_result(params: CurrentParams, context: OperatorContext) -> str:  # noqa: ARG001
    """File what would have come of it with the regulator alone; return the filing's hash."""
    draw = current(context)
    auction = auctions.of_draw(context.session, draw.id)
    if auction is None:
        return counterfactual.file(context, draw).proof_hash
    return bid_counterfactual.file(context, auction).proof_hash
