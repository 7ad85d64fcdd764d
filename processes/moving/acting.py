"""A move as an act of people: prepared with a rehearsal, approved by a second person, undone."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import business_now
from models.errors import SmallworksError
from models.flow.case_move import CaseMove, MovedCase, MovedState, MoveState
from models.flow.definition import BASE
from models.flow.instance import Instance
from models.identity.account import Account
from models.identity.actor import PLATFORM, Actor
from models.ids import new_id
from models.ledger.log import record
from models.outbox import enqueue
from models.settings import Settings
from processes import definitions, publishing
from processes.case_errors import ReasonMissingError
from processes.moving import errors
from processes.moving.attempt import SEPARATOR
from processes.moving.case import MOVABLE, rehearse

JOB = "cases.move"
MOST_CASES = 500
"""In one act: so many are rehearsed while the person waits; a second act takes the rest."""
PUBLISHER = publishing.PUBLISHER
TOLD = 500
Results = dict[str, tuple[MovedState, str]]
"""What would become of each case, and what a person should know about it."""


@dataclass(frozen=True)
class Plan:
    """A move that was rehearsed and is not stored yet."""

    move: CaseMove
    results: Results


def check_mover(actor: Actor, county: str) -> None:
    """Raise unless the actor publishes the county's flows."""
    if actor != PLATFORM and not actor.holds(PUBLISHER, county):
        raise errors.MayNotMoveError


def movable(session: Session, county: str, from_id: str, *, limit: int = MOST_CASES) -> list[str]:
    """Return the cases of a county that run on a version, the oldest first."""
    query = select(Instance.id).where(
        Instance.definition_id == from_id, Instance.status.in_(MOVABLE)
    )
    if county != BASE:
        query = query.where(Instance.county_code == county)
    return list(session.scalars(query.order_by(Instance.created_at, Instance.id).limit(limit)))


def plan(  # noqa: PLR0913 - a move has so many parts
    session: Session,
    settings: Settings,
    county: str,
    versions: tuple[str, str],
    mapping: Mapping[str, str],
    actor: Actor,
    *,
    cases: Collection[str],
    reason: str,
) -> Plan:
    """Rehearse a move of these cases on copies; nothing is stored, so that nobody is held up."""
    check_mover(actor, county)
    if not reason.strip():
        raise ReasonMissingError
    move = _new(session, county, versions, mapping, actor, reason)
    known = set(movable(session, county, move.from_id))
    chosen = [case for case in dict.fromkeys(cases) if case in known]
    if not chosen:
        raise errors.NothingToMoveError
    return Plan(move, {case: _rehearsed(session, settings, move, case) for case in chosen})


def keep(session: Session, planned: Plan, actor: Actor) -> CaseMove:
    """Store a rehearsed move, for somebody to approve."""
    move = planned.move
    session.add(move)
    session.flush()
    for case, (state, told) in planned.results.items():
        session.add(MovedCase(move_id=move.id, instance_id=case, state=state, told=told))
    session.flush()
    _log(session, actor, "case_move:prepared", move)
    return move


def again(session: Session, settings: Settings, move: CaseMove, actor: Actor) -> Results:
    """Rehearse the cases of a prepared move as they stand now; nothing is stored."""
    check_mover(actor, move.county_code)
    if move.state != MoveState.PREPARED:
        raise errors.MoveStateError
    cases = [moved.instance_id for moved in cases_of(session, move.id)]
    return {case: _rehearsed(session, settings, move, case) for case in cases}


def keep_again(session: Session, move: CaseMove, results: Results, actor: Actor) -> None:
    """Store what a further rehearsal said."""
    check_mover(actor, move.county_code)
    _lock(session, move)
    if move.state != MoveState.PREPARED:
        raise errors.MoveStateError
    for moved in cases_of(session, move.id):
        moved.state, moved.told = results.get(moved.instance_id, (moved.state, moved.told))


def approve(session: Session, move: CaseMove, actor: Actor) -> None:
    """Approve a move and let the job do it; where the county says so, by a second person."""
    check_mover(actor, move.county_code)
    _lock(session, move)
    if move.state != MoveState.PREPARED:
        raise errors.MoveStateError
    if not may_approve(session, move, actor):
        raise errors.MoveNeedsSecondError
    move.state, move.approved_by = MoveState.APPROVED, actor.account_id
    move.approved_at = business_now()
    _log(session, actor, "case_move:approved", move)
    owe(session, move, "move", 1)


