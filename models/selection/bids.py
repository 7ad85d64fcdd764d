"""Handing in sealed bids: rows that tell neither who bid nor when nor what (selection.md 2 and 3).

Nothing here writes a log entry, an outbox row or a time. Every bid that is taken gets the same
words; the platform cannot know whether it lies above or under the floor, nor what it says.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.clock import business_now, iso
from models.identity.actor import Actor
from models.identity.party import Party
from models.selection import auctions, bidder, draw_keys, guardians
from models.selection.auction_tables import Auction, Bid
from models.selection.bid_errors import BidInvalidError, TooManyBidsError
from models.selection.bidder import CONTRACTOR, Bidder
from models.selection.envelope_form import check_envelope
from models.selection.jcs import canonical
from models.selection.tables import Interest
from models.settings import Settings

MOST_BIDS = 200
ID_DIGITS = 32


_SAME = select(Bid.moment).where(Bid.id == bindparam("same")).scalar_subquery()
_HANDED_IN = select(func.count(Bid.id), _SAME).where(
    Bid.auction_id == bindparam("auction"), Bid.ticket == bindparam("ticket")
)
_INSERTS = {
    dialect.__name__.rpartition(".")[2]: dialect.insert(Bid).on_conflict_do_nothing()
    for dialect in (sqlite, postgresql)
}


def context(session: Session, settings: Settings, project_id: str, actor: Actor) -> dict[str, Any]:
    """Return what a contractor's browser needs to seal a bid; ``seq`` is the next one's number."""
    one = bidder.find(session, settings, project_id, actor, business_now())
    auction, closes_at = one.auction, bidder.closes_at(one.auction)
    return {
        "ctx": sealing_context(project_id, one.ticket),
        "guardians": [keeper.as_dict() for keeper in guardians.public_guardians(session)],
        "ceiling": auction.ceiling,
        "opens_at": iso(auction.bidding_from),
        "closes_at": iso(closes_at) if closes_at else None,
        "seq": _handed_in(session, one)[0] + 1,
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
    one = bidder.find(session, settings, project_id, actor, now, lock=True)
    bidder.must_fit(session, one, actor, now)
    if not isinstance(envelope, Mapping):
        raise BidInvalidError
    keepers = guardians.public_guardians(session)
    expected = sealing_context(project_id, one.ticket)
    checked = check_envelope(dict(envelope), ctx=expected, guardians=keepers)
    guardians.test_open(session, settings, checked)
    row = _row(settings, one, checked, now)
    number, former = _handed_in(session, one, row["id"])
    if former is not None:
        told = draw_keys.reveal(settings, one.auction.draw_id, former)
        return {"commit": row["commit"], "received_at": told}
    _insert(session, row, number)
    return {"commit": row["commit"], "received_at": iso(now)}


def own(
    session: Session, settings: Settings, project_id: str, actor: Actor
) -> list[dict[str, str]]:
    """Return the fingerprints of the actor's own bids in the latest bidding, and when they came."""
    auction = auctions.latest(session, project_id)
    if auction is None or CONTRACTOR not in actor.roles or actor.party_id is None:
        return []
    party = session.get_one(Party, actor.party_id)
    tickets = _tickets(settings, auction.draw_id, party)
    query = select(Bid).where(Bid.auction_id == auction.id, Bid.ticket.in_(tickets))
    rows = [
        {"commit": row.commit, "received_at": _moment(settings, auction, row)}
        for row in session.scalars(query)
    ]
    return sorted(rows, key=lambda row: (row["received_at"], row["commit"]))


def _tickets(settings: Settings, draw_id: str, party: Party) -> Select[Any]:
    """Return which tickets are a party's, one dropped at the close included."""
    query = select(Interest.ticket).where(Interest.draw_id == draw_id)
    if not draw_keys.exists(settings, draw_id):
        return query.where(Interest.party_id == party.id)
    name = draw_keys.pseudonym(settings, draw_id, party.credit_code)
    return query.where(Interest.pseudonym == name)


def _moment(settings: Settings, auction: Auction, row: Bid) -> str:
    if row.received_at is not None:
        return iso(row.received_at)
    return draw_keys.reveal(settings, auction.draw_id, row.moment)


def _handed_in(session: Session, one: Bidder, row_id: str = "") -> tuple[int, bytes | None]:
    """Return how many bids of the ticket are in, and the moment of the one with this key."""
    given = {"auction": one.auction.id, "ticket": one.ticket, "same": row_id}
    number, moment = session.connection().execute(_HANDED_IN, given).one()
    return number, moment


def _row(settings: Settings, one: Bidder, checked: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Return the row; its key follows from the commit, whose salt makes it random."""
    place = f"{one.auction.id}{one.ticket}{checked['commit']}"
    return {
        "id": hashlib.sha256(place.encode()).hexdigest()[:ID_DIGITS],
        "auction_id": one.auction.id,
        "ticket": one.ticket,
        "commit": checked["commit"],
        "envelope": canonical(checked).decode(),
        "moment": draw_keys.conceal(settings, one.auction.draw_id, iso(now)),
    }


def _insert(session: Session, row: dict[str, Any], former: int) -> None:
    """Write the row; the same envelope from two windows at once is in the list already."""
    if former >= MOST_BIDS:
        raise TooManyBidsError(most=MOST_BIDS)
    connection = session.connection()
    connection.execute(_INSERTS[connection.dialect.name], row)
