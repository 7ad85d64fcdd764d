"""Opening the joiners' envelopes at the result: who stood behind which ticket."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from models.identity.party import Party
from models.selection import draw_keys, draw_v1, guardians
from models.selection.envelope import EnvelopeRefusedError, Unopenable, open_envelope
from models.selection.jcs import parse
from models.selection.tables import Draw, Interest
from models.selection.world import World

NONE_OPENS = (EnvelopeRefusedError, Unopenable)


@dataclass(frozen=True)
class Joiner:
    """A ticket's company and the blind with which it was committed to."""

    ticket: str
    party: Party
    blind: str

    def opened(self) -> dict[str, str]:
        """Return the form in a proof that names the company."""
        return {"ticket": self.ticket, "org": self.party.credit_code, "blind": self.blind}


def opened(world: World, draw: Draw, tickets: Iterable[str]) -> dict[str, Joiner]:
    """Return who stands behind these tickets; rubbish in an envelope leaves its ticket out."""
    answers = guardians.answers(world.session, world.settings, draw, world.clock())
    found = {}
    for row in _rows(world, draw, tickets):
        released = answers.shares_of(parse(row.envelope.encode()))
        joiner = _joiner(world, draw, row, released)
        if joiner is not None:
            found[row.ticket] = joiner
    return found


def envelopes(world: World, draw: Draw, tickets: Iterable[str]) -> list[dict[str, Any]]:
    """Return what joiners sealed, which the result will open."""
    return [parse(row.envelope.encode()) for row in _rows(world, draw, tickets)]


def _rows(world: World, draw: Draw, tickets: Iterable[str]) -> Iterable[Interest]:
    query = select(Interest).where(
        Interest.draw_id == draw.id, Interest.live, Interest.ticket.in_(list(tickets))
    )
    return world.session.scalars(query.order_by(Interest.ticket)).all()


def _joiner(
    world: World, draw: Draw, row: Interest, released: list[dict[str, str]]
) -> Joiner | None:
    try:
        value = open_envelope(parse(row.envelope.encode()), released)
    except NONE_OPENS:
        return None
    org, blind = str(value["org"]), str(value["blind"])
    party = world.session.scalar(select(Party).where(Party.credit_code == org))
    if party is None or draw_v1.org_commit(draw.alg, org, blind) != row.org_commit:
        return None
    # sealed in another company's name: the row's own name tells
    if row.party_id is None and not _is_own(world, draw, row, org):
        return None
    return Joiner(row.ticket, party, blind)


def _is_own(world: World, draw: Draw, row: Interest, org: str) -> bool:
    return draw_keys.pseudonym(world.settings, draw.id, org) == row.pseudonym


def sealer_of(world: World, draw: Draw, ticket: str) -> Party | None:
    """Return the company whose account handed a ticket in, whatever its envelope says."""
    row = next(iter(_rows(world, draw, [ticket])), None)
    parties = world.session.scalars(select(Party).where(Party.credit_code.is_not(None)))
    return next(
        (one for one in parties if row and _is_own(world, draw, row, one.credit_code)), None
    )


def write_names(world: World, draw: Draw, known: dict[str, Joiner]) -> None:
    """Write each joiner's party and blind to its row: from now on it is its own and no secret."""
    for row in _rows(world, draw, known):
        row.party_id, row.blind = known[row.ticket].party.id, known[row.ticket].blind
        contact = draw_keys.reveal(world.settings, draw.id, row.contact)
        row.contact = contact.encode()
    world.session.flush()