def may_approve(session: Session, move: CaseMove, actor: Actor) -> bool:
    """Return whether a person, by whichever account, may agree to a move of the county."""
    if not actor.holds(PUBLISHER, move.county_code):
        return actor == PLATFORM
    if not publishing.wants_two(session, move.county_code):
        return True
    people = {
        row.person or row.id
        for row in session.execute(
            select(Account.id, Account.person).where(
                Account.id.in_((move.created_by, actor.account_id))
            )
        )
    }
    return actor.account_id != move.created_by and len(people) > 1


def undo(session: Session, move: CaseMove, actor: Actor) -> None:
    """Let the job bring back the cases that have not gone on since."""
    check_mover(actor, move.county_code)
    _lock(session, move)
    if move.state != MoveState.MOVED:
        raise errors.MoveStateError
    move.undone_by, move.undone_at = actor.account_id, business_now()
    move.state = MoveState.UNDONE
    _log(session, actor, "case_move:undone", move)
    owe(session, move, "undo", 1)


def _lock(session: Session, move: CaseMove) -> None:
    """Let the acts on one move happen one after another."""
    session.refresh(move, with_for_update=True)


def owe(session: Session, move: CaseMove, act: str, time: int) -> None:
    """Owe the next batch of a move."""
    args = {"move": move.id, "act": act, "time": time}
    enqueue(session, JOB, key=f"{JOB}:{act}:{move.id}:{time}", args=args)


def find(session: Session, move_id: str) -> CaseMove:
    """Return a move; raise when there is none."""
    found = session.get(CaseMove, move_id)
    if found is None:
        raise errors.MoveNotFoundError
    return found


def cases_of(session: Session, move_id: str) -> list[MovedCase]:
    """Return the cases of a move."""
    query = select(MovedCase).where(MovedCase.move_id == move_id).order_by(MovedCase.instance_id)
    return list(session.scalars(query))


def _new(
    session: Session,
    county: str,
    versions: tuple[str, str],
    mapping: Mapping[str, str],
    actor: Actor,
    reason: str,
) -> CaseMove:
    old, new = (definitions.pinned(session, each) for each in versions)
    may_be = {BASE, county}
    if old.key != new.key or old.id == new.id or new.county_code not in may_be:
        raise errors.NothingToMoveError
    _check_mapping(session, versions, mapping)
    return CaseMove(
        id=new_id(),
        county_code=county,
        flow=old.key,
        from_id=old.id,
        to_id=new.id,
        mapping={element: target for element, target in mapping.items() if target},
        reason=reason.strip()[:1000],
        state=MoveState.PREPARED,
        created_by=actor.account_id,
        created_at=business_now(),
    )


def _check_mapping(session: Session, versions: tuple[str, str], mapping: Mapping[str, str]) -> None:
    known = [
        {
            (each.id if each.flow == version else f"{_key(session, each.flow)}{SEPARATOR}{each.id}")
            for each in definitions.prepared(session, version).elements
        }
        for version in versions
    ]
    for element, target in mapping.items():
        for name, names in zip((element, target), known, strict=True):
            if name and name not in names:
                raise errors.MappingWrongError(element=name[:100])


def _key(session: Session, version: str) -> str:
    return definitions.pinned(session, version).key


def _rehearsed(
    session: Session, settings: Settings, move: CaseMove, case: str
) -> tuple[MovedState, str]:
    try:
        with session.no_autoflush:
            told = "；".join(rehearse(session, settings, move, case))
    except errors.CaseNotMovableError as refusal:
        return MovedState.REFUSED, refusal.reason[:TOLD]
    except SmallworksError as error:
        return MovedState.REFUSED, error.text[:TOLD]
    return MovedState.READY, told[:TOLD]


def _log(session: Session, actor: Actor, action: str, move: CaseMove) -> None:
    # the log is open to everybody: a reason in free words enters it as its hash alone
    digest = sha256(move.reason.encode()).hexdigest()
    after = {"flow": move.flow, "from": move.from_id, "to": move.to_id, "reason_sha256": digest}
    record(session, actor, action, move.id, at=business_now(), after=after)
