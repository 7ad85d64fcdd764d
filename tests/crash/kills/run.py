"""One run of the cases: undisturbed in this process, or by workers that are killed at random."""

import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.exc import NoResultFound

from models import calendar
from models import session as sessions
from models.clock import business_clock, fixed, system_now
from models.errors import ConflictError
from models.flow.instance import Instance, InstanceStatus
from models.flow.job import Job, JobState, OutboundMessage
from models.flow.rules import forget_rules
from models.ledger.tables import Checkpoint, LedgerEntry
from models.session import reading
from models.settings import Settings
from processes import daily, reminders, sweeper, training_clock
from processes.demo.player import Player
from processes.job_kinds import daily_kinds
from tests.crash.kills.cases import Cases, acts_at
from tests.crash.kills.nursery import Nursery

PATIENCE = 60.0
LOOK_EVERY = 0.02
"""The killer must not miss its marks."""
TRY_EVERY = 0.06
"""Who waits for a step, or for quiet, takes the workers' time by asking more often."""
UNSETTLED = (JobState.WAITING, JobState.LEASED)


@dataclass
class Seen:
    """What an onlooker noted on the way."""

    checkpoints: dict[int, str] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)

    def look(self) -> None:
        """Note what is public of the log now; what was noted before must still stand there."""
        with reading() as session:
            pairs = session.execute(select(Checkpoint.size, Checkpoint.text))
            self.checkpoints |= {row.size: row.text for row in pairs}
            numbered = select(LedgerEntry.body).where(LedgerEntry.seq.is_not(None))
            log = list(session.scalars(numbered.order_by(LedgerEntry.seq)))
        assert log[: len(self.log)] == self.log, "what was logged has changed"
        self.log = log


def use(settings: Settings) -> None:
    """Let this process look at an installation."""
    sessions.open_database(settings)
    calendar.forget_calendar()
    forget_rules()


def undisturbed(settings: Settings, cases: Cases) -> None:
    """Play all acts, one after the other, with a worker that nobody kills."""
    use(settings)
    for moment, rounds in acts_at(cases.played_by(Player(settings))):
        training_clock.store(moment, running=False)
        with business_clock(fixed(moment)):
            for acts in ([], *rounds):
                for act in acts:
                    act()
                sweeper.sweep_until_quiet(settings)


def _facts() -> Select[tuple[int]]:
    done = [
        select(func.count()).where(table.state == JobState.DONE) for table in (Job, OutboundMessage)
    ]
    done.append(select(func.count()).where(LedgerEntry.seq.is_not(None)))
    one, two, three = (query.scalar_subquery() for query in done)
    return select(one + two + three)


# built once: it is asked many times in a second
_FACTS = _facts()


def facts_stored() -> int:
    """Return how much has been done so far; it only grows."""
    with reading() as session:
        return session.scalar(_FACTS) or 0


class Killer(threading.Thread):
    """Kills a worker each time the next of its seeded marks of progress is reached."""

    def __init__(self, nursery: Nursery, marks: list[int]) -> None:
        super().__init__(name="killer", daemon=True)
        self.nursery, self.marks = nursery, marks
        self.kills = 0
        self.failure: BaseException | None = None
        self.stopping = threading.Event()

    def run(self) -> None:
        try:
            for mark in self.marks:
                while facts_stored() < mark:
                    if self.stopping.wait(LOOK_EVERY):
                        return
                self.nursery.kill_one()
                self.kills += 1
        except Exception as error:  # noqa: BLE001 - told by the thread that asks
            self.failure = error

    def stop(self) -> None:
        self.stopping.set()
        if self.is_alive():
            self.join(timeout=30)
        if self.failure:
            raise self.failure


def disturbed(
    settings: Settings, cases: Cases, marks: list[int], *, workers: int, seed: int
) -> tuple[int, Seen]:
    """Play the same acts while workers are killed; return how often, and what was seen."""
    use(settings)
    seen = Seen()
    nursery = Nursery(settings, random.Random(seed))
    player = Patient(settings)
    player.killer = killer = Killer(nursery, marks)
    try:
        for _ in range(workers):
            nursery.start()
        killer.start()
        for moment, rounds in acts_at(cases.played_by(player)):
            training_clock.store(moment, running=False)
            for acts in ([], *rounds):
                for act in acts:
                    act()
                wait_for(lambda moment=moment: is_quiet(moment), killer)
            seen.look()
    finally:
        killer.stop()
        nursery.close()
    return killer.kills, seen


class Patient(Player):
    """Does a step as soon as it can be done: it may not be there yet, or a worker be at the case."""

    killer: Killer

    def complete(self, username: str, instance: str, step: str, form: Mapping[str, Any]) -> None:
        def done() -> bool:
            try:
                super(Patient, self).complete(username, instance, step, form)
            except (NoResultFound, ConflictError):
                return False
            return True

        wait_for(done, self.killer)


def wait_for(true: Callable[[], bool], killer: Killer) -> None:
    """Look until something is so; fail when nothing else happens any more or the killer failed."""
    facts, deadline = facts_stored(), time.monotonic() + PATIENCE
    while not true():
        if killer.failure:
            raise killer.failure
        if time.monotonic() > deadline:
            before, facts = facts, facts_stored()
            assert facts > before, f"nothing more happens after {facts} facts"
            deadline = time.monotonic() + PATIENCE
        time.sleep(TRY_EVERY)


def is_quiet(moment: datetime) -> bool:
    """Say whether nothing is owed, due or without its number at this moment."""
    due = or_(Instance.next_check <= moment, Instance.failures > 0)
    with reading() as session:
        waiting = [
            select(table.id).where(
                table.state.in_(UNSETTLED),
                or_(table.due_at <= system_now(), table.lease_until.is_not(None)),
            )
            for table in (Job, OutboundMessage)
        ]
        waiting.append(select(Instance.id).where(due, Instance.status == InstanceStatus.RUNNING))
        waiting.append(reminders._owed(moment))
        waiting.append(select(LedgerEntry.id).where(LedgerEntry.seq.is_(None)))
        if any(session.scalar(query.limit(1)) is not None for query in waiting):
            return False
        owed = [
            daily.missed_days(daily._last_day(session, one), one, moment) for one in daily_kinds()
        ]
        return owed == [[]] * len(owed)
