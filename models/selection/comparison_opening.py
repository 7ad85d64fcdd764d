"""Opening the names of those who registered, once the close is in the log (HR-4.5.4).

Who stands behind a ticket is sealed to the guardians; when two of them have answered, each listed
ticket becomes a candidate. Pressing twice, or a crash in between, changes nothing of it.
"""

from dataclasses import dataclass

from sqlalchemy import select

from models.project import Project
from models.roster.eligibility import assess_standing, standings
from models.selection import draw_keys, guardians, joiners
from models.selection.comparison_errors import CloseOfRegistrationNotLoggedError
from models.selection.comparison_rows import NAMED, draw_of, state_error
from models.selection.comparison_tables import Candidate, Comparison, ComparisonState
from models.selection.draw_errors import FreezeNotLoggedError
from models.selection.jcs import parse
from models.selection.joiners import Joiner
from models.selection.tables import Draw, DrawState, Interest
from models.selection.world import World
from models.session import after_commit


@dataclass(frozen=True)
class Opened:
    """Whether every name is open, which guardians are waited for, and whether enough are named."""

    complete: bool
    waiting: list[str]
    registered: int = 0
    enough: bool = False


def open_names(world: World, comparison: Comparison) -> Opened:
    """Name everybody in the closed list; incomplete while guardians are waited for."""
    # a second press waits here for the first, and then finds its work done
    world.session.refresh(comparison, with_for_update=True)
    if comparison.opened_at is None:
        waiting = _open(world, comparison)
        if waiting:
            return Opened(complete=False, waiting=waiting)
    named = len(comparison.candidates)
    enough = named >= comparison.min_registered
    return Opened(complete=True, waiting=[], registered=named, enough=enough)


def _open(world: World, comparison: Comparison) -> list[str]:
    """Open the names if nobody is waited for; return who is."""
    if comparison.state is not ComparisonState.CLOSED:
        raise state_error(comparison, "公开报名名单")
    draw = draw_of(world.session, comparison)
    try:
        answers = guardians.answers(world.session, world.settings, draw, world.clock())
    except FreezeNotLoggedError:
        raise CloseOfRegistrationNotLoggedError from None
    tickets = [one["ticket"] for one in comparison.frozen or []]
    waiting = answers.waiting_for(joiners.envelopes(world, draw, tickets))
    if not waiting:
        _name(world, comparison, draw, tickets)
    return waiting


def _name(world: World, comparison: Comparison, draw: Draw, tickets: list[str]) -> None:
    known = joiners.opened(world, draw, tickets)
    for place, ticket in enumerate(sorted(known), start=1):
        comparison.candidates.append(_candidate(world, draw, known[ticket], place))
    unopenable = _log_rubbish(world, comparison, draw, set(tickets) - set(known))
    joiners.write_names(world, draw, known)
    _tell_dropped(world, comparison, draw)
    comparison.state, comparison.opened_at = ComparisonState.OPENED, world.clock()
    draw.state = DrawState.UNUSED
    world.session.flush()
    after = {"candidates": len(known), "unopenable": unopenable, "root": comparison.root}
    world.log("comparison:names_opened", comparison.id, after=after)
    settings, draw_id = world.settings, draw.id
    after_commit(world.session, lambda: draw_keys.forget(settings, draw_id))


def _candidate(world: World, draw: Draw, joiner: Joiner, place: int) -> Candidate:
    row = world.session.get_one(Interest, joiner.ticket)
    texts = parse(draw_keys.reveal(world.settings, draw.id, row.contact).encode())
    return Candidate(
        party_id=joiner.party.id,
        ticket=joiner.ticket,
        place=place,
        contact=str(texts["contact"]),
        remark=str(texts["remark"]),
    )


def _log_rubbish(world: World, comparison: Comparison, draw: Draw, tickets: set[str]) -> int:
    """Attribute what names nobody to its sealer."""
    for ticket in sorted(tickets):
        sealer = joiners.sealer_of(world, draw, ticket)
        told = {"ticket": ticket, "party": sealer.id if sealer else None}
        world.log("comparison:registration_unopenable", comparison.id, after=told)
    return len(tickets)


def _tell_dropped(world: World, comparison: Comparison, draw: Draw) -> None:
    """Write whose a row is that was dropped at the close: its owner alone reads why.

    The key that tells a company its own row is forgotten with the opening of the names.
    """
    gone = select(Interest).where(Interest.draw_id == draw.id, Interest.live.is_(False))
    rows = list(world.session.scalars(gone))
    unfit = _unfit(world, comparison, draw) if rows else {}
    for row in rows:
        row.party_id = unfit.get(row.pseudonym)


def _unfit(world: World, comparison: Comparison, draw: Draw) -> dict[str, str]:
    """Return pseudonym → party of those in the roster who did not fit at the close."""
    project = world.session.get_one(Project, comparison.project_id)
    at = comparison.closed_at or world.clock()
    return {
        draw_keys.pseudonym(world.settings, draw.id, one.entry.party.credit_code): party_id
        for party_id, one in standings(world.session, project.county_code).items()
        if one.entry and not all(each.holds for each in assess_standing(one, project, at))
    }


def is_named(comparison: Comparison) -> bool:
    """Return whether the names of those who registered are open."""
    return comparison.opened_at is not None or comparison.state in NAMED
