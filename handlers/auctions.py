"""Bidding (竞价选取): the steps of a bidding as the diagrams call them (第七十六条（二）)."""

from dataclasses import dataclass, field

from sqlalchemy import select

from handlers.case_project import project_of
from handlers.context import OperatorContext
from handlers.draws import CurrentParams, moment
from handlers.draws import current as current_draw
from handlers.notice_templates import CHANGED_BIDDING, TENDER_BIDDING
from handlers.projects import move
from handlers.registry import operator
from models.clock import iso
from models.errors import ConflictError
from models.outage import Outage, OutageSource
from models.project import ProjectPhase
from models.selection import auctions
from models.selection.auction_tables import Auction, AuctionState
from models.selection.postponements import Postponement
from models.selection.schedule import predecessor, was_stopped


class FloorMissingError(ConflictError):
    """The step in which the floor is sealed was finished without a sealed floor."""

    message = "还没有收到密封的最低限价。请先填写并密封最低限价，收到回执后再点“密封完毕”。"


@dataclass(frozen=True, kw_only=True)
class PlanParams:
    """When bidding begins and closes."""

    bidding_from: str = field(metadata={"label": "竞价开始"})
    bidding_until: str = field(metadata={"label": "竞价截止"})


@dataclass(frozen=True, kw_only=True)
class PlanResult:
    """What the notice needs; after a change another text announces the bidding again."""

    bidding_from: str
    bidding_until: str
    template: str


@dataclass(frozen=True, kw_only=True)
class FreezeResult:
    """How many have joined; public from the freeze on."""

    joiners: int
    enough: bool
    root: str


@dataclass(frozen=True, kw_only=True)
class CloseResult:
    """Whether the list of sealed bids is closed, and how many there are."""

    closed: bool
    envelopes: int
    root: str


@operator("auction.prepare", title="准备竞价")
def prepare(params: CurrentParams, context: OperatorContext) -> str:  # noqa: ARG001
    """Return the id of the bidding beside the draw that stands ready for equal lowest prices."""
    return auctions.prepare(context, current_draw(context)).id


@operator("floor.required", title="核对最低限价已经密封")
def floor_required(params: CurrentParams, context: OperatorContext) -> str:  # noqa: ARG001
    """Return the floor's commitment; raise when no floor has been sealed in this round."""
    commit = current(context).floor_commit
    if not commit:
        raise FloorMissingError
    return commit


@operator("auction.plan", title="生成竞价安排")
def plan(params: PlanParams, context: OperatorContext) -> PlanResult:
    """Fix when bidding begins and closes; the notice prints both."""
    begins = moment(params.bidding_from, "bidding_from")
    closes = moment(params.bidding_until, "bidding_until")
    auctions.plan(context, current(context), begins, closes)
    corrects = was_stopped(predecessor(context.session, current_draw(context)))
    template = CHANGED_BIDDING if corrects else TENDER_BIDDING
    return PlanResult(bidding_from=iso(begins), bidding_until=iso(closes), template=template)


@operator("auction.freeze", title="冻结参与名单")
def freeze(params: CurrentParams, context: OperatorContext) -> FreezeResult:  # noqa: ARG001
    """Freeze who has joined; too few is an outcome, so the diagram decides what follows."""
    found = auctions.freeze(context, current(context))
    move(context, project_of(context), ProjectPhase.FROZEN)
    return FreezeResult(joiners=found.joiners, enough=found.enough, root=found.root)


@operator("auction.begins_at", title="核对竞价开始时间")
def begins_at(params: CurrentParams, context: OperatorContext) -> str:  # noqa: ARG001
    """Return from when the joiners may bid."""
    return iso(current(context).bidding_from or context.clock())


@operator("auction.open_bidding", title="开放密封报价")
def open_bidding(params: CurrentParams, context: OperatorContext) -> str:  # noqa: ARG001
    """Take sealed bids until the printed minute; return the state."""
    auction = current(context)
    auctions.open_bidding(context, auction)
    move(context, project_of(context), ProjectPhase.BIDDING)
    return auction.state.value


@operator("auction.closes_at", title="核对竞价截止时间")
def closes_at(params: CurrentParams, context: OperatorContext) -> str:  # noqa: ARG001
    """Return when bidding closes: as announced, or later after an outage."""
    return iso(current(context).closes_at or context.clock())


@operator("auction.close", title="竞价截止")
def close(params: CurrentParams, context: OperatorContext) -> CloseResult:  # noqa: ARG001
    """Close the list as of the printed minute, unless an outage met it that is not dealt with."""
    auction = current(context)
    if auction.closed_at is None and _was_met(context, auction):
        return CloseResult(closed=False, envelopes=0, root="")
    found = auctions.close(context, auction)
    move(context, project_of(context), ProjectPhase.BIDS_CLOSED)
    return CloseResult(closed=True, envelopes=found.envelopes, root=found.root)


def _was_met(context: OperatorContext, auction: Auction) -> bool:
    """Whether the platform itself was down at the close: its message is on the way to the case."""
    closes = auction.closes_at
    if closes is None:
        return False
    found = select(Outage.draws).where(
        Outage.found_by == OutageSource.PLATFORM,
        Outage.began_at <= closes,
        Outage.recovered_at >= closes,
    )
    return any(auction.draw_id in (met or []) for met in context.session.scalars(found))


def close_if_due(context: OperatorContext, auction: Auction) -> None:
    """Close as of the printed minute what the worker has not closed yet, unless an outage waits.

    What is cancelled after that minute must not depend on how soon the worker came.
    """
    is_due = auction.closes_at is not None and context.clock() >= auction.closes_at
    if auction.state is AuctionState.BIDDING and is_due and not _is_hindered(context, auction):
        auctions.close(context, auction)


def _is_hindered(context: OperatorContext, auction: Auction) -> bool:
    """Whether an outage met the bidding for which no new time is set: bids may be missing."""
    settled = select(Postponement.outage_id).where(
        Postponement.draw_id == auction.draw_id, Postponement.outage_id.is_not(None)
    )
    found = select(Outage.draws).where(Outage.id.not_in(settled))
    return any(auction.draw_id in (met or []) for met in context.session.scalars(found))


def current(context: OperatorContext) -> Auction:
    """Return the current bidding of the case's project."""
    return auctions.current(context.session, project_of(context).id)
