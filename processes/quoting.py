"""A contractor's quote page: the bidding, its own sealed bids, and after the result its own part.

Before the result nothing here knows a price: the platform has envelopes alone. Who did not join is
told the same words as whoever asks for a bidding that does not exist.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import business_now
from models.identity.actor import Actor
from models.identity.party import Party
from models.notice import ANNOUNCING, Notice
from models.project import Project, ProjectPhase
from models.selection import auctions, bids, interests
from models.selection.auction_stages import STAGE_TITLES, Stage, stage
from models.selection.auction_tables import Auction, AuctionState
from models.selection.interest_errors import NotJoinedError
from models.selection.tables import Draw
from models.settings import Settings
from processes.bidding_facts import BELOW_FLOOR


@dataclass(frozen=True, kw_only=True)
class OpenedBid:
    """One of the asker's own bids as the opening transcript shows it."""

    commit: str
    fen: int | None
    counts: bool
    invalid: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The asker's own part of a published result."""

    price: int | None
    floor: int | None
    bids: list[OpenedBid]
    won: bool

    @property
    def counted(self) -> OpenedBid | None:
        """The own bid that counted, if one did."""
        return next((one for one in self.bids if one.counts), None)

    @property
    def raised(self) -> bool:
        """Whether the own bid lay under the floor price."""
        counted, floor = self.counted, self.floor
        return counted is not None and None not in (counted.fen, floor) and counted.fen < floor  # type: ignore[operator]


@dataclass(frozen=True, kw_only=True)
class Quote:
    """What the quote page shows to one contractor."""

    project: Project
    auction: Auction
    draw: Draw
    party: Party
    ticket: str
    stage: Stage
    received: list[dict[str, str]] = field(default_factory=list)
    notice_id: str | None = None
    outcome: Outcome | None = None

    @property
    def title(self) -> str:
        """The state in the words of the contractor's list."""
        return STAGE_TITLES[self.stage]

    @property
    def below_floor(self) -> str:
        """What the notice says of a bid under the floor price."""
        return BELOW_FLOOR[self.auction.below_floor]

    @property
    def is_cancelled(self) -> bool:
        """Whether the bidding ended before anything was opened."""
        return self.auction.state is AuctionState.CANCELLED

    @property
    def is_paused(self) -> bool:
        """Whether the project stands still, so that nothing is taken."""
        return self.project.phase is ProjectPhase.PAUSED

    @property
    def failure(self) -> str:
        """Why there is no winner, as everybody may know it."""
        return auctions.failure_text(self.auction)

    @property
    def starts_late(self) -> bool:
        """Whether the printed minute has come and the bidding is about to open."""
        begins = self.auction.bidding_from
        return begins is not None and business_now() >= begins


def read(session: Session, settings: Settings, project_id: str, actor: Actor) -> Quote:
    """Return the newest bidding of a project for a contractor that joined it."""
    party = interests.party_of(session, actor)
    auction = auctions.latest(session, project_id)
    draw = auctions.draw_of(session, auction) if auction else None
    row = interests.own_row(session, settings, draw, party) if draw else None
    if auction is None or draw is None or row is None:
        raise NotJoinedError
    is_published = auction.published_at is not None
    return Quote(
        project=session.get_one(Project, project_id),
        auction=auction,
        draw=draw,
        party=party,
        ticket=row.ticket,
        stage=stage(auction, business_now()),
        received=bids.own(session, settings, project_id, actor)[::-1],
        notice_id=_notice(session, project_id),
        outcome=_outcome(auction, row.ticket) if is_published else None,
    )


def _notice(session: Session, project_id: str) -> str | None:
    return session.scalars(
        select(Notice.id)
        .where(
            Notice.project_id == project_id,
            Notice.kind.in_(ANNOUNCING),
            Notice.published_at <= business_now(),
        )
        .order_by(Notice.published_at.desc())
        .limit(1)
    ).first()


def _outcome(auction: Auction, ticket: str) -> Outcome | None:
    if not auction.transcript:
        return None
    transcript = orjson.loads(auction.transcript)
    own = [one for one in transcript["bids"] if one["envelope"]["ctx"]["holder"] == ticket]
    counting = _counting(own)
    floor = transcript["floor"].get("val") or {}
    return Outcome(
        price=transcript["settled"]["price"],
        floor=floor.get("fen"),
        bids=[_opened(one, one is counting) for one in sorted(own, key=_number, reverse=True)],
        won=auction.winner_ticket == ticket,
    )


def _number(one: dict[str, Any]) -> int:
    return int((one["val"] or {}).get("seq") or 0)


def _counting(own: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the own bid with the highest number; of two with the same the smaller commitment."""
    opened = [one for one in own if isinstance((one["val"] or {}).get("seq"), int)]
    smallest = sorted(opened, key=lambda one: one["envelope"]["commit"])
    found = max(smallest, key=lambda one: one["val"]["seq"], default=None)
    return None if found is None or found["invalid"] else found


def _opened(one: dict[str, Any], counts: bool) -> OpenedBid:  # noqa: FBT001
    fen = (one["val"] or {}).get("fen")
    return OpenedBid(
        commit=one["envelope"]["commit"],
        fen=fen if isinstance(fen, int) else None,
        counts=counts,
        invalid=one["invalid"] or "",
    )


def moment_of(one: Mapping[str, str]) -> datetime:
    """Return when one of the own bids came."""
    return datetime.fromisoformat(one["received_at"])
