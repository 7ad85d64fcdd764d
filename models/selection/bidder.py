"""Who may bid now, in few statements: the last minute of a bidding brings everybody at once.

The statements are built once and read columns, not objects: building costs more than running.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session

from models.identity.actor import Actor
from models.identity.party import Party
from models.project import Project, ProjectPhase
from models.roster import eligibility
from models.roster.declined import DeclinedAward
from models.roster.eligibility import Standing
from models.roster.entry import EntryStatus, Qualification, RosterEntry, Suspension
from models.selection import draw_keys
from models.selection.auction_tables import Auction, AuctionState
from models.selection.bid_errors import (
    BidderUnfitError,
    BiddingClosedError,
    NotBidderError,
    NoTicketError,
)
from models.selection.tables import Interest
from models.settings import Settings

CONTRACTOR = "contractor"
_PARTY: BindParameter[str] = bindparam("party")
_COUNTY: BindParameter[str] = bindparam("county")
_OPEN = (
    select(
        Auction.id,
        Auction.draw_id,
        Auction.ceiling,
        Auction.bidding_from,
        Auction.bidding_until,
        Auction.postponed_to,
        Project.id.label("project_id"),
        Project.county_code,
        Project.phase,
        Project.requirements,
        Party.credit_code,
    )
    .join(Project, Project.id == Auction.project_id)
    .join(Party, Party.id == _PARTY)
    .where(Auction.project_id == bindparam("project"), Auction.state == AuctionState.BIDDING)
)
# the close locks this row: whoever was let in before it is in the list, nobody after
_OPEN_AND_HELD = _OPEN.with_for_update(read=True, of=Auction)
_TICKET = select(Interest.ticket).where(
    Interest.draw_id == bindparam("draw"), Interest.pseudonym == bindparam("name"), Interest.live
)
_HELD = (
    select(
        RosterEntry.status,
        Qualification.scheme,
        Qualification.category,
        Qualification.level,
        Qualification.level_name,
        Qualification.valid_from,
        Qualification.valid_until,
    )
    .outerjoin(Qualification, Qualification.entry_id == RosterEntry.id)
    .where(RosterEntry.party_id == _PARTY, RosterEntry.county_code == _COUNTY)
)
_STOPS = select(
    Suspension.from_at, Suspension.until_at, Suspension.lifted_at, Suspension.reason
).where(Suspension.party_id == _PARTY, Suspension.county_code == _COUNTY)
_DECLINED = select(DeclinedAward.project_id, DeclinedAward.declined_at).where(
    DeclinedAward.party_id == _PARTY,
    DeclinedAward.county_code == _COUNTY,
    DeclinedAward.is_excluded,
)


@dataclass(frozen=True)
class Bidder:
    """Who bids: the bidding, and the ticket under which the list knows the enterprise."""

    auction: Any
    ticket: str


@dataclass(frozen=True)
class _Wanted:
    """What eligibility asks of a project."""

    id: str
    requirements: list[dict[str, object]]


@dataclass(frozen=True)
class _Entry:
    """What eligibility asks of a roster entry."""

    status: EntryStatus
    qualifications: list[Any]


def find(
    session: Session,
    settings: Settings,
    project_id: str,
    actor: Actor,
    now: datetime,
    *,
    lock: bool = False,
) -> Bidder:
    """Return who bids; that bidding is closed is told first, and to everybody alike."""
    if CONTRACTOR not in actor.roles or actor.party_id is None:
        raise NotBidderError
    given = {"project": project_id, "party": actor.party_id}
    found = session.connection().execute(_OPEN_AND_HELD if lock else _OPEN, given).first()
    if found is None or not _is_open(found, now):
        raise BiddingClosedError
    if not actor.holds(CONTRACTOR, found.county_code):
        raise NotBidderError
    name = draw_keys.pseudonym(settings, found.draw_id, found.credit_code)
    place = {"draw": found.draw_id, "name": name}
    ticket = session.connection().execute(_TICKET, place).scalar()
    if ticket is None:
        raise NoTicketError
    return Bidder(found, ticket)


def closes_at(auction: Any) -> datetime | None:  # noqa: ANN401 - a row of _OPEN
    """Return when bidding closes: the printed minute, or later after an outage."""
    moments = [one for one in (auction.bidding_until, auction.postponed_to) if one is not None]
    return max(moments, default=None) if auction.bidding_until else None


def _is_open(auction: Any, now: datetime) -> bool:  # noqa: ANN401
    """Whether bids are taken, by the clock and by the state: either of them alone closes."""
    begins, closes = auction.bidding_from, closes_at(auction)
    if begins is None or closes is None or auction.phase is ProjectPhase.PAUSED:
        return False
    return bool(begins <= now < closes)


def must_fit(session: Session, one: Bidder, actor: Actor, now: datetime) -> None:
    """Raise, in words of its own, when the enterprise is suspended or fits no more."""
    project = one.auction
    known = _standing(session, {"party": actor.party_id, "county": project.county_code})
    wanted = cast("Project", _Wanted(project.project_id, project.requirements))
    if all(reason.holds for reason in eligibility.assess_standing(known, wanted, now)):
        return
    whole = session.get_one(Project, project.project_id)
    reasons = eligibility.fits(session, str(actor.party_id), whole, now)
    lacking = "；".join(f"{reason.condition}（{reason.found}）" for reason in reasons)
    raise BidderUnfitError(lacking=lacking)


def _standing(session: Session, who: dict[str, Any]) -> Standing:
    connection = session.connection()
    held = connection.execute(_HELD, who).all()
    entry = _Entry(held[0].status, [one for one in held if one.scheme]) if held else None
    stops = connection.execute(_STOPS, who).all()
    declined: dict[str, datetime] = {
        one.project_id: one.declined_at for one in connection.execute(_DECLINED, who)
    }
    return Standing(cast("RosterEntry", entry) if entry else None, cast("Any", stops), declined)
