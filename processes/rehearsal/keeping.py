"""Rehearsals as they are kept: each step with its act, what was seen, and the world after it.

The world lives in another process and nothing of it is in the database but these rows; no
transaction stays open while an act is done there.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, undefer

from models.clock import business_now, system_now
from models.flow.definition import BASE
from models.flow.proposal import Proposal
from models.flow.rehearsal import FlowRehearsal, FlowRehearsalStep
from models.identity.actor import Actor
from models.ids import new_id
from models.session import reading, unit_of_work
from models.settings import Settings
from processes import proposals
from processes.proposals.access import may_edit
from processes.rehearsal import helper
from processes.rehearsal.errors import (
    RehearsalFullError,
    RehearsalMovedError,
    RehearsalNotFoundError,
)
from processes.rehearsal.helper import RemoteWorld
from processes.rehearsal.orders import Order, order_for, playing_county, world_of
from processes.rehearsal.seen import Seen, seen_of

MAX_STEPS = 300
KEPT = 40
"""How many rehearsals a county keeps; those not touched for longest go first."""
BEGIN: Mapping[str, Any] = {}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is to be rehearsed: a flow as it holds in a county, or as a proposal has it."""

    owner: str
    flow: str
    title: str = ""
    county: str = ""
    proposal_id: str | None = None


@dataclass(frozen=True)
class Kept:
    """One step as it was kept."""

    number: int
    act: dict[str, Any]
    seen: Seen


def find(session: Session, rehearsal_id: str, actor: Actor) -> FlowRehearsal:
    """Return a rehearsal to those who edit the flows of its county."""
    row = session.get(FlowRehearsal, rehearsal_id)
    if row is None or not may_edit(actor, _owner(session, row)):
        raise RehearsalNotFoundError
    return row


def begin(settings: Settings, wanted: Wanted, actor: Actor) -> str:
    """Make a rehearsal, start its flow if its first role can, and return its id."""
    with reading() as session:
        order = order_of(session, wanted)
    with helper.pool(settings).taken(world=world_of(order)) as remote:
        world = remote.open(order)
        steps = [(dict(BEGIN), remote.look(), remote.snapshot())]
        act = {"start": wanted.flow}
        seen = remote.do(act)
        if is_kept(seen):
            steps.append((act, seen, remote.snapshot()))
        rehearsal = _store(wanted, order.county, world, steps, actor)
        remote.token = _token(rehearsal, len(steps) - 1)
    return rehearsal


def order_of(session: Session, wanted: Wanted) -> Order:
    """Return what a rehearsal's world is made of as things are now."""
    county = wanted.county
    if wanted.owner == BASE:
        county = county or playing_county(session, wanted.flow)
    if wanted.proposal_id is None:
        return order_for(session, wanted.owner, county=county)
    proposal = session.get_one(Proposal, wanted.proposal_id)
    files = proposals.overlay(session, proposal)
    return order_for(session, proposal.county_code, files, county=county)


def act(settings: Settings, rehearsal_id: str, at: int, given: Mapping[str, Any]) -> Seen:
    """Do an act after a step; steps after that one are given up.

    What a person wrote wrongly is not kept; what the flow itself refused is, to be looked at.
    """
    if at >= MAX_STEPS:
        raise RehearsalFullError(limit=MAX_STEPS)
    last = _last(rehearsal_id)
    with at_step(settings, rehearsal_id, at) as remote:
        seen = remote.do(given)
        if not is_kept(seen):
            return seen
        snapshot = remote.snapshot()
        _append(rehearsal_id, (at, last), (dict(given), seen, snapshot))
        remote.token = _token(rehearsal_id, at + 1)
    return seen


def is_kept(seen: Seen) -> bool:
    """Return whether an act became a step: it happened, or the flow failed at an element."""
    return not seen.refused or (seen.error is not None and bool(seen.error.element))


