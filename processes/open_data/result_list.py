"""The list of published results (中选结果): what was drawn, for whom, at what price."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import orjson
from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session, joinedload, lazyload

from models.clock import midnight
from models.identity.party import Party
from models.notice import Notice, NoticeKind
from models.paging import Page, clamp
from models.project import Project
from models.roster.declined import DeclinedAward
from models.selection.tables import Draw, DrawState, Interest
from processes.open_data.paging import after, cursor_of
from processes.open_data.results import price_of


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
    """One published draw."""

    draw: Draw
    project: Project
    winner: Party | None
    price: int | None = None
    declined: DeclinedAward | None = None

    @property
    def is_in_force(self) -> bool:
        """Whether the project stands on this result."""
        return self.declined is None


def list_results(session: Session, query: ResultQuery) -> Page[ResultLine]:
    """Return published results, newest first."""
    size = clamp(query.limit)
    chosen = _filtered(query)
    if query.cursor:
        chosen = chosen.where(after(query.cursor, Draw.published_at, Draw.id))
    rows = session.execute(chosen.limit(size + 1)).all()
    lines = _lines(session, rows[:size])
    last = lines[-1].draw if lines else None
    more = len(rows) > size and last is not None
    return Page(lines, cursor_of(last.published_at, last.id) if more and last else None)


def every_result(session: Session, query: ResultQuery, most: int) -> list[ResultLine]:
    """Return all that match, for an export; ``most`` bounds it."""
    return _lines(session, session.execute(_filtered(query).limit(most)).all())


def _filtered(query: ResultQuery) -> Select[Draw, Project, Notice, DeclinedAward]:
    award = and_(
        Notice.draw_id == Draw.id,
        Notice.kind == NoticeKind.AWARD_NOTICE,
        Notice.published_at.is_not(None),
    )
    chosen = (
        select(Draw, Project, Notice, DeclinedAward)
        .join(Project, Project.id == Draw.project_id)
        .outerjoin(Notice, award)
        .outerjoin(DeclinedAward, DeclinedAward.draw_id == Draw.id)
        .where(Draw.state == DrawState.PUBLISHED)
        .options(joinedload(Project.owner).lazyload(Party.roles))
        .order_by(Draw.published_at.desc(), Draw.id.desc())
    )
    if query.county:
        chosen = chosen.where(Project.county_code == query.county)
    if query.works_type:
        chosen = chosen.where(Project.works_type == query.works_type)
    if query.since:
        chosen = chosen.where(Draw.published_at >= midnight(query.since))
    if query.until:
        chosen = chosen.where(Draw.published_at < midnight(query.until + timedelta(days=1)))
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
        .join(Interest, Interest.ticket == Draw.winner_ticket)
        .join(Party, Party.id == Interest.party_id)
        .where(Draw.state == DrawState.PUBLISHED, Party.name.contains(text, autoescape=True))
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
    return [
        ResultLine(draw, project, parties.get(codes[draw.id]), price_of(award), declined)
        for draw, project, award, declined in rows
    ]


def _winner_code(draw: Draw) -> str:
    proof = orjson.loads(draw.public_proof or "{}")
    opened = {one["ticket"]: one.get("org", "") for one in proof["list"]["tickets"]}
    return str(opened.get(draw.winner_ticket, ""))
