"""Handing in sealed bids: rows that tell neither who bid nor when nor what (selection.md 2 and 3).

Nothing here writes a log entry, an outbox row or a time. Every bid that is taken gets the same
words; the platform cannot know whether it lies above or under the floor, nor what it says.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.clock import business_now, iso
from models.identity.actor import Actor
from models.identity.party import Party
from models.project import Project, ProjectPhase
from models.roster import eligibility
from models.selection import auctions, draw_keys, guardians, interests
from models.selection.auction_tables import Auction, AuctionState, Bid
from models.selection.bid_errors import (
    BidderUnfitError,
    BiddingClosedError,
    BidInvalidError,
    NotBidderError,
    NoTicketError,
    TooManyBidsError,
)
from models.selection.envelope_form import check_envelope
from models.selection.jcs import canonical
from models.selection.tables import Interest
from models.settings import Settings

CONTRACTOR = "contractor"
MOST_BIDS = 200
ID_DIGITS = 32


@dataclass(frozen=True)
class Bidder:
    """Who may bid now, and what stands in the list for it."""

    auction: Auction
    project: Project
    party: Party
    ticket: str


def context(session: Session, settings: Settings, project_id: str, actor: Actor) -> dict[str, Any]:
    """Return what a contractor's browser needs to seal a bid; ``seq`` is the next one's number."""
    one = _bidder(session, settings, project_id, actor, business_now())
    auction = one.auction
    return {
        "ctx": sealing_context(project_id, one.ticket),
        "guardians": [keeper.as_dict() for keeper in guardians.public_guardians(session)],
        "ceiling": auction.ceiling,
        "opens_at": iso(auction.bidding_from) if auction.bidding_from else None,
        "closes_at": iso(auction.closes_at) if auction.closes_at else None,
        "seq": len(_handed_in(session, auction, one.ticket)) + 1,
        "draw": auction.draw_id,
        "role": one.ticket,
    }


def sealing_context(project_id: str, ticket: str) -> dict[str, str]:
    """Return the context of a bid's envelope."""
    return {"project": project_id, "kind": "bid", "holder": ticket}


def place(
    session: Session, settings: Settings, project_id: str, actor: Actor, envelope: object
) -> dict[str, str]:
    """Take a sealed bid; the same envelope handed in twice is one bid."""
    now = business_now()
    one = _bidder(session, settings, project_id, actor, now, lock=True)
    _must_fit(session, one, now)
    if not isinstance(envelope, Mapping):
        raise BidInvalidError
    keepers = guardians.public_guardians(session)
    expected = sealing_context(project_id, one.ticket)
    checked = check_envelope(dict(envelope), ctx=expected, guardians=keepers)
    guardians.test_open(session, settings, checked)
    row = _row(settings, one, checked, now)
    former = _handed_in(session, one.auction, one.ticket)
    if row.id not in former:
        _insert(session, row, len(former))
    moment = former.get(row.id, row.moment)
    told = draw_keys.reveal(settings, one.auction.draw_id, moment)
    return {"commit": row.commit, "received_at": told}


def own(
    session: Session, settings: Settings, project_id: str, actor: Actor
) -> list[dict[str, str]]:
    """Return the fingerprints of the actor's own bids in the latest bidding, and when they came."""
    auction = auctions.latest(session, project_id)
    if auction is None or CONTRACTOR not in actor.roles or actor.party_id is None:
        return []
    party = session.get_one(Party, actor.party_id)
    draw = auctions.draw_of(session, auction)
    interest = interests.own_row(session, settings, draw, party)
    if interest is None:
        return []
    query = select(Bid).where(Bid.auction_id == auction.id, Bid.ticket == interest.ticket)
    rows = [
        {"commit": row.commit, "received_at": _moment(settings, auction, row)}
        for row in session.scalars(query)
    ]
    return sorted(rows, key=lambda row: (row["received_at"], row["commit"]))


def _moment(settings: Settings, auction: Auction, row: Bid) -> str:
    if row.received_at is not None:
        return iso(row.received_at)
    return draw_keys.reveal(settings, auction.draw_id, row.moment)


def _bidder(
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
    query = (
        select(Auction, Project, Party)
        .join(Project, Project.id == Auction.project_id)
        .join(Party, Party.id == actor.party_id)
        .where(Auction.project_id == project_id, Auction.state == AuctionState.BIDDING)
    )
    # the close locks this row: whoever was let in before it is in the list, nobody after
    found = session.execute(query.with_for_update(read=True, of=Auction) if lock else query).first()
    if found is None or not _is_open(*found[:2], now):
        raise BiddingClosedError
    auction, project, party = found
    if not actor.holds(CONTRACTOR, project.county_code):
        raise NotBidderError
    name = draw_keys.pseudonym(settings, auction.draw_id, party.credit_code)
    ticket = session.scalar(
        select(Interest.ticket).where(
            Interest.draw_id == auction.draw_id, Interest.pseudonym == name, Interest.live
        )
    )
    if ticket is None:
        raise NoTicketError
    return Bidder(auction, project, party, ticket)


def _is_open(auction: Auction, project: Project, now: datetime) -> bool:
    """Whether bids are taken, by the clock and by the state: either of them alone closes."""
    begins, closes = auction.bidding_from, auction.closes_at
    if begins is None or closes is None or project.phase is ProjectPhase.PAUSED:
        return False
    return begins <= now < closes


def _must_fit(session: Session, one: Bidder, now: datetime) -> None:
    reasons = eligibility.fits(session, one.party.id, one.project, now)
    if reasons:
        lacking = "；".join(f"{reason.condition}（{reason.found}）" for reason in reasons)
        raise BidderUnfitError(lacking=lacking)


def _handed_in(session: Session, auction: Auction, ticket: str) -> dict[str, bytes]:
    query = select(Bid.id, Bid.moment).where(Bid.auction_id == auction.id, Bid.ticket == ticket)
    return {row.id: row.moment for row in session.execute(query)}


def _row(settings: Settings, one: Bidder, checked: dict[str, Any], now: datetime) -> Bid:
    """Return the row; its key follows from the commit, whose salt makes it random."""
    place = f"{one.auction.id}{one.ticket}{checked['commit']}"
    return Bid(
        id=hashlib.sha256(place.encode()).hexdigest()[:ID_DIGITS],
        auction_id=one.auction.id,
        ticket=one.ticket,
        commit=checked["commit"],
        envelope=canonical(checked).decode(),
        moment=draw_keys.conceal(settings, one.auction.draw_id, iso(now)),
    )


def _insert(session: Session, row: Bid, former: int) -> None:
    if former >= MOST_BIDS:
        raise TooManyBidsError(most=MOST_BIDS)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # the same envelope from two windows at once: it is in the list
        return
