"""Random selection (随机选取): the steps of a draw as the diagram calls them."""

from dataclasses import dataclass, field
from datetime import datetime

from handlers.case_project import project_of
from handlers.context import OperatorContext
from handlers.notice_templates import AWARD_BIDDING
from handlers.projects import move
from handlers.registry import operator
from models.clock import iso, to_china
from models.errors import InvalidError
from models.notice import NoticeKind
from models.project import ProjectPhase
from models.selection import auctions, bid_opening, draws, opening
from models.selection.auction_tables import Auction
from models.selection.schedule import predecessor, was_stopped
from models.selection.tables import Draw

CHANGED = "corrigendum_change"
"""The template of a notice that announces a selection again after a change or a pause."""
UNOPENABLE = "winner_unopenable"


class MomentInvalidError(InvalidError):
    """A time is not a date and time."""

    message = "时间写法不对，请填写如 2026-11-20T15:00 的日期和时间。"


@dataclass(frozen=True, kw_only=True)
class CurrentParams:
    """Nothing to fill in: the current draw of the case's project is meant."""


@dataclass(frozen=True, kw_only=True)
class PlanParams:
    """When the list freezes and from when the selection may be held."""

    freeze_at: str = field(metadata={"label": "报名截止"})
    selection_at: str = field(metadata={"label": "选取时间"})


@dataclass(frozen=True, kw_only=True)
class PlanResult:
    """What timers and the notice need of the plan; after a change the notice is a corrigendum."""

    plan_hash: str
    freeze_at: str
    selection_at: str
    notice: str
    template: str


@dataclass(frozen=True, kw_only=True)
class FreezeResult:
    """How many tickets; public from the freeze on."""

    tickets: int
    enough: bool
    root: str


@dataclass(frozen=True, kw_only=True)
class OpenResult:
    """Whether all secrets are known."""

    complete: bool
    waiting: list[str]


@dataclass(frozen=True, kw_only=True)
class HoldResult:
    """``drawn`` or ``void``; the winner is a ticket, never a name."""

    outcome: str
    winner_ticket: str
    tickets: int


@dataclass(frozen=True, kw_only=True)
class PublishResult:
    """Which draw is out, and the text of its notice where it is not the kind's own."""

    draw: str
    template: str


@operator("draw.prepare", title="准备随机选取")
def prepare(params: CurrentParams, context: OperatorContext) -> str:  # noqa: ARG001
    """Return the id of the draw whose contributors hand in their secrets next."""
    project = project_of(context)
    draw = draws.prepare(context, project.id)
    move(context, project, ProjectPhase.PREPARING)
    return draw.id


@operator("draw.plan", title="生成选取计划")
def plan(params: PlanParams, context: OperatorContext) -> PlanResult:
    """Fix the plan whose hash the notice prints."""
    freeze_at = moment(params.freeze_at, "freeze_at")
    selection_at = moment(params.selection_at, "selection_at")
    draw = draws.plan(context, current(context), freeze_at, selection_at)
    corrects = was_stopped(predecessor(context.session, draw))
    kind = NoticeKind.CORRIGENDUM if corrects else NoticeKind.TENDER_NOTICE
    return PlanResult(
        plan_hash=draw.plan_hash,
        freeze_at=iso(freeze_at),
        selection_at=iso(selection_at),
        notice=kind.value,
        template=CHANGED if corrects else "",
    )


@operator("draw.freeze", title="冻结意向名单")
def freeze(params: CurrentParams, context: OperatorContext) -> FreezeResult:  # noqa: ARG001
    """Freeze the list; too few is an outcome, so the diagram decides what follows."""
    found = draws.freeze(context, current(context))
    move(context, project_of(context), ProjectPhase.FROZEN)
    return FreezeResult(tickets=found.tickets, enough=found.enough, root=found.root)


@operator("draw.fail", title="宣布选取失败")
def fail(params: CurrentParams, context: OperatorContext) -> bool:  # noqa: ARG001
    """End a draw or a bidding without a winner (第七十六条)."""
    draw = current(context)
    auction = auctions.of_draw(context.session, draw.id)
    if auction is None:
        few = (draw.tickets or 0) < draw.min_tickets
        draws.fail(context, draw, "too_few" if few else UNOPENABLE)
    else:
        auctions.fail(context, auction, _reason(auction))
    move(context, project_of(context), ProjectPhase.UNSUCCESSFUL)
    return True


def _reason(auction: Auction) -> str:
    """Return why a bidding failed: too few, what its opening found, or a draw among equals."""
    if (auction.joiners or 0) < auction.min_joiners:
        return auctions.TOO_FEW
    return auction.failure or UNOPENABLE


@operator("draw.opens_at", title="核对选取时间")
def opens_at(params: CurrentParams, context: OperatorContext) -> str:  # noqa: ARG001
    """Return from when the draw may be opened: as announced, or later after an outage."""
    draw = current(context)
    return iso(draw.opens_at or context.clock())


@operator("draw.open", title="各保管方开启")
def open_secrets(params: CurrentParams, context: OperatorContext) -> OpenResult:  # noqa: ARG001
    """Let the guardians release the contributors' secrets; incomplete is an outcome."""
    found = opening.open_(context, current(context))
    return OpenResult(complete=found.complete, waiting=found.waiting)


@operator("draw.hold", title="计算排序")
def hold(params: CurrentParams, context: OperatorContext) -> HoldResult:  # noqa: ARG001
    """Rank the frozen tickets; the first wins."""
    found = opening.hold(context, current(context))
    if found.outcome == "drawn":
        move(context, project_of(context), ProjectPhase.DRAWN)
    return HoldResult(
        outcome=found.outcome, winner_ticket=found.winner_ticket, tickets=found.tickets
    )


@operator("draw.publish", title="公布选取证明")
def publish(params: CurrentParams, context: OperatorContext) -> PublishResult:  # noqa: ARG001
    """Make winner and proof public, of a bidding its transcript, too."""
    draw = current(context)
    auction = auctions.of_draw(context.session, draw.id)
    if auction is None:
        opening.publish(context, draw)
    else:
        bid_opening.publish(context, auction)
    move(context, project_of(context), ProjectPhase.PUBLICISED)
    return PublishResult(draw=draw.id, template=AWARD_BIDDING if auction else "")


def current(context: OperatorContext) -> Draw:
    """Return the current draw of the case's project."""
    return draws.current_draw(context.session, project_of(context).id)


def moment(text: str, name: str) -> datetime:
    """Return a form's moment; without an offset it is China time."""
    try:
        return to_china(datetime.fromisoformat(text))
    except ValueError:
        raise MomentInvalidError(fields={name: MomentInvalidError.message}) from None
