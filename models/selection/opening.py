"""From the frozen list to the published result: open, hold, publish; each may be repeated.

Everything here is a function of what is stored: pressing twice, a crash or a restore in between
changes nothing of the outcome (selection.md 1, 4 and 5).
"""

from dataclasses import dataclass
from typing import Any

from models.identity.party import Party
from models.project import Project
from models.selection import (
    draw_keys,
    draw_v1,
    guardian_shares,
    guardians,
    joiners,
    platform_year,
)
from models.selection.draw_secret import settle
from models.selection.draw_v1 import Unopened
from models.selection.draws import PLATFORM, contributors, state_error
from models.selection.jcs import canonical, parse
from models.selection.joiners import Joiner
from models.selection.tables import Draw, DrawContributor, DrawState
from models.selection.verifier import RefusedError, verify
from models.selection.world import World
from models.session import after_commit

OPENED = (DrawState.DRAWN, DrawState.PUBLISHED)


@dataclass(frozen=True)
class Opened:
    """Whether everything can be opened; else whose secret, or which guardian, is waited for."""

    complete: bool
    waiting: list[str]


@dataclass(frozen=True)
class Held:
    """``drawn`` with the winner's ticket, or ``void`` when the first ticket names nobody."""

    outcome: str
    winner_ticket: str
    tickets: int


def open_(world: World, draw: Draw) -> Opened:
    """Let the guardians release their shares of each contributor's secret."""
    if draw.state in OPENED:
        return Opened(complete=True, waiting=[])
    if draw.state not in (DrawState.FROZEN, DrawState.OPENING):
        raise state_error(draw, "开启")
    guardians.check_may_release(world.session, draw, world.clock())
    if draw.state is DrawState.FROZEN:
        draw.state = DrawState.OPENING
        world.log("draw:opening", draw.id, after={"root": draw.root, "tickets": draw.tickets})
    waiting, empty = settle_secrets(world, draw)
    waiting += waiting_joiners(world, draw)
    if not waiting and draw.opened_at is None:
        draw.opened_at = world.clock()
        world.log("draw:opened", draw.id, after={"empty": empty})
    world.session.flush()
    return Opened(complete=not waiting, waiting=waiting)


def settle_secrets(world: World, draw: Draw) -> tuple[list[str], list[str]]:
    """Learn what the guardians release; return whose secret is waited for and whose is empty."""
    rows = contributors(world.session, draw)
    answers = guardians.answers(world.session, world.settings, draw, world.clock())
    for role, row in rows.items():
        _settle(world, draw, role, row, answers)
    waiting = sorted(role for role, row in rows.items() if row.secret is None)
    empty = sorted(role for role, row in rows.items() if row.secret == "")
    return waiting, empty


def waiting_joiners(world: World, draw: Draw) -> list[str]:
    """Return the guardians without whom a joiner's envelope would stay closed at the result."""
    answers = guardians.answers(world.session, world.settings, draw, world.clock())
    tickets = [one["ticket"] for one in draw.frozen or []]
    return answers.waiting_for(joiners.envelopes(world, draw, tickets))


def _settle(
    world: World, draw: Draw, role: str, row: DrawContributor, answers: guardian_shares.Answers
) -> None:
    if row.secret is not None:
        return
    if role == PLATFORM:
        year, number = draw.platform_year or 0, draw.platform_index or 0
        row.secret = platform_year.secret_of(world.settings, year, number)
        return
    sealed: dict[str, Any] = dict(row.envelope or {})
    row.released = answers.shares_of(sealed)
    found = settle(parse(draw.plan.encode()), role, sealed, row.released)
    if isinstance(found, Unopened):
        # every share is public and no pair opens: it counts as empty, and its sealer is named
        row.released, row.secret = found.released, ""
        told = {"role": role, "account": row.account_id}
        world.log("draw:secret_unopenable", draw.id, after=told)
    elif found is not None:
        row.secret = found


def hold(world: World, draw: Draw) -> Held:
    """Rank the frozen tickets; the first wins. Only the winner's envelope is opened here."""
    if draw.state not in OPENED:
        _hold(world, draw)
    outcome = "drawn" if draw.state in OPENED else "void"
    return Held(outcome, draw.winner_ticket or "", draw.tickets or 0)


