"""Comparison (比选): the steps of a comparison as the diagrams call them (HR-4.5)."""

from dataclasses import dataclass, field
from typing import Any

from handlers import masks
from handlers.case_project import project_of
from handlers.comparison_rows import CompareParams, findings_of, rows_for, verdicts_of
from handlers.context import OperatorContext
from handlers.draws import CurrentParams, moment
from handlers.projects import move
from handlers.registry import operator
from models.clock import iso
from models.money import format_fen
from models.project import ProjectPhase
from models.selection import comparisons
from models.selection.comparison_tables import Comparison

RANKING, OPENS = "ranking", "disclosure.comparison"


@dataclass(frozen=True, kw_only=True)
class CloseParams:
    """When registration closes."""

    closes_at: str = field(metadata={"label": "报名截止"})


@dataclass(frozen=True, kw_only=True)
class PlanResult:
    """What timer and notice need."""

    closes_at: str


@dataclass(frozen=True, kw_only=True)
class CloseResult:
    """How many registered, and whether that is enough."""

    registered: int
    enough: bool


@dataclass(frozen=True, kw_only=True)
class NamesResult:
    """Whether every name is open, else which guardians are waited for."""

    complete: bool
    waiting: list[str]
    registered: int
    enough: bool


@dataclass(frozen=True, kw_only=True)
class CandidatesParams:
    """Which candidates the form lists."""

    passed_only: bool = field(default=False, metadata={"label": "只列资格审查合格的"})


@dataclass(frozen=True, kw_only=True)
class ReviewParams:
    """One row for each candidate: pass or fail, and why."""

    decisions: list[Any] = field(metadata={"label": "逐家审查意见"})


@dataclass(frozen=True, kw_only=True)
class ReviewResult:
    """How many passed, and whether that is enough."""

    registered: int
    passed: int
    enough: bool


@dataclass(frozen=True, kw_only=True)
class CompareResult:
    """Who is recommended at what price, and what to know of those ranked behind."""

    winner: str
    winner_name: str
    price: int
    price_shown: str
    warnings: list[str]


@dataclass(frozen=True, kw_only=True)
class ReasonParams:
    """Why the comparison ends."""

    reason: str = field(metadata={"label": "原因"})


@operator("comparison.prepare", title="准备比选")
def prepare(params: CurrentParams, context: OperatorContext) -> str:  # noqa: ARG001
    """Return the id of the comparison whose notice is drafted next."""
    project = project_of(context)
    comparison = comparisons.prepare(context, project.id)
    move(context, project, ProjectPhase.PREPARING)
    return comparison.id


@operator("comparison.plan", title="确定报名截止时间")
def plan(params: CloseParams, context: OperatorContext) -> PlanResult:
    """Fix when registration closes; the notice prints it."""
    closes_at = moment(params.closes_at, "closes_at")
    comparisons.plan(context, current(context), closes_at)
    return PlanResult(closes_at=iso(closes_at))


@operator("comparison.open", title="开放比选报名")
def open_registration(params: CurrentParams, context: OperatorContext) -> PlanResult:  # noqa: ARG001
    """Let companies register until the printed minute."""
    comparison = comparisons.open_(context, current(context))
    move(context, project_of(context), ProjectPhase.ANNOUNCED)
    return PlanResult(closes_at=_close_of(context, comparison))


@operator("comparison.extend", title="延后报名截止")
def extend(params: CloseParams, context: OperatorContext) -> PlanResult:
    """Put the close of the registration off; who has registered stays registered."""
    closes_at = moment(params.closes_at, "closes_at")
    comparisons.extend(context, current(context), closes_at)
    return PlanResult(closes_at=iso(closes_at))


@operator("comparison.closes_at", title="核对报名截止时间")
def closes_at(params: CurrentParams, context: OperatorContext) -> str:  # noqa: ARG001
    """Return when registration closes: as announced, or later after a corrigendum."""
    return _close_of(context, current(context))


