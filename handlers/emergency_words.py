"""What the notice and the letter of emergency works (应急工程) say, and what programs read."""

from typing import Any

from handlers.context import OperatorContext
from handlers.moments import shown
from models import emergencies
from models.flow.deadlines import end_of_period
from models.money import format_fen, in_capitals
from models.project import Project, SelectionMethod

LEGAL_BASIS = "emergency.legal_basis"
PUBLICITY = "publicity.period"


def emergency_words(context: OperatorContext, project: Project) -> dict[str, object]:
    """Return what a notice or letter may name of emergency works; nothing for other projects."""
    row = emergencies.of_project(context.session, project.id)
    if row is None or project.winner is None:
        return {}
    price = project.award_price or project.ceiling_price
    days = int(context.rules[PUBLICITY])
    ends = end_of_period(context.rules, context.calendar, days, context.clock())
    approved = row.conclusion == emergencies.APPROVED
    return {
        "winner": project.winner.name,
        "winner_code": project.winner.credit_code,
        "award_price": format_fen(price),
        "award_capitals": in_capitals(price),
        "occurred_at": shown(row.occurred_at),
        "entrusted_at": shown(row.entrusted_at),
        "situation": row.situation,
        "choice_reason": row.choice_reason,
        "decided_how": row.decided_how,
        "legal_basis": context.rules[LEGAL_BASIS],
        "approval": "行业主管部门已核准。" if approved else "",
        "publicity_period": days,
        "ends_at": shown(ends),
    }


def emergency_facts(context: OperatorContext, project: Project) -> dict[str, Any]:
    """Return what programs read of a notice of emergency works; nothing for other projects."""
    if project.method is not SelectionMethod.EMERGENCY or project.winner is None:
        return {}
    named = {"name": project.winner.name, "credit_code": project.winner.credit_code}
    basis = context.rules[LEGAL_BASIS]
    return {"winner": named, "price": project.award_price, "legal_basis": basis}
