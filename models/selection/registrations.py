"""A contractor's own registrations (我的参与): what it joined, and how that went."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, joinedload

from models.clock import business_now
from models.identity.party import Party
from models.project import Project
from models.roster.declined import DeclinedAward
from models.roster.entry import RosterEntry
from models.selection import draw_keys
from models.selection.auction_tables import Auction
from models.selection.comparison_tables import Candidate, Comparison
from models.selection.registration import Registration
from models.selection.tables import Draw, DrawState, Interest
from models.settings import Settings

RUNNING = (
    DrawState.OPEN,
    DrawState.FROZEN,
    DrawState.RESERVED,
    DrawState.OPENING,
    DrawState.DRAWN,
)
ENDED = (DrawState.UNSUCCESSFUL, DrawState.CANCELLED, DrawState.UNUSED)
REMEMBERED = timedelta(days=180)
"""How long a draw that ended without a result still stands in the list."""


def my_registrations(session: Session, settings: Settings, party: Party) -> list[Registration]:
    """Return the tickets of a party, the newest selection first."""
    hidden = _hidden(session, settings, party, [*RUNNING, *ENDED])
    found = [*hidden, *_opened(session, party)]
    return sorted(found, key=lambda one: str(one.draw.not_before), reverse=True)


def joined_projects(session: Session, settings: Settings, party: Party) -> set[str]:
    """Return the projects in whose open list the party has a ticket."""
    return {one.project.id for one in _hidden(session, settings, party, [DrawState.OPEN])}


def counties_of(session: Session, party: Party) -> set[str]:
    """Return the counties in which a party may have joined: its own and those of its rosters."""
    query = select(RosterEntry.county_code).where(RosterEntry.party_id == party.id)
    return {party.county_code, *session.scalars(query)}


def _hidden(
    session: Session, settings: Settings, party: Party, states: list[DrawState]
) -> Iterator[Registration]:
    """Find own tickets before the result: one pseudonym for each draw, one query for all."""
    draws = _draws(session, settings, party, states)
    names = [draw_keys.pseudonym(settings, one, party.credit_code) for one in draws]
    rows = session.scalars(
        select(Interest)
        # a key that a crash left behind tells again what the row's own name tells
        .where(
            Interest.draw_id.in_(draws),
            Interest.pseudonym.in_(names),
            Interest.party_id.is_(None),
        )
        .order_by(Interest.live, Interest.ticket)
    )
    auctions = _auctions(session, draws)
    comparisons = _comparisons(session, draws)
    for draw_id, row in _last_of_each(rows, draws).items():
        project, draw = draws[draw_id]
        may_leave = row.live and _is_open(draw)
        yield Registration(
            project,
            draw,
            row.ticket,
            row.live,
            may_leave,
            auction=auctions.get(draw_id),
            comparison=comparisons.get(draw_id),
        )


def _auctions(session: Session, draws: Iterable[str]) -> dict[str, Auction]:
    found = session.scalars(select(Auction).where(Auction.draw_id.in_(list(draws))))
    return {one.draw_id: one for one in found}


def _comparisons(session: Session, draws: Iterable[str]) -> dict[str, Comparison]:
    found = session.scalars(select(Comparison).where(Comparison.draw_id.in_(list(draws))))
    return {one.draw_id: one for one in found}


def _draws(
    session: Session, settings: Settings, party: Party, states: list[DrawState]
) -> dict[str, tuple[Project, Draw]]:
    # first the few draws that may hold a hidden ticket: SQLite would begin with whole counties
    ids = session.scalars(select(Draw.id).where(or_(*_of_interest(states))))
    rows = session.execute(
        select(Project, Draw)
        .join(Draw, Draw.project_id == Project.id)
        .where(
            Draw.id.in_([one for one in ids if draw_keys.exists(settings, one)]),
            Project.county_code.in_(counties_of(session, party)),
        )
        .options(joinedload(Project.owner))
    )
    return {draw.id: (one, draw) for one, draw in rows}


def _is_open(draw: Draw) -> bool:
    """Whether the list still takes and gives back tickets, by the clock and not by its state."""
    freeze_at = draw.freeze_at
    return draw.state is DrawState.OPEN and freeze_at is not None and business_now() < freeze_at


def _of_interest(states: list[DrawState]) -> Iterator[ColumnElement[bool]]:
    yield Draw.state.in_([one for one in states if one not in ENDED])
    if ended := [one for one in states if one in ENDED]:
        yield Draw.state.in_(ended) & (Draw.not_before >= business_now() - REMEMBERED)


def _last_of_each(
    rows: Iterable[Interest], draws: dict[str, tuple[Project, Draw]]
) -> dict[str, Interest]:
    """Return one row of each draw, a live one before a tombstone; while open a left one is gone."""
    found: dict[str, Interest] = {}
    for row in rows:
        if row.live or draws[row.draw_id][1].state is not DrawState.OPEN:
            found[row.draw_id] = row
    return found


def _opened(session: Session, party: Party) -> Iterator[Registration]:
    """Find own tickets whose names are open; of a comparison also one dropped at the close."""
    mine = (Candidate.comparison_id == Comparison.id) & (Candidate.party_id == party.id)
    given_back = (DeclinedAward.draw_id == Draw.id) & (DeclinedAward.party_id == party.id)
    rows = session.execute(
        select(Project, Draw, Auction, Interest, DeclinedAward, Comparison, Candidate)
        .join(Draw, Draw.project_id == Project.id)
        .join(Interest, Interest.draw_id == Draw.id)
        .outerjoin(Auction, Auction.draw_id == Draw.id)
        .outerjoin(DeclinedAward, given_back)
        .outerjoin(Comparison, Comparison.draw_id == Draw.id)
        .outerjoin(Candidate, mine)
        .where(Interest.party_id == party.id, or_(Interest.live, Comparison.id.is_not(None)))
        .options(joinedload(Project.owner))
    )
    for project, draw, auction, row, declined, comparison, candidate in rows:
        yield Registration(
            project,
            draw,
            row.ticket,
            live=row.live,
            declined=declined is not None,
            excluded=declined is not None and declined.is_excluded,
            auction=auction,
            comparison=comparison,
            candidate=candidate,
        )
