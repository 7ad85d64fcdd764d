"""Results of biddings, also of those that failed, and what a citizen needs to check them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models.errors import NotFoundError
from models.identity.party import Party
from models.ledger.tables import LedgerEntry
from models.notice import Notice, NoticeKind
from models.project import Project
from models.selection.auction_tables import Auction, AuctionState
from models.selection.auctions import failure_text, of_draw
from models.selection.tables import Draw, Guardian, Interest
from processes.open_data.opened_bids import OpenedBids, opened_bids
from processes.open_data.results import notices_of
from processes.open_data.rounds import Round, rounds_of

OUT = (AuctionState.PUBLISHED, AuctionState.UNSUCCESSFUL)


class OpeningMissingError(NotFoundError):
    """There is no such opening, or it is not out yet: the same words for both."""

    message = "没有可下载的开启记录：结果公布之后才会公开，请稍后再来或检查地址。"


@dataclass(frozen=True)
class LoggedClose:
    """What the log has said of the list of sealed bids since the close."""

    seq: int | None
    root: str


@dataclass(frozen=True)
class Opening:
    """A bidding that has come to its end, ready for the result page."""

    auction: Auction
    draw: Draw
    project: Project
    winner: Party | None
    bids: OpenedBids | None
    notices: Mapping[NoticeKind, Notice]
    rounds: Sequence[Round]
    close: LoggedClose | None
    local_guardians: int

    @property
    def has_failed(self) -> bool:
        """Whether it ended without an award."""
        return self.auction.state is AuctionState.UNSUCCESSFUL

    @property
    def failure(self) -> str:
        """Why it failed: counts and rules, never a company."""
        return failure_text(self.auction) if self.has_failed else ""

    @property
    def is_drawn(self) -> bool:
        """Whether a draw among equals decided, with a proof of its own."""
        return len(self.auction.tied or []) > 1 and bool(self.draw.public_proof)

    @property
    def printed(self) -> Mapping[str, Any]:
        """What the notice that announced it printed, not what the rows say today."""
        tender = self.notices.get(NoticeKind.TENDER_NOTICE)
        return tender.facts if tender else {}

    @property
    def award(self) -> Notice | None:
        """The notice that publicised the result."""
        return self.notices.get(NoticeKind.AWARD_NOTICE)

    @property
    def names(self) -> Mapping[str, str]:
        """Ticket → company, as far as the county opened names with the result."""
        told = self.award.facts.get("names") if self.award else None
        names = dict(told) if isinstance(told, Mapping) else {}
        if self.winner is not None and self.auction.winner_ticket:
            names[self.auction.winner_ticket] = self.winner.name
        return names

    @property
    def round(self) -> Round:
        """The bidding among the project's rounds."""
        return next(one for one in self.rounds if one.draw.id == self.draw.id)

    @property
    def successor(self) -> Round | None:
        """The round whose result is in force instead, where this one's is not any more."""
        later = (one for one in self.rounds if one.is_in_force and one.draw.id != self.draw.id)
        return None if self.round.is_in_force else next(later, None)


def find_opening(session: Session, draw_id: str) -> Opening | None:
    """Return the bidding beside a draw once it is out; None for a draw without one."""
    auction = of_draw(session, draw_id)
    if auction is None:
        return None
    if auction.state not in OUT:
        raise OpeningMissingError
    draw = session.get_one(Draw, draw_id)
    project = session.get_one(Project, draw.project_id, options=[joinedload(Project.owner)])
    return Opening(
        auction,
        draw,
        project,
        _winner(session, auction),
        opened_bids(auction.transcript),
        notices_of(session, draw),
        rounds_of(session, project.id),
        _close(session, auction),
        _local_guardians(session, auction),
    )


def transcript_of(session: Session, draw_id: str) -> str:
    """Return the opening's exact text for the round of one draw."""
    return _text(of_draw(session, draw_id))


def project_transcript(session: Session, project_id: str) -> str:
    """Return the exact text of a project's last published opening."""
    query = (
        select(Auction)
        .join(Draw, Draw.id == Auction.draw_id)
        .where(
            Auction.project_id == project_id,
            Auction.state.in_(OUT),
            Auction.transcript.is_not(None),
        )
        .order_by(Draw.round.desc())
    )
    return _text(session.scalars(query.limit(1)).first())


def _text(auction: Auction | None) -> str:
    if auction is None or auction.state not in OUT or not auction.transcript:
        raise OpeningMissingError
    return auction.transcript


def _winner(session: Session, auction: Auction) -> Party | None:
    if auction.state is not AuctionState.PUBLISHED:
        return None
    query = (
        select(Party)
        .join(Interest, Interest.party_id == Party.id)
        .where(Interest.ticket == auction.winner_ticket, Interest.draw_id == auction.draw_id)
    )
    return session.scalar(query)


def _close(session: Session, auction: Auction) -> LoggedClose | None:
    rows = session.execute(
        select(LedgerEntry.seq, LedgerEntry.body).where(LedgerEntry.object == auction.id)
    )
    for seq, body in rows:
        told = orjson.loads(body)
        if told["action"] == "auction:closed":
            return LoggedClose(seq, str(told["after"]["root"]))
    return None


def _local_guardians(session: Session, auction: Auction) -> int:
    """Count the guardians of the floor that ran open on the platform's own machine."""
    sealed: Any = auction.floor_envelope or {}
    kids = [share["kid"] for share in sealed.get("shares", [])]
    query = select(Guardian.id).where(
        Guardian.kid.in_(kids), Guardian.is_local, Guardian.is_locked.is_(False)
    )
    return len(session.scalars(query).all())