def _close_of(context: OperatorContext, comparison: Comparison) -> str:
    draw = comparisons.draw_of(context.session, comparison)
    return iso(draw.freeze_at or context.clock())


@operator("comparison.close", title="报名截止")
def close(params: CurrentParams, context: OperatorContext) -> CloseResult:  # noqa: ARG001
    """Close the list as of the printed minute."""
    found = comparisons.close(context, current(context))
    move(context, project_of(context), ProjectPhase.REGISTRATION_CLOSED)
    return CloseResult(registered=found.registered, enough=found.enough)


@operator("comparison.open_names", title="各保管方开启报名名单")
def open_names(params: CurrentParams, context: OperatorContext) -> NamesResult:  # noqa: ARG001
    """Name everybody who registered; incomplete while guardians are waited for."""
    found = comparisons.open_names(context, current(context))
    return NamesResult(
        complete=found.complete,
        waiting=found.waiting,
        registered=found.registered,
        enough=found.enough,
    )


@operator("comparison.candidates", title="列出报名企业")
def candidates(params: CandidatesParams, context: OperatorContext) -> list[dict[str, Any]]:
    """Return a row for each candidate, with what was filled in before."""
    return rows_for(current(context), passed_only=params.passed_only)


@operator("comparison.review", title="登记资格审查")
def review(params: ReviewParams, context: OperatorContext) -> ReviewResult:
    """Note who passes and why; too few is an outcome, so the diagram decides what follows."""
    comparison = current(context)
    found = comparisons.review(context, comparison, verdicts_of(comparison, params.decisions))
    move(context, project_of(context), ProjectPhase.REVIEWED)
    registered = len(comparison.candidates)
    return ReviewResult(registered=registered, passed=found.passed, enough=found.enough)


@operator("comparison.compare", title="登记比选结果")
def compare(params: CompareParams, context: OperatorContext) -> CompareResult:
    """Note offers, ranking and reasons; who is ranked first is recommended."""
    found = comparisons.compare(
        context, current(context), findings_of(context, current(context), params)
    )
    return CompareResult(
        winner=found.winner,
        winner_name=found.winner_name,
        price=found.price,
        price_shown=format_fen(found.price),
        warnings=found.warnings,
    )


@operator("comparison.publish", title="公布比选结果")
def publish(params: CurrentParams, context: OperatorContext) -> str:  # noqa: ARG001
    """Make who was recommended the project's winner; return the company."""
    comparison = comparisons.publish(context, current(context))
    _open_ranking(context)
    move(context, project_of(context), ProjectPhase.PUBLICISED)
    return comparison.winner_id or ""


def _open_ranking(context: OperatorContext) -> None:
    """Show everybody how all were ranked, where the county's rule opens it."""
    until = masks.set_mask(masks.MaskParams(field=RANKING, rule=OPENS), context)
    if until == RANKING:
        masks.lift_mask(masks.LiftParams(field=RANKING), context)


@operator("comparison.fail", title="宣布比选失败")
def fail(params: ReasonParams, context: OperatorContext) -> str:
    """End a comparison without a winner; return why, in words."""
    comparison = current(context)
    comparisons.fail(context, comparison, params.reason)
    move(context, project_of(context), ProjectPhase.UNSUCCESSFUL)
    return comparisons.failure_text(comparison)


@operator("comparison.cancel", title="取消比选")
def cancel(params: ReasonParams, context: OperatorContext) -> bool:
    """Cancel what has no result yet; return whether there was something to cancel."""
    comparison = comparisons.latest(context.session, project_of(context).id)
    if comparison is None:
        return False
    before = comparison.state
    return comparisons.cancel(context, comparison, params.reason).state is not before


def current(context: OperatorContext) -> Comparison:
    """Return the current comparison of the case's project."""
    return comparisons.current(context.session, project_of(context).id)
