"""What notices and letters of a comparison (比选) say: its organiser, its close, its outcome."""

from typing import Any

from sqlalchemy import select

from handlers.context import OperatorContext
from handlers.moments import shown
from handlers.terms import text_of
from models.clock import iso
from models.flow.deadlines import end_of_period
from models.identity.party import Party
from models.money import format_fen, in_capitals
from models.notice import NoticeKind
from models.project import MANAGEMENT_TITLES, Management, Project
from models.project_request import CORRIGENDUM, ProjectRequest, RequestState
from models.selection import comparisons
from models.selection.comparison_tables import Candidate, Comparison, ComparisonState
from models.selection.tables import Draw

SHOWS = "disclosure.comparison"
LEAST_PASSED = "comparison.minimum_passed"
PUBLICITY = "publicity.period"
NAMES_OPEN = {
    "frozen": "报名截止后公开报名企业家数和名称",
    "published": "中选结果公布后公开报名企业家数和名称",
}
HIDING = "disclosure.interests_until"
ANNOUNCES = "announces_comparison"
"""The fact by which a notice that opens a registration, or corrects it, is known."""


def organiser_words(context: OperatorContext, project: Project) -> dict[str, object]:
    """Return who carries the contracting out; the owner where nobody is entrusted."""
    organiser = context.session.get_one(Party, project.organiser_id)
    words: dict[str, object] = {
        "organiser": organiser.name,
        "organiser_contact": f"{organiser.contact} {organiser.mobile}".strip(),
    }
    if project.management is not None:
        words["management"] = MANAGEMENT_TITLES[project.management]
    if project.management is Management.ENTRUSTED:
        words["agency"] = organiser.name
        words["entrusted_by"] = f"受{project.owner.name}委托，"
    return words


def comparison_of(context: OperatorContext, draw: Draw | None) -> Comparison | None:
    """Return the comparison whose registrations a draw keeps."""
    return None if draw is None else comparisons.of_draw(context.session, draw.id)


def comparison_words(context: OperatorContext, project: Project, draw: Draw) -> dict[str, object]:
    """Return what a notice may name of a comparison now; nothing for any other draw."""
    comparison = comparison_of(context, draw)
    if comparison is None:
        return {}
    known: dict[str, object] = {
        "closes_at": shown(draw.freeze_at),
        "minimum_registered": comparison.min_registered,
        "minimum_passed": context.rules[LEAST_PASSED],
        "names_open": NAMES_OPEN[context.rules[HIDING]],
        "names_article": context.rules.source(HIDING),
    }
    known |= _corrected(context, project)
    if comparison.failure:
        known["failure"] = comparisons.failure_text(comparison)
    return known | _result(context, project, comparison)


def _corrected(context: OperatorContext, project: Project) -> dict[str, object]:
    """Return what the latest corrigendum says."""
    query = select(ProjectRequest).where(
        ProjectRequest.project_id == project.id,
        ProjectRequest.kind == CORRIGENDUM,
        ProjectRequest.state.in_((RequestState.OPEN, RequestState.APPLIED)),
    )
    row = context.session.scalar(query.order_by(ProjectRequest.requested_at.desc()).limit(1))
    if row is None:
        return {}
    return {
        "correction": row.reason,
        "changes": text_of(row.changes) or "没有改变最高限价、施工内容、工期和报名截止",
    }


def _result(
    context: OperatorContext, project: Project, comparison: Comparison
) -> dict[str, object]:
    winner = project.winner
    if comparison.published_at is None or winner is None:
        return {}
    price = project.award_price or project.ceiling_price
    days = int(context.rules[PUBLICITY])
    ends = end_of_period(context.rules, context.calendar, days, context.clock())
    return {
        "winner": winner.name,
        "winner_code": winner.credit_code,
        "award_price": format_fen(price),
        "award_capitals": in_capitals(price),
        "registered_count": len(comparison.candidates),
        "passed_count": len(comparisons.passed_of(comparison)),
        "compared_at": shown(comparison.compared_at),
        "comparison_method": comparison.method,
        "recommendation": comparison.reason,
        "ranking": _ranking(comparison) if context.rules[SHOWS] == "ranking" else "",
        "publicity_period": days,
        "ends_at": shown(ends),
    }


def _ranking(comparison: Comparison) -> str:
    lines = [_line(one) for one in comparisons.ranked_of(comparison)]
    return "比选名次：\n\n" + "\n\n".join(lines)


def _line(one: Candidate) -> str:
    """Return a rank with its reason; of offers only the winner's is public."""
    return f"第{one.rank}名 {one.party.name}。{one.rank_reason}"


def comparison_facts(
    kind: NoticeKind, project: Project, comparison: Comparison, draw: Draw
) -> dict[str, Any]:
    """Return what programs read of a notice: its announcement, or its result."""
    if kind is NoticeKind.AWARD_NOTICE:
        return _award_facts(project, comparison)
    if comparison.state not in (ComparisonState.PLANNED, ComparisonState.REGISTERING):
        return {}
    return {ANNOUNCES: comparison.id, "freeze_at": iso(draw.freeze_at) if draw.freeze_at else None}


def _award_facts(project: Project, comparison: Comparison) -> dict[str, Any]:
    winner = project.winner
    if winner is None:
        return {}
    return {
        "winner": {"name": winner.name, "credit_code": winner.credit_code},
        "price": project.award_price,
        "draw": comparison.draw_id,
        "comparison": comparison.id,
    }