def _hold(world: World, draw: Draw) -> None:
    if draw.state is not DrawState.OPENING or draw.opened_at is None:
        raise state_error(draw, "选取")
    ranked = ranking(world, draw)
    draw.winner_ticket = ranked[0]
    winner = joiners.opened(world, draw, ranked[:1]).get(ranked[0])
    if winner is None:
        # it spoilt the selection for everybody: rubbish is attributed to its sealer
        sealer = joiners.sealer_of(world, draw, ranked[0])
        told = {"ticket": ranked[0], "reason": "envelope", "party": sealer.id if sealer else None}
        world.log("draw:winner_unopenable", draw.id, after=told)
        return
    proof = make_proof(world, draw, ranked, {ranked[0]: winner})
    draw.public_proof = canonical(proof).decode()
    draw.state = DrawState.DRAWN
    world.session.flush()
    after: dict[str, Any] = {"winner": ranked[0], "tickets": draw.tickets, "root": draw.root}
    world.log("draw:held", draw.id, after=after)


def ranking(world: World, draw: Draw) -> list[str]:
    """Return all tickets in drawn order."""
    plan = parse(draw.plan.encode())
    rows = contributors(world.session, draw)
    secrets = {role: str(row.secret) for role, row in rows.items()}
    tickets = [one["ticket"] for one in draw.frozen or []]
    key = draw_v1.seed(plan, draw.root, len(tickets), secrets, "")
    return draw_v1.ranking(plan, key, tickets)


def make_proof(
    world: World, draw: Draw, ranked: list[str], known: dict[str, Joiner]
) -> dict[str, Any]:
    """Return the proof with the companies in ``known`` named; the others stay commitments."""
    proof = compose_proof(world, draw, ranked, known)
    try:
        verify(proof, expected_plan=draw.plan_hash)
    except RefusedError as error:
        raise draw_v1.DrawInvalidError(fault=str(error), reason=error.code) from error
    return proof


def compose_proof(
    world: World, draw: Draw, ranked: list[str], known: dict[str, Joiner]
) -> dict[str, Any]:
    """Return the proof as it is, also where the first ticket names nobody."""
    rows = contributors(world.session, draw)
    listed: list[dict[str, str]] = [
        known[one["ticket"]].opened() if one["ticket"] in known else dict(one)
        for one in draw.frozen or []
    ]
    return {
        "plan": parse(draw.plan.encode()),
        "list": {"n": draw.tickets, "root": draw.root, "tickets": listed},
        "reveals": [_reveal(role, rows[role]) for role in sorted(rows)],
        "beacon": "",
        "result": {"winner": ranked[0], "ranking": ranked},
        "platform": _platform(world, draw),
    }


def _reveal(role: str, row: DrawContributor) -> dict[str, Any]:
    if row.secret:
        return {"role": role, "secret": row.secret}
    return {"role": role, "secret": "", "envelope": row.envelope, "released": row.released}


def _platform(world: World, draw: Draw) -> dict[str, Any]:
    year, number = draw.platform_year or 0, draw.platform_index or 0
    return platform_year.proof_of(world.settings, year, number, draw.alg)


def publish(world: World, draw: Draw) -> Draw:
    """Make the result public: name each joiner to itself and the regulator, forget the key."""
    if draw.state is DrawState.PUBLISHED:
        return draw
    if draw.state is not DrawState.DRAWN or draw.public_proof is None:
        raise state_error(draw, "公布结果")
    public = parse(draw.public_proof.encode())
    ranked = public["result"]["ranking"]
    known = joiners.opened(world, draw, ranked)
    draw.proof = canonical(make_proof(world, draw, ranked, known)).decode()
    if world.rules["draw.opens_losers"]:
        draw.public_proof = draw.proof
    joiners.write_names(world, draw, known)
    project = world.session.get_one(Project, draw.project_id)
    project.winner_id = known[ranked[0]].party.id
    project.award_price = project.ceiling_price
    draw.state, draw.published_at = DrawState.PUBLISHED, world.clock()
    world.session.flush()
    unopened = sorted(set(ranked) - set(known))
    world.log("draw:published", draw.id, after={"winner": ranked[0], "unopenable": unopened})
    settings, draw_id = world.settings, draw.id
    after_commit(world.session, lambda: draw_keys.forget(settings, draw_id))
    return draw


def winner_of(world: World, draw: Draw) -> Party:
    """Return the company that won, for its message and its award."""
    return joiners.opened(world, draw, [str(draw.winner_ticket)])[str(draw.winner_ticket)].party
