"""What a notice of a postponement says: both times and the outage between them."""

from sqlalchemy.orm import Session

from handlers.moments import shown
from models.outage import SOURCE_TITLES, Outage
from models.selection import auctions
from models.selection.postponements import Postponement, postponements_of
from models.selection.tables import Draw


def postponement_words(session: Session, draw: Draw) -> dict[str, object]:
    """Return what a notice may name of the draw's last postponement; nothing without one."""
    last = _last(session, draw)
    if last is None:
        return {}
    words: dict[str, object] = {
        "former_selection_at": f"{last.former_at:%Y年%m月%d日 %H:%M}",
        "new_selection_at": f"{last.new_at:%Y年%m月%d日 %H:%M}",
        "opens_at": shown(draw.opens_at),
        "outage_cause": last.cause,
    }
    outage = session.get(Outage, last.outage_id) if last.outage_id else None
    if outage is not None:
        words |= {
            "outage_began_at": f"{outage.began_at:%Y年%m月%d日 %H:%M}",
            "outage_recovered_at": f"{outage.recovered_at:%Y年%m月%d日 %H:%M}",
            "outage_found_by": SOURCE_TITLES[outage.found_by],
        }
    return words


def _last(session: Session, draw: Draw) -> Postponement | None:
    """Return the last move: of the close while bidding goes on, later of the opening or draw."""
    auction = auctions.of_draw(session, draw.id)
    is_bidding = auction is not None and auction.closed_at is None
    to = auction.closes_at if auction is not None and is_bidding else draw.opens_at
    moved = [one for one in postponements_of(session, draw.id) if one.new_at == to]
    return moved[-1] if moved else None
