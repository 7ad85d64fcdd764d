"""What notices say of a failed selection and of a changed result (第七十六条, 第七十七条)."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.moments import shown
from models.money import format_fen
from models.project import Project
from models.roster.declined import DeclinedAward, declined_of_draws
from models.selection import auctions
from models.selection.draws import failure_text
from models.selection.tables import Draw

EXCLUDED = "，不再参加本项目的重新选取"
AGAIN = "本项目原中选企业放弃中选，原中选结果已于{at}变更；经重新选取，现公示新的结果。"


def end_words(session: Session, draw: Draw) -> dict[str, object]:
    """Return why a draw has no award that stands."""
    auction = auctions.of_draw(session, draw.id)
    failure = failure_text(draw) if auction is None else auctions.failure_text(auction)
    known: dict[str, object] = {"failure": failure}
    declined = declined_of_draws(session, [draw.id]).get(draw.id)
    if declined is None:
        return known
    return known | {
        "former_winner": declined.party.name,
        "former_code": declined.party.credit_code,
        "former_price": format_fen(declined.price) if declined.price else "",
        "declined_at": shown(declined.declined_at),
        "decline_reason": declined.reason,
        "excluded": EXCLUDED if declined.is_excluded else "",
    }


def again_words(session: Session, project: Project) -> dict[str, object]:
    """Return what a second publicity says of the first; nothing in the first."""
    query = select(DeclinedAward.declined_at).where(DeclinedAward.project_id == project.id)
    last = session.scalar(query.order_by(DeclinedAward.declined_at.desc()).limit(1))
    if last is None:
        return {}
    return {"again": "（变更后）", "again_note": AGAIN.format(at=shown(last))}
