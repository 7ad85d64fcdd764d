"""The opening of a bidding as those present follow it: people, guardians, floor, bids, price."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from models.identity.party import Party
from models.selection.auction_tables import Auction, AuctionState, Bid
from models.selection.auctions import failure_text
from models.selection.guardian_shares import SOUND
from models.selection.guardian_tables import GuardianRelease
from models.selection.tables import Guardian
from processes.ceremony import Ceremony
from processes.open_data.opened_bids import OpenedBids, opened_bids

STAGES = ("竞价截止", "人员到场", "开启", "结算", "并列时随机选取", "公布结果")
NOT_NEEDED = "没有并列，不需随机选取"
AFTER_FREEZE = (
    AuctionState.FROZEN,
    AuctionState.BIDDING,
    AuctionState.CLOSED,
    AuctionState.OPENING,
    AuctionState.SETTLED,
    AuctionState.TIED,
    AuctionState.PUBLISHED,
    AuctionState.UNSUCCESSFUL,
)
AFTER_CLOSE = AFTER_FREEZE[2:]
SETTLED = AFTER_FREEZE[4:]
KEPT = 8
_read: dict[str, OpenedBids | None] = {}


@dataclass(frozen=True)
class Answer:
    """How far one guardian has answered since the opening began."""

    guardian: Guardian
    given: int
    wanted: int

    @property
    def is_here(self) -> bool:
        """Whether it has answered for floor and bids."""
        return self.given >= self.wanted


@dataclass(frozen=True)
class BidOpening:
    """What the ceremony of a bidding shows beside what every ceremony shows."""

    one: Ceremony
    auction: Auction
    bids: OpenedBids | None
    answers: Sequence[Answer]
    winner: str

    @property
    def is_tied(self) -> bool:
        """Whether the draw among equals is held, or was."""
        return len(self.auction.tied or []) > 1

    @property
    def is_cancelled(self) -> bool:
        """Whether the bidding was ended before its result."""
        return self.auction.state is AuctionState.CANCELLED

    @property
    def has_failed(self) -> bool:
        """Whether it ended without a price."""
        return self.auction.state is AuctionState.UNSUCCESSFUL

    @property
    def failure(self) -> str:
        """Why it failed: counts and rules, never a company."""
        return failure_text(self.auction)

    @property
    def is_closed(self) -> bool:
        """Whether bidding is over."""
        return self.auction.state in AFTER_CLOSE and self.auction.closed_at is not None

    @property
    def joiners(self) -> int | None:
        """The number of companies that joined, public from the freeze on."""
        return self.auction.joiners if self.auction.joiner_root else None

    @property
    def envelopes(self) -> int | None:
        """The number of sealed bids, public from the close on and not before."""
        return self.auction.envelopes if self.is_closed else None

    @property
    def have_answered(self) -> int:
        """How many guardians have answered."""
        return sum(one.is_here for one in self.answers)

    @property
    def stages(self) -> Sequence[str]:
        """The stages by name; without equals no draw is needed."""
        is_alone = self.bids is not None and not self.is_tied
        return (*STAGES[:4], NOT_NEEDED, STAGES[5]) if is_alone else STAGES

    @property
    def place(self) -> int:
        """How many stages are over."""
        places = {
            AuctionState.CLOSED: 2 if self.one.is_due and self.one.is_attended else 1,
            AuctionState.OPENING: 2,
            AuctionState.SETTLED: 5,
            AuctionState.TIED: 5 if self.one.is_ranked else 4,
            AuctionState.PUBLISHED: 6,
            AuctionState.UNSUCCESSFUL: 4 if self.bids else 1 if self.is_closed else 0,
        }
        return places.get(self.auction.state, 0)


def bidding_of(session: Session, one: Ceremony) -> BidOpening | None:
    """Return the bidding that a draw stands ready for; None in a random selection."""
    auction = one.auction
    if auction is None:
        return None
    is_asked = auction.state is AuctionState.OPENING
    answers = _answers(session, one, auction) if is_asked else []
    is_out = auction.state is AuctionState.PUBLISHED
    query = select(Party.name).where(Party.id == one.project.winner_id)
    winner = session.scalar(query) if is_out else None
    return BidOpening(one, auction, _bids(session, auction), answers, winner or "")


def _bids(session: Session, auction: Auction) -> OpenedBids | None:
    """Return the opened bids; a page that asks every few seconds reads a long transcript once."""
    key = auction.transcript_hash if auction.state in SETTLED else ""
    if key and key not in _read:
        text = session.scalar(select(Auction.transcript).where(Auction.id == auction.id))
        if len(_read) >= KEPT:
            _read.clear()
        _read[key] = opened_bids(text)
    return _read.get(key)


def _answers(session: Session, one: Ceremony, auction: Auction) -> list[Answer]:
    listed = select(Bid.commit).where(Bid.auction_id == auction.id)
    rows = session.execute(
        select(GuardianRelease.guardian, func.count().label("given"))
        .where(
            GuardianRelease.draw_id == one.draw.id,
            GuardianRelease.share != SOUND,
            or_(GuardianRelease.commit == auction.floor_commit, GuardianRelease.commit.in_(listed)),
        )
        .group_by(GuardianRelease.guardian)
    )
    given = {row.guardian: row.given for row in rows}
    wanted = 1 + (auction.envelopes or 0)
    return [
        Answer(row, wanted if _answers_itself(row) else min(given.get(row.name, 0), wanted), wanted)
        for row in one.guardians
    ]


def _answers_itself(guardian: Guardian) -> bool:
    """Whether its key lies open on this machine: it answers in the moment of the opening."""
    return guardian.is_local and not guardian.is_locked
