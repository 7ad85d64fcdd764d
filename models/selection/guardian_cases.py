"""What waits for guardians: draws, biddings and comparisons being opened, the envelopes of each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from models.errors import ConflictError, NotFoundError
from models.selection import filed_results, guardians
from models.selection.auction_rows import listed_bids, of_draw
from models.selection.auction_tables import Auction, AuctionState
from models.selection.comparison_rows import of_draw as comparison_of
from models.selection.comparison_tables import Comparison, ComparisonState
from models.selection.guardian_shares import NEEDED, Answers
from models.selection.jcs import parse
from models.selection.tables import Draw, DrawContributor, DrawState, Interest
from models.settings import Settings

Envelope = Mapping[str, Any]

KINDS = {"floor": "最低限价", "draw_secret": "抽取保密数"}
BEFORE_FREEZE = (
    DrawState.PREPARING,
    DrawState.PLANNED,
    DrawState.ANNOUNCED,
    DrawState.OPEN,
    DrawState.RESERVED,
)


class NeverOpensError(ConflictError):
    """Two guardians found their share bad: what was sealed could never be opened."""

    message = (
        "公告不能发布：{titles}试开时发现{what}的份额是坏的，到时打不开。"
        "请项目业主撤回本项目后重新报建，由相关人员重新密封。"
    )


class CaseMissingError(NotFoundError):
    """Nothing of this draw waits for guardians."""

    message = "没有等待保管人开启的这场选取或竞价，请刷新后查看。"


@dataclass(frozen=True)
class Sealed:
    """The envelopes of one draw, bidding or comparison that its opening needs."""

    draw: Draw
    auction: Auction | None
    secrets: dict[str, Envelope] = field(default_factory=dict)
    interests: list[Envelope] = field(default_factory=list)
    floor: Envelope | None = None
    bids: list[Envelope] = field(default_factory=list)
    comparison: Comparison | None = None

    def __iter__(self) -> Iterator[Envelope]:
        """Yield every envelope."""
        yield from self.secrets.values()
        if self.floor is not None:
            yield self.floor
        yield from self.bids
        yield from self.interests


def being_opened(session: Session, now: datetime) -> list[Draw]:
    """Return the draws whose opening has begun, those of biddings and comparisons among them.

    Nobody begins the opening of a comparison's names: its close alone does.
    """
    is_bidding = exists().where(Auction.draw_id == Draw.id, Auction.state == AuctionState.OPENING)
    is_closed = exists().where(
        Comparison.draw_id == Draw.id, Comparison.state == ComparisonState.CLOSED
    )
    is_drawing = Draw.state == DrawState.OPENING
    begun = or_(is_drawing, is_bidding, is_closed, filed_results.IS_TO_BE_FILED)
    rows = session.scalars(select(Draw).where(begun).order_by(Draw.id))
    return [draw for draw in rows if draw.opens_at is not None and draw.opens_at <= now]


def sealed_of(session: Session, draw: Draw) -> Sealed:
    """Return what is sealed for a draw, bidding or comparison whose list is closed."""
    auction, comparison = of_draw(session, draw.id), comparison_of(session, draw.id)
    if comparison is not None:
        listed = [one["ticket"] for one in comparison.frozen or []]
        named = _interests(session, draw, listed)
        return Sealed(draw, None, interests=named, comparison=comparison)
    if auction is None:
        listed = [one["ticket"] for one in draw.frozen or []]
        return Sealed(draw, None, secrets_of(session, draw), _interests(session, draw, listed))
    listed = [one["ticket"] for one in auction.frozen or []]
    return Sealed(
        draw,
        auction,
        # for equal lowest bids: who they are stands fixed since the close
        secrets_of(session, draw),
        _interests(session, draw, listed),
        auction.floor_envelope,
        [parse(bid.envelope.encode()) for bid in listed_bids(session, auction)],
    )


def secrets_of(session: Session, draw: Draw) -> dict[str, Envelope]:
    """Return the contributors' sealed secrets by role; the platform's own is not sealed."""
    query = select(DrawContributor).where(DrawContributor.draw_id == draw.id)
    rows = session.scalars(query.order_by(DrawContributor.role))
    return {row.role: row.envelope for row in rows if row.envelope}


def _interests(session: Session, draw: Draw, tickets: list[str]) -> list[Envelope]:
    query = (
        select(Interest.envelope)
        .where(Interest.draw_id == draw.id, Interest.live, Interest.ticket.in_(tickets))
        .order_by(Interest.ticket)
    )
    return [parse(text.encode()) for text in session.scalars(query)]


def waiting_for(session: Session, settings: Settings, name: str, now: datetime) -> list[Draw]:
    """Return the draws being opened in which this guardian's shares are still wanted."""
    found = []
    for draw in being_opened(session, now):
        answers = guardians.answers_so_far(session, settings, draw)
        if lacking(answers, sealed_of(session, draw), name):
            found.append(draw)
    return found


def case_of(session: Session, draw_id: str, now: datetime) -> Sealed:
    """Return the sealed values of one draw being opened; raise when it is none."""
    draw = next((one for one in being_opened(session, now) if one.id == draw_id), None)
    if draw is None:
        raise CaseMissingError
    return sealed_of(session, draw)


def lacking(answers: Answers, sealed: Sealed, name: str) -> list[Envelope]:
    """Return the envelopes of which this guardian has not released its share."""
    return [one for one in sealed if answers.lacks(one, name)]


def to_be_tried(session: Session, settings: Settings, name: str) -> list[tuple[Draw, Envelope]]:
    """Return the secrets and floor prices of which a guardian has not tried its share yet.

    Bids and joiners are not among them: whoever tries them would learn how many there are.
    """
    found = []
    for draw in session.scalars(select(Draw).where(Draw.state.in_(BEFORE_FREEZE))):
        answers = guardians.answers_so_far(session, settings, draw)
        trial = [one for one in trials_of(session, draw) if answers.is_untried(one, name)]
        found += [(draw, one) for one in trial]
    return found


def trials_of(session: Session, draw: Draw) -> list[Envelope]:
    """Return what guardians try before the notice: the secrets, and a floor price."""
    auction = of_draw(session, draw.id)
    floor = [auction.floor_envelope] if auction and auction.floor_envelope else []
    return [*secrets_of(session, draw).values(), *floor]


def check_will_open(session: Session, settings: Settings, draw: Draw) -> None:
    """Raise before the notice when guardians have found that a secret or a floor cannot open."""
    answers = guardians.answers_so_far(session, settings, draw)
    for one in trials_of(session, draw):
        bad = answers.calls_bad(one)
        if len(bad) >= NEEDED:
            titles = "、".join(guardians.TITLES[name] for name in bad)
            raise NeverOpensError(titles=titles, what=KINDS[one["ctx"]["kind"]])
