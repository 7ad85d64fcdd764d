"""The list of published results (中选结果): who was drawn or bid lowest, at what price."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import Session, defer, joinedload, lazyload

from models.identity.party import Party
from models.notice import Notice, NoticeKind
from models.paging import Page, clamp
from models.project import Project
from models.roster.declined import DeclinedAward
from models.selection.auction_tables import Auction, AuctionState
from models.selection.comparison_tables import Comparison, ComparisonState
from models.selection.tables import Draw, DrawState, Interest
from processes.few import few_of
from processes.open_data.paging import after, cursor_of
from processes.open_data.results import price_of
from processes.project_query import days, named, worded

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
    chosen = _chosen_rows(session, query)
    if query.cursor:
        chosen = chosen.where(after(query.cursor, Notice.published_at, Notice.id))
    rows = session.execute(chosen.limit(size + 1)).all()
    shown = rows[:size]
    more = len(rows) > size
    last = shown[-1].Notice if more else None
    return Page(_lines(session, shown), cursor_of(last.published_at, last.id) if last else None)


def every_result(session: Session, query: ResultQuery, most: int) -> list[ResultLine]:
    """Return all that match, for an export; ``most`` bounds it."""
    return _lines(session, session.execute(_chosen_rows(session, query).limit(most)).all())


def _chosen_rows(
    session: Session, query: ResultQuery
) -> Select[Draw, Project, Notice, DeclinedAward, Auction, Comparison]:
    """Return the query along the award notices, which came out with the results they tell."""
    chosen = (
        select(Draw, Project, Notice, DeclinedAward, Auction, Comparison)
        .select_from(Notice)
        .join(Draw, Draw.id == Notice.draw_id)
        .join(Project, Project.id == Notice.project_id)
        .outerjoin(DeclinedAward, DeclinedAward.draw_id == Notice.draw_id)
        .outerjoin(Auction, Auction.draw_id == Notice.draw_id)
        .outerjoin(Comparison, Comparison.draw_id == Notice.draw_id)
        .where(Notice.kind == NoticeKind.AWARD_NOTICE, Notice.published_at.is_not(None), IS_OUT)
        .where(*days(Notice.published_at, query.since, query.until))
        .options(
            joinedload(Project.owner).lazyload(Party.roles),
            defer(Notice.body),
            defer(Draw.proof),
            defer(Auction.transcript),
            lazyload(Comparison.candidates),
        )
        .order_by(Notice.published_at.desc(), Notice.id.desc())
    )
    if query.county:
        chosen = chosen.where(Notice.county_code == query.county)
    about = _about(query)
    if not about:
        return chosen
    found = few_of(session, Project.id, [Project.traded_at.is_not(None), *about])
    if found is None:
        return chosen.where(*about)
    return chosen.where(Notice.project_id.in_(found) if found else false())


def _about(query: ResultQuery) -> list[ColumnElement[bool]]:
    """Return what is asked of the project: its type; words in it, its owner or who won it."""
    about = [Project.works_type == query.works_type] if query.works_type else []
    return [*about, or_(worded(query.q), _won_by(query.q))] if query.q else about


def _won_by(text: str) -> ColumnElement[bool]:
    """Return the condition for projects that such a company won, also if it gave it back."""
    given_back = select(DeclinedAward.project_id).where(DeclinedAward.party_id.in_(named(text)))
    return or_(Project.winner_id.in_(named(text)), Project.id.in_(given_back))


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
