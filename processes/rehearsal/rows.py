"""The rows of rehearsals: what is rehearsed, each step's act, what was seen, the world then."""

from collections.abc import Mapping, Sequence
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
from processes import contents, proposals
from processes.packs.storing import DIAGRAMS, key_of
from processes.proposals.access import may_edit
from processes.proposals.files import own_files
from processes.proposals.reading import laid_over
from processes.rehearsal.errors import RehearsalMovedError, RehearsalNotFoundError
from processes.rehearsal.orders import Order, order_for, playing_county, world_of
from processes.rehearsal.seen import Seen, seen_of

KEPT = 40
"""How many rehearsals a county keeps; those not touched for longest go first."""
Step = tuple[Mapping[str, Any], Seen, bytes]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is to be rehearsed: a flow as it holds in a county, or as a proposal has it."""

    owner: str
    flow: str
    title: str = ""
    county: str = ""
    proposal_id: str | None = None
    element: str = ""
    """What it is to be begun close to: a branch of the flow that nothing walked yet."""


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


def files_of(session: Session, wanted: Wanted, county: str) -> dict[str, bytes]:
    """Return every file a rehearsal's county sees, with what its proposal changes on top."""
    proposal = session.get(Proposal, wanted.proposal_id) if wanted.proposal_id else None
    if proposal is None or proposal.county_code != BASE:
        return proposals.files_in(session, county, proposal)
    # what a county has of its own lies over the changed base
    held = proposals.files_in(session, county)
    own = set(own_files(session, county))
    changed = {k: v for k, v in proposals.overlay(session, proposal).items() if k not in own}
    return laid_over(held, changed)


def is_current(session: Session, row: FlowRehearsal) -> bool:
    """Return whether the rehearsed files are still those of the draft and of the county."""
    return world_of(order_of(session, wanted_of(session, row))) == row.world


def steps_of(session: Session, rehearsal_id: str) -> list[Kept]:
    """Return every step of a rehearsal, the first first."""
    query = select(FlowRehearsalStep).where(FlowRehearsalStep.rehearsal_id == rehearsal_id)
    rows = session.scalars(query.order_by(FlowRehearsalStep.number))
    return [Kept(row.number, row.act, seen_of(row.seen)) for row in rows]


def acts_of(steps: Sequence[Kept]) -> list[dict[str, Any]]:
    """Return the acts that happened, and the last one even when the flow refused it."""
    last = steps[-1].number if steps else 0
    return [one.act for one in steps if one.act and (not one.seen.refused or one.number == last)]


def diagrams_of(session: Session, wanted: Wanted, county: str) -> dict[str, str]:
    """Return the hash of every diagram as it is now, stored for good, by the flow's key."""
    files = files_of(session, wanted, county)
    return {
        key_of(path): contents.put(session, body)
        for path, body in files.items()
        if path.startswith(DIAGRAMS)
    }


def branch(rehearsal_id: str, at: int, actor: Actor) -> str:
    """Return a new rehearsal that goes on from an earlier step; the former stays as it is."""
    with unit_of_work() as session:
        row = find(session, rehearsal_id, actor)
        query = select(FlowRehearsalStep).where(
            FlowRehearsalStep.rehearsal_id == row.id, FlowRehearsalStep.number <= at
        )
        steps = session.scalars(query.options(undefer(FlowRehearsalStep.snapshot))).all()
        given = [(one.act, one.seen, one.snapshot) for one in steps]
        wanted = wanted_of(session, row)
        made = _rehearsal(wanted, (row.county_code, row.world), actor, f"{row.title}（自第{at}步）")
        made.position = len(given) - 1
        session.add(made)
        session.flush()
        for number, (act, seen, snapshot) in enumerate(given):
            session.add(_row(made.id, number, act, seen, snapshot))
        return made.id


def remove(rehearsal_id: str, actor: Actor) -> None:
    """Delete a rehearsal with its steps."""
    with unit_of_work() as session:
        row = find(session, rehearsal_id, actor)
        _delete(session, [row.id])


def token_of(rehearsal_id: str, at: int) -> str:
    """Return the name of what a rehearsal was after a step, as a process may still know it."""
    return f"{rehearsal_id}:{at}:{_last_touched(rehearsal_id)}"


def _last_touched(rehearsal_id: str) -> str:
    with reading() as session:
        query = select(FlowRehearsal.touched_at).where(FlowRehearsal.id == rehearsal_id)
        return str(session.scalar(query))


def last_of(rehearsal_id: str) -> int:
    """Return the number of a rehearsal's last step."""
    with reading() as session:
        return _newest(session, rehearsal_id)


def _newest(session: Session, rehearsal_id: str) -> int:
    same = FlowRehearsalStep.rehearsal_id == rehearsal_id
    return session.scalar(select(func.max(FlowRehearsalStep.number)).where(same)) or 0


def snapshot_of(rehearsal_id: str, at: int) -> bytes:
    """Return the world as it was kept after a step."""
    with reading() as session:
        query = select(FlowRehearsalStep.snapshot).where(
            FlowRehearsalStep.rehearsal_id == rehearsal_id, FlowRehearsalStep.number == at
        )
        found = session.scalar(query)
    if found is None:
        raise RehearsalMovedError
    return found


def append(rehearsal_id: str, place: tuple[int, int], step: Step) -> None:
    """Keep a step after ``at`` in place of those that followed, if ``last`` is still the last."""
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


def store(wanted: Wanted, place: tuple[str, str], steps: Sequence[Step], actor: Actor) -> str:
    """Keep a rehearsal with its first steps; ``place`` is its county and its world."""
    with unit_of_work() as session:
        row = _rehearsal(wanted, place, actor, wanted.title or wanted.flow)
        row.position = len(steps) - 1
        session.add(row)
        session.flush()
        steps[0][1].diagrams = diagrams_of(session, wanted, place[0])
        for number, (given, seen, snapshot) in enumerate(steps):
            session.add(_row(row.id, number, given, seen.as_dict(), snapshot))
        _forget_old(session, place[0])
        return row.id


def _rehearsal(wanted: Wanted, place: tuple[str, str], actor: Actor, title: str) -> FlowRehearsal:
    now = system_now()
    return FlowRehearsal(
        id=new_id(),
        county_code=place[0],
        proposal_id=wanted.proposal_id,
        flow=wanted.flow,
        title=title[:200],
        world=place[1],
        created_by=actor.account_id,
        created_at=business_now(),
        touched_at=now,
    )


def _row(
    rehearsal_id: str, number: int, given: Mapping[str, Any], seen: dict[str, Any], snapshot: bytes
) -> FlowRehearsalStep:
    row = FlowRehearsalStep(rehearsal_id=rehearsal_id, number=number, act=dict(given), seen=seen)
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


def wanted_of(session: Session, row: FlowRehearsal) -> Wanted:
    """Return what a rehearsal was begun of."""
    return Wanted(
        owner=_owner(session, row),
        flow=row.flow,
        title=row.title,
        county=row.county_code,
        proposal_id=row.proposal_id,
    )
