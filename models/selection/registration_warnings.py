"""What an enterprise should mend before the close: told to itself alone, when it registers.

Who joins fits now. Whoever will not fit at the close any more, because a certificate ends before
or a suspension begins, is dropped then by rule.
"""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models.clock import business_now
from models.identity.party import Party
from models.project import Project, SelectionMethod
from models.roster import eligibility
from models.roster.eligibility import Reason
from models.selection.tables import Draw

REMEDY = {
    "qualification": "请在截止前办理资质变更",
    "suspension": "有异议的请在截止前联系行业主管部门",
}


def told(session: Session, draw: Draw, project: Project, party: Party) -> dict[str, Any]:
    """Return what joining a comparison answers besides; nothing in other selections."""
    is_compared = project.method is SelectionMethod.COMPARATIVE_SELECTION
    if not is_compared or draw.freeze_at is None:
        return {}
    found = warnings(session, party.id, project, business_now(), draw.freeze_at)
    return {"warnings": found} if found else {}


def warnings(
    session: Session, party_id: str, project: Project, on: datetime, closes_at: datetime
) -> list[str]:
    """Return what holds now and will not hold at the close, with what to do about it."""
    held = {
        one.condition for one in eligibility.assess(session, party_id, project, on) if one.holds
    }
    later = eligibility.fits(session, party_id, project, closes_at)
    return [_words(one, closes_at) for one in later if one.condition in held]


def _words(one: Reason, closes_at: datetime) -> str:
    remedy = REMEDY.get(one.code, "请在截止前处理")
    return (
        f"到报名截止（{closes_at:%Y-%m-%d %H:%M}）时将不符合“{one.condition}”：{one.found}。"
        f"届时仍不符合的，报名不列入名单；{remedy}。"
    )