@contextmanager
def at_step(settings: Settings, rehearsal_id: str, at: int) -> Iterator[RemoteWorld]:
    """Yield the rehearsal's world as it was after a step; a process that was lost is replaced."""
    token = _token(rehearsal_id, at)
    with reading() as session:
        row = session.get_one(FlowRehearsal, rehearsal_id)
        world, county = row.world, row.county_code
    with helper.pool(settings).taken(token, world=world) as remote:
        if remote.token != token:
            remote.again(world, county)
            remote.restore(_snapshot(rehearsal_id, at))
        remote.token = ""  # what is done next may leave it half way
        yield remote
        remote.token = remote.token or token


def answers(settings: Settings, rehearsal_id: str, at: int, item: str) -> dict[str, Any]:
    """Return what an open step needs on a page."""
    with at_step(settings, rehearsal_id, at) as remote:
        return dict(remote.answers(item))


def letter(settings: Settings, rehearsal_id: str, at: int, letter_id: str) -> bytes:
    """Return a letter of the rehearsed world as a PDF."""
    with at_step(settings, rehearsal_id, at) as remote:
        return bytes(remote.paper(letter_id))


def steps_of(session: Session, rehearsal_id: str) -> list[Kept]:
    """Return every step of a rehearsal, the first first."""
    query = select(FlowRehearsalStep).where(FlowRehearsalStep.rehearsal_id == rehearsal_id)
    rows = session.scalars(query.order_by(FlowRehearsalStep.number))
    return [Kept(row.number, row.act, seen_of(row.seen)) for row in rows]


def branch(rehearsal_id: str, at: int, actor: Actor) -> str:
    """Return a new rehearsal that goes on from an earlier step; the former stays as it is."""
    with unit_of_work() as session:
        row = find(session, rehearsal_id, actor)
        query = select(FlowRehearsalStep).where(
            FlowRehearsalStep.rehearsal_id == row.id, FlowRehearsalStep.number <= at
        )
        steps = session.scalars(query.options(undefer(FlowRehearsalStep.snapshot))).all()
        given = [(one.act, one.seen, one.snapshot) for one in steps]
        wanted = _wanted(session, row)
        made = _rehearsal(wanted, row.county_code, row.world, actor, f"{row.title}（自第{at}步）")
        made.position = len(given) - 1
        session.add(made)
        session.flush()
        for number, (act_, seen, snapshot) in enumerate(given):
            session.add(_row(made.id, number, act_, seen, snapshot))
        return made.id


def replay(settings: Settings, rehearsal_id: str, actor: Actor) -> tuple[str, int]:
    """Walk a rehearsal's acts again in a world of the present draft, as far as they go.

    Return the new rehearsal and how many of the former's acts could be done.
    """
    with reading() as session:
        row = find(session, rehearsal_id, actor)
        wanted = _wanted(session, row)
        acts = acts_of(steps_of(session, row.id))
        order = order_of(session, wanted)
    with helper.pool(settings).taken(world=world_of(order)) as remote:
        world = remote.open(order)
        steps = [(dict(BEGIN), remote.look(), remote.snapshot())]
        for given in acts:
            seen = remote.do(given)
            if is_kept(seen):
                steps.append((given, seen, remote.snapshot()))
            if seen.refused:
                break
        made = _store(wanted, order.county, world, steps, actor)
        remote.token = _token(made, len(steps) - 1)
    return made, len(steps) - 1


def acts_of(steps: Sequence[Kept]) -> list[dict[str, Any]]:
    """Return the acts that happened, and the last one even when the flow refused it."""
    last = steps[-1].number if steps else 0
    return [one.act for one in steps if one.act and (not one.seen.refused or one.number == last)]


def is_current(session: Session, row: FlowRehearsal) -> bool:
    """Return whether the rehearsed files are still those of the draft and of the county."""
    return world_of(order_of(session, _wanted(session, row))) == row.world


def remove(rehearsal_id: str, actor: Actor) -> None:
    """Delete a rehearsal with its steps."""
    with unit_of_work() as session:
        row = find(session, rehearsal_id, actor)
        _delete(session, [row.id])


def _token(rehearsal_id: str, at: int) -> str:
    return f"{rehearsal_id}:{at}:{_last_touched(rehearsal_id)}"


