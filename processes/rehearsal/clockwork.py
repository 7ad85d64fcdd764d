"""What the worker does in a rehearsed world: jobs, timers and reminders, at moments we choose."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import func, select

from models.calendar import load_calendar
from models.clock import to_china
from models.errors import SmallworksError
from models.flow import case_message
from models.flow.instance import Instance, InstanceStatus
from models.flow.job import Job, JobState
from models.flow.work_item import OPEN_STATES, WorkItem
from models.session import reading, unit_of_work
from models.settings import Settings
from processes.engine import ProcessEngine
from processes.job_runner import due_jobs, run_job
from processes.rehearsal.errors import ActWrongError, NothingAwaitedError
from processes.reminders import tell_due
from processes.wakeups import due_instances

ROUNDS = 60
MOST_HOPS = 500
NEXT = "next"
FARTHEST = timedelta(days=3660)
SPANS = ("minutes", "hours", "days")


class Clocked(Protocol):
    """Whatever has a clock of its own."""

    now: datetime
    holding: bool


@dataclass
class Clockwork:
    """Lets a world's clock run and its worker work."""

    settings: Settings
    world: Clocked
    failures: list[tuple[str, BaseException | str]] = field(default_factory=list)

    def settle(self) -> None:
        """Do what is due at this moment until nothing is."""
        stuck: set[str] = set()
        for _ in range(ROUNDS):
            if not self._wakes(stuck) + self._jobs():
                break
        tell_due()

    def to(self, until: datetime) -> None:
        """Let time pass up to a moment, stopping wherever something is due on the way."""
        for _ in range(MOST_HOPS):
            moment = self.next_of(until)
            if moment is None:
                break
            self.world.now = moment
            self.settle()
        self.world.now = max(self.world.now, until)
        self.settle()

    def wait(self, given: Any) -> None:  # noqa: ANN401 - as it stands in an act
        """Let time pass as an act says."""
        if given == NEXT:
            moment = self.next_timer()
            if moment is None:
                raise NothingAwaitedError
            self.to(moment)
            return
        until = self.target(given)
        if until < self.world.now:
            raise ActWrongError(reason="时间不能往回拨，回到更早的时刻请用时间轴")
        if until > self.world.now + FARTHEST:
            raise ActWrongError(reason="一次最多等十年，请改近一些的时刻")
        self.to(until)

    def target(self, given: Any) -> datetime:  # noqa: ANN401
        """Return the moment an act names: a moment, or a span from now."""
        if isinstance(given, datetime):
            return to_china(given)
        if isinstance(given, str):
            try:
                return to_china(datetime.fromisoformat(given))
            except ValueError:
                raise ActWrongError(reason=f"“{given}”不是日期时间") from None
        if not isinstance(given, dict) or set(given) - {*SPANS, "working_days"}:
            raise ActWrongError(reason="wait 须是时刻、next，或 working_days、days、hours、minutes")
        span = timedelta(**{name: given[name] for name in SPANS if name in given})
        with reading() as session:
            days = int(given.get("working_days", 0))
            return load_calendar(session).add_to_moment(self.world.now, days) + span

    def next_timer(self) -> datetime | None:
        """Return when the next running case is to be looked at again."""
        now = self.world.now
        with reading() as session:
            running = (Instance.status == InstanceStatus.RUNNING, Instance.next_check > now)
            return session.scalar(select(func.min(Instance.next_check)).where(*running))

    def next_of(self, until: datetime) -> datetime | None:
        """Return the next moment at which anything is due, not later than ``until``."""
        owed = select(func.min(WorkItem.owed_at)).where(
            WorkItem.state.in_(OPEN_STATES), WorkItem.owed_at > self.world.now
        )
        with reading() as session:
            reminder = session.scalar(owed)
        found = [one for one in (self.next_timer(), reminder) if one is not None and one <= until]
        return min(found, default=None)

    def _jobs(self) -> int:
        done = 0
        for job_id in self._due():
            if run_job(job_id, self.settings):
                done += 1
            else:
                self.failures += self._told(job_id)
        return done

    def _due(self) -> list[str]:
        """Return the jobs that are due; messages between cases can be told to wait."""
        found = due_jobs()
        if not self.world.holding:
            return found
        with reading() as session:
            held = select(Job.id).where(Job.kind == case_message.JOB, Job.state == JobState.WAITING)
            waiting = set(session.scalars(held))
        return [one for one in found if one not in waiting]

    def _told(self, job_id: str) -> Iterator[tuple[str, str]]:
        with reading() as session:
            job = session.get_one(Job, job_id)
        if job.error and job.state in (JobState.WAITING, JobState.DEAD):
            yield "", job.error

    def _wakes(self, stuck: set[str]) -> int:
        done = 0
        for case in due_instances():
            if case not in stuck:
                # woken once at one moment: a case that stays due would go on for ever
                stuck.add(case)
                done += self._wake(case)
        return done

    def _wake(self, case: str) -> int:
        try:
            with unit_of_work() as session:
                ProcessEngine(session, settings=self.settings).wake(case)
        except SmallworksError as error:
            self.failures.append((case, error))
        except Exception as error:  # noqa: BLE001 - whatever it is, the analyst is to see it
            self.failures.append((case, error))
        else:
            return 1
        return 0
