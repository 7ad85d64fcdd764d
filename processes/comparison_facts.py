"""What may be told of a comparison, and from when: nobody's registration before the close.

Count and names of those who registered open together when the county's mask rule says so; review
and ranking are for those who take part in the case from the moment they stand, and for everybody
else once the award is published, as far as the county's rule opens them (HR-4.5.4 to HR-4.5.6).
"""

from typing import Any

from sqlalchemy.orm import Session

from models.project import MANAGEMENT_TITLES, Project, SelectionMethod
from models.selection.comparison_rows import latest, passed_of
from models.selection.comparison_tables import Candidate, Comparison, ComparisonState
from models.selection.comparisons import failure_text

NAMES, COUNT, RANKING = "interests", "interest_count", "ranking"
"""The masks under which registrations, their number, and the ranking lie."""
FIELDS = frozenset(
    {
        "management",
        "agency",
        "passed",
        "candidates",
        "comparison_failure",
    }
)
UNRANKED = 1_000_000
OF_THE_CASE = frozenset({"registrants", "comparison_method", "participants", "recommended_for"})
"""What those who take part in the case and its overseers read besides."""


def comparison_of(session: Session, project: Project) -> Comparison | None:
    """Return a project's latest comparison; None, without asking, where another way was chosen."""
    if project.method is not SelectionMethod.COMPARATIVE_SELECTION:
        return None
    return latest(session, project.id)


def comparison_facts(
    project: Project, comparison: Comparison, lifted: frozenset[str], masked: str, *, inside: bool
) -> dict[str, Any]:
    """Return a comparison's facts; what is hidden is the one masked text, in every case the same.

    ``inside``: the viewer takes part in the case, or oversees it.
    """
    is_named = comparison.opened_at is not None
    is_open = is_named and NAMES in lifted
    is_counted = is_open or (is_named and COUNT in lifted)
    is_reviewed = comparison.reviewed_at is not None
    has_failed = comparison.state is ComparisonState.UNSUCCESSFUL
    knows = is_reviewed and (inside or is_out(comparison))
    return {
        "tickets": len(comparison.candidates) if is_counted else masked,
        "interests": None,
        "selection_at": None,
        "management": MANAGEMENT_TITLES[project.management] if project.management else None,
        "agency": project.agency.name if project.agency else None,
        "registrants": [one.party.name for one in comparison.candidates] if is_open else masked,
        "passed": len(passed_of(comparison)) if knows else masked,
        "candidates": _rows(comparison, lifted, masked, inside=inside),
        "comparison_method": comparison.method or None,
        "participants": comparison.participants or None,
        "recommended_for": comparison.reason or None,
        "comparison_failure": failure_text(comparison) if has_failed else None,
    }


def _rows(
    comparison: Comparison, lifted: frozenset[str], masked: str, *, inside: bool
) -> list[dict[str, Any]] | str:
    """Return the candidates as this kind of viewer may see them."""
    if inside:
        is_named = comparison.opened_at is not None
        return [_whole(one) for one in comparison.candidates] if is_named else masked
    if not is_out(comparison) or RANKING not in lifted:
        return masked
    ordered = sorted(comparison.candidates, key=lambda one: (one.rank or UNRANKED, one.place))
    return [_public(one) for one in ordered]


def _public(one: Candidate) -> dict[str, Any]:
    """Return what everybody reads: no contact, and no offer but the winner's."""
    return {
        "name": one.party.name,
        "passed": one.passed,
        "review_reason": one.review_reason,
        "rank": one.rank,
        "rank_reason": one.rank_reason,
    }


def _whole(one: Candidate) -> dict[str, Any]:
    return _public(one) | {
        "place": one.place,
        "credit_code": one.party.credit_code,
        "contact": one.contact,
        "remark": one.remark,
        "price": one.price,
    }


def is_out(comparison: Comparison) -> bool:
    """Return whether everybody may know who was chosen."""
    return comparison.state is ComparisonState.PUBLISHED
