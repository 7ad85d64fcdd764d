"""Declined awards (放弃中选): what a contractor gave back, kept on its record as plain fact.

No penalty follows from a row by itself: it says what happened, when and for what reason, and
whether the county's rule keeps the decliner out of the redraw of that same project.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from models.base import Base, fen, id_pk
from models.identity.party import Party
from models.project import Project


class DeclinedAward(Base):
    """One award that its winner gave back; one for each draw at most."""

    __tablename__ = "declined_award"
    __table_args__ = (Index(None, "party_id", "county_code"), Index(None, "project_id"))

    id: Mapped[id_pk]
    draw_id: Mapped[str] = mapped_column(ForeignKey("draw.id"), unique=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"))
    party_id: Mapped[str] = mapped_column(ForeignKey("party.id"), info={"label": "企业"})
    county_code: Mapped[str] = mapped_column(ForeignKey("county.code"), info={"label": "区县"})
    price: Mapped[fen | None] = mapped_column(info={"label": "原中选价"})
    reason: Mapped[str] = mapped_column(String(1000), info={"label": "放弃理由"})
    is_excluded: Mapped[bool] = mapped_column(info={"label": "不再参加本项目的重新选取"})
    declined_at: Mapped[datetime] = mapped_column(info={"label": "确认放弃的时间"})

    party: Mapped[Party] = relationship()
    project: Mapped[Project] = relationship()


def declined_of_draws(session: Session, draw_ids: Iterable[str]) -> dict[str, DeclinedAward]:
    """Return draw → declined award, for the draws whose winner gave the award back."""
    wanted = list(draw_ids)
    if not wanted:
        return {}
    query = select(DeclinedAward).where(DeclinedAward.draw_id.in_(wanted))
    return {row.draw_id: row for row in session.scalars(query)}


def declined_by(session: Session, party_id: str) -> Sequence[DeclinedAward]:
    """Return what a contractor gave back, the newest first, each with its project."""
    query = (
        select(DeclinedAward)
        .where(DeclinedAward.party_id == party_id)
        .options(joinedload(DeclinedAward.project).joinedload(Project.owner))
        .order_by(DeclinedAward.declined_at.desc())
    )
    return session.scalars(query).all()


def exclusions(
    session: Session, county: str, party_ids: Iterable[str] | None = None
) -> dict[str, dict[str, datetime]]:
    """Return party → project → when it declined, where the rule keeps it out of the redraw."""
    query = select(
        DeclinedAward.party_id, DeclinedAward.project_id, DeclinedAward.declined_at
    ).where(DeclinedAward.county_code == county, DeclinedAward.is_excluded)
    if party_ids is not None:
        query = query.where(DeclinedAward.party_id.in_(list(party_ids)))
    found: dict[str, dict[str, datetime]] = {}
    for party, project, at in session.execute(query):
        found.setdefault(party, {})[project] = at
    return found
