"""The list of published results (中选结果): who was drawn or bid lowest, at what price."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session, defer, joinedload, lazyload

from models.clock import midnight
from models.identity.party import Party
from models.notice import Notice, NoticeKind
from models.paging import Page, clamp
from models.project import Project
from models.roster.declined import DeclinedAward
from models.selection.auction_tables import Auction, AuctionState
from models.selection.comparison_tables import Comparison, ComparisonState
from models.selection.tables import Draw, DrawState, Interest
from processes.open_data.paging import after, cursor_of
from processes.open_data.results import price_of

PUBLISHED_AT = func.coalesce(
    Auction.published_at,
    Comparison.published_at,
    Draw.published_at,
    type_=Draw.published_at.type,
)
WINNER_TICKET = func.coalesce(Auction.winner_ticket, Draw.winner_ticket)
IS_OUT = or_(
    and_(Auction.id.is_(None), Draw.state == DrawState.PUBLISHED),
    Auction.state == AuctionState.PUBLISHED,
    Comparison.state == ComparisonState.PUBLISHED,
)


@dataclass(frozen=True, kw_only=True)
class ResultQuery:
    """What a visitor asks for; every field is optional and lives in the address."""

    county: str = ""
    q: str = ""
    works_type: str = ""
    since: date | None = None
    until: date | None = None
    limit: int | None = None
    cursor: str | None = None


@dataclass(frozen=True)
class ResultLine:
    """One published result, of a draw, of a bidding or of a comparison."""

    draw: Draw
    project: Project
    winner: Party | None
    price: int | None = None
    declined: DeclinedAward | None = None
    auction: Auction | None = None
    comparison: Comparison | None = None

    @property
    def published_at(self) -> datetime | None:
        """When the result came out."""
        return (self.auction or self.comparison or self.draw).published_at

    @property
    def tickets(self) -> int | None:
        """How many companies had joined when the list froze."""
        if self.comparison is not None:
            return self.comparison.registered
        return self.auction.joiners if self.auction else self.draw.tickets

    @property
    def is_in_force(self) -> bool:
        """Whether the project stands on this result."""
        return self.declined is None


def list_results(session: Session, query: ResultQuery) -> Page[ResultLine]:
    """Return published results, newest first."""
    size = clamp(query.limit)
    chosen = _filtered(query)
    if query.cursor:
        chosen = chosen.where(after(query.cursor, PUBLISHED_AT, Draw.id))
    rows = session.execute(chosen.limit(size + 1)).all()
    lines = _lines(session, rows[:size])
    last = lines[-1] if lines else None
    more = len(rows) > size and last is not None
    return Page(lines, cursor_of(last.published_at, last.draw.id) if more and last else None)


def every_result(session: Session, query: ResultQuery, most: int) -> list[ResultLine]:
    """Return all that match, for an export; ``most`` bounds it."""
    return _lines(session, session.execute(_filtered(query).limit(most)).all())


def _filtered(
    query: ResultQuery,
) -> Select[Draw, Project, Notice, DeclinedAward, Auction, Comparison]:
    award = and_(
        Notice.draw_id == Draw.id,
        Notice.kind == NoticeKind.AWARD_NOTICE,
        Notice.published_at.is_not(None),
    )
    chosen = (
        select(Draw, Project, Notice, DeclinedAward, Auction, Comparison)
        .join(Project, Project.id == Draw.project_id)
        .outerjoin(Notice, award)
        .outerjoin(DeclinedAward, DeclinedAward.draw_id == Draw.id)
        .outerjoin(Auction, Auction.draw_id == Draw.id)
        .outerjoin(Comparison, Comparison.draw_id == Draw.id)
        .where(IS_OUT)
        .options(
            joinedload(Project.owner).lazyload(Party.roles),
            defer(Auction.transcript),
            lazyload(Comparison.candidates),
        )
        .order_by(PUBLISHED_AT.desc(), Draw.id.desc())
    )
    if query.county:
        chosen = chosen.where(Project.county_code == query.county)
    if query.works_type:
        chosen = chosen.where(Project.works_type == query.works_type)
    if query.since:
        chosen = chosen.where(midnight(query.since) <= PUBLISHED_AT)
    if query.until:
        chosen = chosen.where(midnight(query.until + timedelta(days=1)) > PUBLISHED_AT)
    if query.q:
        chosen = chosen.where(_matches(query.q))
    return chosen


def _matches(text: str) -> Any:  # noqa: ANN401 - a condition
    named = select(Party.id).where(Party.name.contains(text, autoescape=True))
    return or_(
        Project.title.contains(text, autoescape=True),
        Project.number.contains(text, autoescape=True),
        Project.owner_id.in_(named),
        Draw.id.in_(_won_by(text)),
    )


def _won_by(text: str) -> Any:  # noqa: ANN401 - a subquery
    """Return the draws that a company of this name won, also where it gave the award back."""
    return (
        select(Draw.id)
        .outerjoin(Auction, Auction.draw_id == Draw.id)
        .outerjoin(Comparison, Comparison.draw_id == Draw.id)
        .outerjoin(Interest, Interest.ticket == WINNER_TICKET)
        .join(Party, Party.id == func.coalesce(Comparison.winner_id, Interest.party_id))
        .where(IS_OUT, Party.name.contains(text, autoescape=True))
    )


def _lines(session: Session, rows: Any) -> list[ResultLine]:  # noqa: ANN401 - rows of _filtered
    codes = {draw.id: _winner_code(draw) for draw, *_ in rows}
    parties = {
        party.credit_code: party
        for party in session.scalars(
            select(Party)
            .where(Party.credit_code.in_(codes.values()))
            .options(lazyload(Party.roles))
        )
    }
    bidders = _bidders(session, [row.Auction for row in rows if row.Auction])
    chosen = _chosen(session, [row.Comparison for row in rows if row.Comparison])
    known = {**chosen, **bidders}
    return [
        ResultLine(
            draw,
            project,
            known.get(draw.id) or parties.get(codes[draw.id]),
            (auction or comparison).price if auction or comparison else price_of(award),
            declined,
            auction,
            comparison,
        )
        for draw, project, award, declined, auction, comparison in rows
    ]


def _chosen(session: Session, compared: Sequence[Comparison]) -> dict[str, Party]:
    """Return draw → company that was chosen by its comparison."""
    if not compared:
        return {}
    ids = [one.winner_id for one in compared]
    query = select(Party).where(Party.id.in_(ids)).options(lazyload(Party.roles))
    parties = {party.id: party for party in session.scalars(query)}
    return {one.draw_id: parties[one.winner_id] for one in compared if one.winner_id}


def _bidders(session: Session, held: Sequence[Auction]) -> dict[str, Party]:
    """Return draw → company that won its bidding: its row has told it since the publication."""
    if not held:
        return {}
    rows = session.execute(
        select(Interest.draw_id, Party)
        .join(Party, Party.id == Interest.party_id)
        .where(Interest.ticket.in_([one.winner_ticket for one in held]))
        .options(lazyload(Party.roles))
    )
    return {row.draw_id: row.Party for row in rows}


def _winner_code(draw: Draw) -> str:
    if not draw.public_proof:
        return ""
    proof = orjson.loads(draw.public_proof)
    opened = {one["ticket"]: one.get("org", "") for one in proof["list"]["tickets"]}
    return str(opened.get(draw.winner_ticket, ""))
