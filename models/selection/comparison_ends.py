"""How a comparison ends without a winner: failed, or cancelled with the project."""

from models.selection.comparison_rows import draw_of, passed_of, state_error
from models.selection.comparison_tables import Comparison, ComparisonState
from models.selection.tables import DrawState
from models.selection.world import World

AFTER_CLOSE = (
    ComparisonState.CLOSED,
    ComparisonState.OPENED,
    ComparisonState.REVIEWED,
    ComparisonState.COMPARED,
)
OVER = (
    ComparisonState.PUBLISHED,
    ComparisonState.UNSUCCESSFUL,
    ComparisonState.CANCELLED,
)
TOO_FEW_REGISTERED, TOO_FEW_PASSED = "too_few", "too_few_passed"
FAILURES = {
    TOO_FEW_REGISTERED: "报名截止时有效报名企业{registered}家，少于规定的{least}家，比选失败",
    TOO_FEW_PASSED: "报名企业{registered}家，资格审查合格{passed}家，少于规定家数，比选失败",
    "none_recommended": "参加比选的企业均不能推荐中选，比选失败",
}


def fail(world: World, comparison: Comparison, reason: str) -> None:
    """End a comparison without a winner; a new round may follow."""
    world.session.refresh(comparison, with_for_update=True)
    if comparison.state is ComparisonState.UNSUCCESSFUL:
        return
    if comparison.state not in AFTER_CLOSE:
        raise state_error(comparison, "宣布比选失败")
    before, comparison.state = comparison.state, ComparisonState.UNSUCCESSFUL
    comparison.failure = reason
    comparison.winner_id = comparison.price = None
    draw_of(world.session, comparison).state = DrawState.UNSUCCESSFUL
    world.session.flush()
    after = {"reason": reason, "registered": comparison.registered}
    world.log("comparison:unsuccessful", comparison.id, before={"state": before.value}, after=after)


def failure_text(comparison: Comparison) -> str:
    """Return why a comparison failed: counts and rules, never a company."""
    text = FAILURES.get(comparison.failure, "比选失败")
    return text.format(
        registered=comparison.registered or 0,
        least=comparison.min_registered,
        passed=len(passed_of(comparison)),
    )


def cancel(world: World, comparison: Comparison, reason: str) -> Comparison:
    """Cancel a comparison that has no result yet; what is still sealed is never opened."""
    world.session.refresh(comparison, with_for_update=True)
    if comparison.state in OVER:
        return comparison
    draw = draw_of(world.session, comparison)
    # who registers holds this row: in before the end, or told that the list is closed
    world.session.refresh(draw, with_for_update=True)
    before, comparison.state = comparison.state, ComparisonState.CANCELLED
    comparison.cancelled_at, comparison.cancel_reason = world.clock(), reason.strip()
    draw.state, draw.cancelled_at = DrawState.CANCELLED, comparison.cancelled_at
    draw.cancel_reason = comparison.cancel_reason
    world.session.flush()
    world.log("comparison:cancelled", comparison.id, before={"state": before.value})
    return comparison
