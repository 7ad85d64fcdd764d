"""Keys of finished draws that a crash before their deletion, or an import, left behind."""

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, aliased

from models.selection import draw_keys
from models.selection.auction_tables import Auction, AuctionState
from models.selection.comparison_tables import Comparison
from models.selection.filed_results import FiledResult
from models.selection.tables import Draw, DrawState
from models.settings import Settings

NOT_OPENED_YET = (DrawState.PREPARING, DrawState.PLANNED, DrawState.ANNOUNCED, DrawState.CANCELLED)


def forget_spent_keys(session: Session, settings: Settings) -> int:
    """Delete the key of every draw that needs it no more: published, named, filed, inherited.

    A bidding's names and times lie under its draw's key, whether or not the draw was needed.
    """
    folder = settings.keys / draw_keys.FOLDER
    names = {path.stem for path in folder.glob("*.key")}
    later = aliased(Draw)
    is_inherited = (
        (Draw.state == DrawState.CANCELLED)
        & Draw.keeps_interest
        & exists().where(
            later.project_id == Draw.project_id,
            later.round == Draw.round + 1,
            later.state.not_in(NOT_OPENED_YET),
        )
    )
    is_filed = Draw.id.in_(select(FiledResult.draw_id))
    is_bid = Draw.id.in_(select(Auction.draw_id).where(Auction.state == AuctionState.PUBLISHED))
    is_named = Draw.id.in_(select(Comparison.draw_id).where(Comparison.opened_at.is_not(None)))
    is_done = or_(Draw.state == DrawState.PUBLISHED, is_filed, is_inherited, is_bid, is_named)
    spent = session.scalars(select(Draw.id).where(Draw.id.in_(names), is_done)).all()
    for draw_id in spent:
        draw_keys.forget(settings, draw_id)
    return len(spent)
