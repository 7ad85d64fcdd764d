"""One act for the running cases of many counties: a move for each, prepared and decided together.

Each county's move is an ordinary one, with its own rehearsal, approval and undoing; what binds
them is the group they were prepared in. So a county's own rules hold for its own cases.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.errors import SmallworksError
from models.flow.case_move import CaseMove, MoveState
from models.flow.definition import Definition
from models.flow.instance import Instance
from models.identity.actor import Actor
from models.identity.county import County
from models.ids import new_id
from models.settings import Settings
from processes import definitions
from processes.moving import acting, errors
from processes.moving.acting import MOST_CASES, Plan
from processes.moving.case import MOVABLE
from processes.moving.suggest import Gone, suggest


@dataclass(frozen=True)
class Part:
    """The cases of one county on one older version, and the version in force there."""

    county: str
    name: str
    from_id: str
    number: int
    to_id: str
    cases: int
    may_move: bool


@dataclass(frozen=True)
class Told:
    """What became of an act on the moves of a group."""

    done: int
    refused: tuple[tuple[str, str], ...]
    """County and why."""


def parts_of(session: Session, key: str, actor: Actor) -> list[Part]:
    """Return where cases of a flow run on another version than the one in force, by county."""
    query = (
        select(County.code, County.name, Definition.id, Definition.version, func.count())
        .join(Instance, Instance.county_code == County.code)
        .join(Definition, Definition.id == Instance.definition_id)
        .where(Definition.key == key, Instance.status.in_(MOVABLE))
        .group_by(County.code, County.name, Definition.id, Definition.version)
        .order_by(County.code, Definition.version)
    )
    found = []
    for code, name, version, number, cases in session.execute(query):
        to_id = definitions.in_force(session, key, code).id
        if version != to_id:
            may = actor.holds(acting.PUBLISHER, code)
            found.append(Part(code, name, version, number, to_id, cases, may))
    return found


def gone_of(session: Session, parts: list[Part]) -> list[Gone]:
    """Return the steps that are gone in any of the counties, each once, with what they became."""
    found: dict[str, Gone] = {}
    for versions in dict.fromkeys((part.from_id, part.to_id) for part in parts):
        for one in suggest(session, *versions):
            known = found.setdefault(one.element, one)
            choices = tuple(dict.fromkeys((*known.choices, *one.choices)))
            guess = known.guess or one.guess
            found[one.element] = Gone(one.element, known.title, guess, choices)
    return list(found.values())


def plan_together(  # noqa: PLR0913 - a move has so many parts
    session: Session,
    settings: Settings,
    key: str,
    mapping: Mapping[str, str],
    actor: Actor,
    *,
    counties: set[str],
    reason: str,
) -> list[Plan]:
    """Rehearse the chosen counties' cases on copies, as many as one act takes; store nothing."""
    left, group, plans = MOST_CASES, new_id(), []
    for part in parts_of(session, key, actor):
        if part.county not in counties or left == 0:
            continue
        versions = (part.from_id, part.to_id)
        cases = acting.movable(session, part.county, part.from_id, limit=left)
        fitting = {
            one.element: target
            for one in suggest(session, *versions)
            if (target := mapping.get(one.element, one.guess)) in dict(one.choices)
        }
        given = (session, settings, part.county, versions, fitting, actor)
        plans.append(acting.plan(*given, cases=cases, reason=reason))
        plans[-1].move.group_id = group
        left -= len(cases)
    if not plans:
        raise errors.NothingToMoveError
    return plans


def keep_together(session: Session, plans: list[Plan], actor: Actor) -> str:
    """Store the rehearsed moves and return their group's id."""
    for one in plans:
        acting.keep(session, one, actor)
    return str(plans[0].move.group_id)


def moves_in(session: Session, group: str) -> list[CaseMove]:
    """Return the moves of a group by county; raise when there is none."""
    query = select(CaseMove).where(CaseMove.group_id == group)
    found = list(session.scalars(query.order_by(CaseMove.county_code, CaseMove.id)))
    if not found:
        raise errors.MoveNotFoundError
    return found


def approve_all(session: Session, group: str, actor: Actor) -> Told:
    """Approve every prepared move that this person may approve; say why others were not."""
    return _each(
        session, group, MoveState.PREPARED, lambda move: acting.approve(session, move, actor)
    )


def undo_all(session: Session, group: str, actor: Actor) -> Told:
    """Take every move of the group back, as far as its cases have not gone on."""
    return _each(session, group, MoveState.MOVED, lambda move: acting.undo(session, move, actor))


def _each(session: Session, group: str, state: MoveState, act: Callable[[CaseMove], None]) -> Told:
    done, refused = 0, []
    for move in moves_in(session, group):
        if move.state != state:
            continue
        try:
            with session.begin_nested():
                act(move)
            done += 1
        except SmallworksError as error:
            refused.append((move.county_code, error.text))
    return Told(done, tuple(refused))
