"""Keys of published draws that a crash before their deletion, or an import, left behind."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.selection import draw_keys
from models.selection.tables import Draw, DrawState
from models.settings import Settings


def forget_spent_keys(session: Session, settings: Settings) -> int:
    """Delete the key of every published draw that still has one; return how many."""
    folder = settings.keys / draw_keys.FOLDER
    names = {path.stem for path in folder.glob("*.key")}
    spent = session.scalars(
        select(Draw.id).where(Draw.id.in_(names), Draw.state == DrawState.PUBLISHED)
    ).all()
    for draw_id in spent:
        draw_keys.forget(settings, draw_id)
    return len(spent)
