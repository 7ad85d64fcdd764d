"""Runs of worked cases that pages ask for: owed once however often asked, told of, stopped."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from json import dumps

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.clock import system_now
from models.flow.job import OPEN_JOB, Job, JobState
from models.outbox import enqueue

JOB = "cases.run"
MEND, ACCEPT, MEND_ALL = "mend", "accept", "mend_all"
WISH, DONE, ALL, STOPPED = "wish", "done", "all", "stopped"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is to be run: a flow's cases, a file's, or one; and what to do with the result."""

    county: str
    proposal: str = ""
    flow: str = ""
    path: str = ""
    case: str = ""
    then: str = ""
    account: str = ""
    version: int = 0

    @property
    def name(self) -> str:
        """What two wishes share that ask for the same: who only looks does not matter."""
        told = asdict(self) if self.then else {**asdict(self), "account": "", "version": 0}
        return sha256(dumps(told, sort_keys=True).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Running:
    """How far the runs have come that are still to be done for a page."""

    done: int = 0
    all: int = 0
    is_stopped: bool = False


def owe(session: Session, wish: Wish) -> bool:
    """Owe a run, unless the very same is still to be done."""
    prefix = f"{_prefix(wish.county, wish.proposal)}{wish.name}:"
    same = list(_open(session, prefix))
    if any(STOPPED not in one.args for one in same):
        return False
    before = session.scalar(select(func.count()).where(Job.key.startswith(prefix))) or 0
    key = f"{prefix}{before}"
    return enqueue(session, JOB, key=key, args={WISH: asdict(wish), "key": key})


def running(session: Session, county: str, proposal: str = "") -> Running | None:
    """Return how far the runs of a county, or of a proposal, have come; nothing when none waits."""
    rows = list(_open(session, _prefix(county, proposal)))
    if not rows:
        return None
    done = [int(str(row.args.get(DONE, 0))) for row in rows]
    every = [int(str(row.args.get(ALL, 0))) for row in rows]
    return Running(sum(done), sum(every), all(STOPPED in row.args for row in rows))


def is_running(session: Session, county: str, proposal: str = "") -> bool:
    """Return whether a run is still to be done, or is being done."""
    return running(session, county, proposal) is not None


def stop(session: Session, county: str, proposal: str = "") -> int:
    """Stop the runs of a county, or of a proposal: at once, or after the case being played."""
    rows = list(_open(session, _prefix(county, proposal)))
    for row in rows:
        row.args = {**row.args, STOPPED: True}
        if row.state is JobState.WAITING:
            row.state, row.done_at = JobState.DONE, system_now()
    session.flush()
    return len(rows)


def note(session: Session, key: str, done: int, every: int) -> bool:
    """Note how far a run has come; return whether it is to go on."""
    row = session.scalar(select(Job).where(Job.key == key).with_for_update())
    if row is None:
        return False
    row.args = {**row.args, DONE: done, ALL: every}
    return STOPPED not in row.args


def _open(session: Session, prefix: str) -> Iterator[Job]:
    query = select(Job).where(Job.key.startswith(prefix), OPEN_JOB)
    yield from session.scalars(query.order_by(Job.due_at))


def _prefix(county: str, proposal: str) -> str:
    return f"{JOB}:{proposal or county}:"
