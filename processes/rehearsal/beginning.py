"""Begins rehearsals: at a flow's start, at a part of others, close to a branch, or once more."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from models.identity.actor import Actor
from models.session import reading
from models.settings import Settings
from processes.rehearsal import helper
from processes.rehearsal.approach import Goal, goal_of, recordings
from processes.rehearsal.coming import Act
from processes.rehearsal.helper import RemoteWorld
from processes.rehearsal.keeping import is_kept
from processes.rehearsal.onward import Onward, Walked, played
from processes.rehearsal.opening import Opening, begun_by_people, is_part, openings
from processes.rehearsal.orders import Order, withheld_in, world_of
from processes.rehearsal.rows import (
    Step,
    Wanted,
    acts_of,
    files_of,
    find,
    order_of,
    steps_of,
    store,
    token_of,
    wanted_of,
)
from processes.rehearsal.seen import Seen

MOST_BEFORE = 60


@dataclass(frozen=True)
class Ways:
    """How a flow may be begun, in the order in which that is tried."""

    flow: str
    recorded: Sequence[Sequence[Act]]
    openings: Sequence[Opening]
    goal: Goal


@dataclass(frozen=True)
class Replayed:
    """A rehearsal walked once more: how many acts went, and why no more did."""

    id: str
    done: int
    act: Mapping[str, Any] | None = None
    seen: Seen | None = None
    before: Seen | None = None
    """The act that does not fit any more, what was seen of it, and before it."""


def begin(settings: Settings, wanted: Wanted, actor: Actor) -> str:
    """Make a rehearsal whose flow was begun as far as that can be done by itself."""
    with reading() as session:
        order = order_of(session, wanted)
        ways = ways_of(session, wanted, order)
    with helper.pool(settings).taken(world=world_of(order)) as remote:
        world = remote.open(order)
        first: Step = ({}, remote.look(), remote.snapshot())
        steps = [first, *begun(remote, ways)]
        made = store(wanted, (order.county, world), steps, actor)
        remote.token = token_of(made, len(steps) - 1)
    return made


def ways_of(session: Session, wanted: Wanted, order: Order) -> Ways:
    """Return how a flow may be begun."""
    files = files_of(session, wanted, order.county)
    goal = goal_of(files, wanted.flow, wanted.element)
    is_led_to = bool(wanted.element) or is_part(files, wanted.flow)
    recorded = recordings(session, wanted, files, goal) if is_led_to else []
    withheld = withheld_in(session, order.county)
    listed = openings(files, wanted.flow, withheld)
    if not listed:
        mains = [one for one in begun_by_people(files) if one not in withheld]
        callers = [one for one in mains if wanted.flow in goal.below.get(one, ())]
        listed = [Opening((), ({"start": one},)) for one in callers or mains[:1]]
    return Ways(wanted.flow, recorded, listed, goal)


def begun(remote: RemoteWorld, ways: Ways) -> list[Step]:
    """Return the steps of the first way that leads to what is wanted, or of the last's start."""
    for acts in ways.recorded:
        steps = [_kept(remote, one) for one in played(remote.do, acts, ways.goal.is_reached)]
        if steps and ways.goal.is_reached(steps[-1][1]):
            return steps[:-1] if ways.goal.is_passed(steps[-1][1]) else steps
        remote.reset()
    steps = []
    for number, one in enumerate(ways.openings):
        if number:
            remote.reset()
        steps, is_begun = _opened(remote, one)
        if is_begun:
            break
    return steps


def _opened(remote: RemoteWorld, opening: Opening) -> tuple[list[Step], bool]:
    """Do an opening; return its steps, and whether the flow itself was begun."""
    steps = [_kept(remote, (act, remote.do(act))) for act in opening.before]
    if opening.phases and steps and not steps[-1][1].refused:
        steps += [_kept(remote, one) for one in _walked(remote, steps, opening.phases)]
    failed: list[Step] = []
    for act in opening.starts:
        seen = remote.do(act)
        if not seen.refused:
            return [*steps, _kept(remote, (act, seen))], True
        failed = failed or ([_kept(remote, (act, seen))] if is_kept(seen) else [])
    return [*steps, *failed], False


def _walked(
    remote: RemoteWorld, steps: Sequence[Step], phases: frozenset[str]
) -> Iterator[tuple[Act, Seen]]:
    """Yield what brings a project to one of some phases."""
    walked: Walked = [(act, seen) for act, seen, _ in steps]
    yield from Onward(remote.do, walked, lambda seen: seen.phase in phases, MOST_BEFORE).steps()


def _kept(remote: RemoteWorld, one: tuple[Act, Seen]) -> Step:
    return dict(one[0]), one[1], remote.snapshot()


def replay(settings: Settings, rehearsal_id: str, actor: Actor) -> Replayed:
    """Walk a rehearsal's acts again in a world of the present draft, as far as they fit."""
    with reading() as session:
        row = find(session, rehearsal_id, actor)
        wanted = wanted_of(session, row)
        acts = acts_of(steps_of(session, row.id))
        order = order_of(session, wanted)
    with helper.pool(settings).taken(world=world_of(order)) as remote:
        world = remote.open(order)
        steps: list[Step] = [({}, remote.look(), remote.snapshot())]
        stopped: tuple[Mapping[str, Any], Seen, Seen] | None = None
        for given in acts:
            before, seen = steps[-1][1], remote.do(given)
            if is_kept(seen):
                steps.append((given, seen, remote.snapshot()))
            if seen.refused:
                stopped = (given, seen, before)
                break
        made = store(wanted, (order.county, world), steps, actor)
        remote.token = token_of(made, len(steps) - 1)
    return Replayed(made, len(steps) - 1, *(stopped or ()))
