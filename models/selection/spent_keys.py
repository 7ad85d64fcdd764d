"""Keys of finished draws that a crash before their deletion, or an import, left behind."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.selection import draw_keys
from models.selection.filed_results import FiledResult
from models.selection.tables import Draw, DrawState
from models.settings import Settings


def forget_spent_keys(session: Session, settings: Settings) -> int:
    """Delete the key of every published or filed draw that still has one; return how many."""
    folder = settings.keys / draw_keys.FOLDER
    names = {path.stem for path in folder.glob("*.key")}
    is_done = or_(Draw.state == DrawState.PUBLISHED, Draw.id.in_(select(FiledResult.draw_id)))
    spent = session.scalars(select(Draw.id).where(Draw.id.in_(names), is_done)).all()
    for draw_id in spent:
        draw_keys.forget(settings, draw_id)
    return len(spent)
