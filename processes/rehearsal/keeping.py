"""Rehearsals gone on with: an act is done after a step and kept with what was seen.

The world lives in another process and nothing of it is in the database but the rows; no
transaction stays open while an act is done there.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from models.flow.rehearsal import FlowRehearsal
from models.session import reading
from models.settings import Settings
from processes.rehearsal import helper
from processes.rehearsal.errors import RehearsalFullError, RehearsalMovedError
from processes.rehearsal.helper import RemoteWorld
from processes.rehearsal.rows import append, last_of, snapshot_of, token_of
from processes.rehearsal.seen import Seen

MAX_STEPS = 300
HALFWAY = "halfway"
"""What a world is called that a refused act may have left anywhere."""


def act(
    settings: Settings,
    rehearsal_id: str,
    at: int,
    given: Mapping[str, Any],
    known: int | None = None,
) -> Seen:
    """Do an act after a step; steps after it are given up, if ``known`` is the last of them.

    What a person wrote wrongly is not kept; what the flow itself refused is, to be looked at.
    """
    if at >= MAX_STEPS:
        raise RehearsalFullError(limit=MAX_STEPS)
    last = last_of(rehearsal_id)
    if known is not None and known != last:
        raise RehearsalMovedError
    with at_step(settings, rehearsal_id, at) as remote:
        seen = remote.do(given)
        if not is_kept(seen):
            remote.token = HALFWAY
            return seen
        snapshot = remote.snapshot()
        append(rehearsal_id, (at, last), (dict(given), seen, snapshot))
        remote.token = token_of(rehearsal_id, at + 1)
    return seen


def is_kept(seen: Seen) -> bool:
    """Return whether an act became a step: it happened, or the flow failed at an element."""
    return not seen.refused or (seen.error is not None and bool(seen.error.element))


@contextmanager
def at_step(settings: Settings, rehearsal_id: str, at: int) -> Iterator[RemoteWorld]:
    """Yield the rehearsal's world as it was after a step; a process that was lost is replaced."""
    token = token_of(rehearsal_id, at)
    with reading() as session:
        row = session.get_one(FlowRehearsal, rehearsal_id)
        world, county = row.world, row.county_code
    with helper.pool(settings).taken(token, world=world) as remote:
        if remote.token != token:
            remote.again(world, county)
            remote.restore(snapshot_of(rehearsal_id, at))
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