def _last_touched(rehearsal_id: str) -> str:
    with reading() as session:
        query = select(FlowRehearsal.touched_at).where(FlowRehearsal.id == rehearsal_id)
        return str(session.scalar(query))


def _last(rehearsal_id: str) -> int:
    with reading() as session:
        return _newest(session, rehearsal_id)


def _newest(session: Session, rehearsal_id: str) -> int:
    same = FlowRehearsalStep.rehearsal_id == rehearsal_id
    return session.scalar(select(func.max(FlowRehearsalStep.number)).where(same)) or 0


def _snapshot(rehearsal_id: str, at: int) -> bytes:
    with reading() as session:
        query = select(FlowRehearsalStep.snapshot).where(
            FlowRehearsalStep.rehearsal_id == rehearsal_id, FlowRehearsalStep.number == at
        )
        found = session.scalar(query)
    if found is None:
        raise RehearsalMovedError
    return found


Step = tuple[dict[str, Any], Seen, bytes]


def _append(rehearsal_id: str, place: tuple[int, int], step: Step) -> None:
    at, last = place
    with unit_of_work() as session:
        row = session.get(FlowRehearsal, rehearsal_id, with_for_update=True)
        if row is None or _newest(session, rehearsal_id) != last:
            raise RehearsalMovedError
        later = (FlowRehearsalStep.rehearsal_id == rehearsal_id, FlowRehearsalStep.number > at)
        session.execute(delete(FlowRehearsalStep).where(*later))
        given, seen, snapshot = step
        session.add(_row(rehearsal_id, at + 1, given, seen.as_dict(), snapshot))
        row.position, row.touched_at = at + 1, system_now()


def _store(wanted: Wanted, county: str, world: str, steps: Sequence[Step], actor: Actor) -> str:
    with unit_of_work() as session:
        row = _rehearsal(wanted, county, world, actor, wanted.title or wanted.flow)
        row.position = len(steps) - 1
        session.add(row)
        session.flush()
        for number, (given, seen, snapshot) in enumerate(steps):
            session.add(_row(row.id, number, given, seen.as_dict(), snapshot))
        _forget_old(session, county)
        return row.id


def _rehearsal(wanted: Wanted, county: str, world: str, actor: Actor, title: str) -> FlowRehearsal:
    now = system_now()
    return FlowRehearsal(
        id=new_id(),
        county_code=county,
        proposal_id=wanted.proposal_id,
        flow=wanted.flow,
        title=title[:200],
        world=world,
        created_by=actor.account_id,
        created_at=business_now(),
        touched_at=now,
    )


def _row(
    rehearsal_id: str, number: int, given: dict[str, Any], seen: dict[str, Any], snapshot: bytes
) -> FlowRehearsalStep:
    row = FlowRehearsalStep(rehearsal_id=rehearsal_id, number=number, act=given, seen=seen)
    row.snapshot = snapshot
    return row


def _forget_old(session: Session, county: str) -> None:
    query = select(FlowRehearsal.id).where(FlowRehearsal.county_code == county)
    newest = query.order_by(FlowRehearsal.touched_at.desc(), FlowRehearsal.id)
    _delete(session, session.scalars(newest.offset(KEPT).limit(KEPT)).all())


def _delete(session: Session, ids: Sequence[str]) -> None:
    session.flush()
    steps = delete(FlowRehearsalStep).where(FlowRehearsalStep.rehearsal_id.in_(ids))
    session.execute(steps)
    session.execute(delete(FlowRehearsal).where(FlowRehearsal.id.in_(ids)))


def _owner(session: Session, row: FlowRehearsal) -> str:
    """Return whose files are rehearsed: the proposal's county, or the county itself."""
    if row.proposal_id is None:
        return row.county_code
    return session.get_one(Proposal, row.proposal_id).county_code


def _wanted(session: Session, row: FlowRehearsal) -> Wanted:
    return Wanted(
        owner=_owner(session, row),
        flow=row.flow,
        title=row.title,
        county=row.county_code,
        proposal_id=row.proposal_id,
    )
