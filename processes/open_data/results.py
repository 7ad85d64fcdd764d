"""Published results of draws and what a citizen needs to check them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session, defer, joinedload

from models.errors import NotFoundError
from models.identity.party import Party
from models.notice import Notice, NoticeKind
from models.project import Project, SelectionMethod
from models.selection.auction_tables import Auction, AuctionState
from models.selection.tables import Draw, DrawContributor, DrawState, Guardian, Interest
from processes.open_data.rounds import Round, rounds_of


class ProofMissingError(NotFoundError):
    """There is no such draw, or its result is not out yet: the same words for both."""

    message = "没有可下载的证明：结果公示之后才会公开，请稍后再来或检查地址。"


@dataclass(frozen=True)
class Result:
    """A published draw, ready for the result page."""

    draw: Draw
    project: Project
    winner: Party | None
    ranking: list[dict[str, Any]]
    notices: dict[NoticeKind, Notice]
    rounds: Sequence[Round]
    local_guardians: int

    @property
    def notice_plan_hash(self) -> str:
        """The hash as the tender notice printed it, not as the draw's row says today."""
        tender = self.notices.get(NoticeKind.TENDER_NOTICE)
        return str(tender.facts.get("plan_hash", "")) if tender else ""

    @property
    def round(self) -> Round:
        """The draw among the project's rounds."""
        return next(one for one in self.rounds if one.draw.id == self.draw.id)

    @property
    def successor(self) -> Round | None:
        """The round whose result is in force instead, where this one's is not any more."""
        later = (one for one in self.rounds if one.is_in_force and one.draw.id != self.draw.id)
        return None if self.round.is_in_force else next(later, None)

    @property
    def price(self) -> int | None:
        """The award price that was publicised with this result, kept whatever came later."""
        return price_of(self.notices.get(NoticeKind.AWARD_NOTICE))


def price_of(award: Notice | None) -> int | None:
    """Return the price that an award notice printed."""
    printed = award.facts.get("price") if award else None
    return printed if isinstance(printed, int) else None


def public_proof(session: Session, draw_id: str) -> str:
    """Return the public proof's exact text."""
    return _published(session, draw_id).public_proof or ""


def method_of(session: Session, draw_id: str) -> SelectionMethod | None:
    """Return how the project of a draw chooses, published or not; None when there is no draw."""
    query = select(Project.method).join(Draw, Draw.project_id == Project.id)
    return session.scalar(query.where(Draw.id == draw_id))


def read_result(session: Session, draw_id: str) -> Result:
    """Return the published draw with its winner, its ranking and its notices."""
    draw = _published(session, draw_id)
    project = session.get_one(Project, draw.project_id, options=[joinedload(Project.owner)])
    proof = orjson.loads(draw.public_proof or "{}")
    opened = _opened(session, proof)
    first = proof["result"]["ranking"][0]
    return Result(
        draw,
        project,
        opened.get(first),
        _ranking(proof, opened),
        notices_of(session, draw),
        rounds_of(session, project.id),
        _local_guardians(session, draw),
    )


def results_of(session: Session, project_id: str) -> list[Draw]:
    """Return the published draws of a project, first round first."""
    return [one.draw for one in rounds_of(session, project_id) if one.has_result]


def _published(session: Session, draw_id: str) -> Draw:
    draw = session.get(Draw, draw_id)
    if draw is None or draw.state is not DrawState.PUBLISHED or not draw.public_proof:
        raise ProofMissingError
    return draw


def notices_of(session: Session, draw: Draw) -> dict[NoticeKind, Notice]:
    """Return the published notices of a draw by the part they play for it."""
    query = select(Notice).where(Notice.draw_id == draw.id, Notice.published_at.is_not(None))
    return {one.role: one for one in session.scalars(query.order_by(Notice.published_at))}


def _opened(session: Session, proof: dict[str, Any]) -> dict[str, Party]:
    """Return ticket → company, where the public proof opens it."""
    codes = {one["ticket"]: one["org"] for one in proof["list"]["tickets"] if "org" in one}
    query = select(Party).where(Party.credit_code.in_(codes.values()))
    parties = {party.credit_code: party for party in session.scalars(query)}
    return {ticket: parties[code] for ticket, code in codes.items() if code in parties}


def _ranking(proof: dict[str, Any], opened: dict[str, Party]) -> list[dict[str, Any]]:
    """Ticket by ticket in drawn order; a name only where the public proof opens it."""
    ranked = enumerate(proof["result"]["ranking"], start=1)
    return [
        {"place": place, "ticket": one, "name": opened[one].name if one in opened else ""}
        for place, one in ranked
    ]


def _local_guardians(session: Session, draw: Draw) -> int:
    """Count the guardians of this draw's secrets that ran on the platform's own machine."""
    sealed = session.scalars(
        select(DrawContributor.envelope).where(
            DrawContributor.draw_id == draw.id, DrawContributor.envelope.is_not(None)
        )
    ).first()
    shares: Any = (sealed or {}).get("shares", [])
    kids = [share["kid"] for share in shares]
    query = select(Guardian.id).where(
        Guardian.kid.in_(kids), Guardian.is_local, Guardian.is_locked.is_(False)
    )
    return len(session.scalars(query).all())


@dataclass(frozen=True)
class FoundTicket:
    """Where a ticket stands in a published draw; in a bidding it has joined, without a place."""

    draw: Draw
    title: str
    place: int
    auction: Auction | None = None

    @property
    def total(self) -> int | None:
        """How many tickets the published list holds."""
        return self.auction.joiners if self.auction else self.draw.tickets


def find_ticket(session: Session, ticket: str) -> FoundTicket | None:
    """Return the place of a ticket; None before publication and for one that does not exist."""
    row = session.execute(
        select(Draw, Project.title, Auction)
        .join(Interest, Interest.draw_id == Draw.id)
        .join(Project, Project.id == Draw.project_id)
        .outerjoin(Auction, Auction.draw_id == Draw.id)
        .options(defer(Auction.transcript))
        .where(Interest.ticket == ticket)
    ).first()
    if row is None:
        return None
    draw, title, auction = row
    if auction is not None:
        is_out = auction.state is AuctionState.PUBLISHED
        listed = {one["ticket"] for one in auction.frozen or []} if is_out else set()
        return FoundTicket(draw, title, 0, auction) if ticket in listed else None
    if draw.state is not DrawState.PUBLISHED:
        return None
    ranking = orjson.loads(draw.public_proof or "{}")["result"]["ranking"]
    return FoundTicket(draw, title, ranking.index(ticket) + 1) if ticket in ranking else None
