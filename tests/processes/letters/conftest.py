"""A published draw, and a flow that makes a letter of its project and waits for it."""

from collections.abc import Callable

import pytest
from sqlalchemy import delete

from models.clock import business_clock, fixed
from models.flow.definition import BASE
from models.flow.instance import Instance
from models.flow.job import Job
from models.identity.actor import PLATFORM
from models.letter import Letter
from models.project import Project
from models.session import reading, unit_of_work
from processes import flows
from processes.engine import ProcessEngine
from processes.job_runner import due_jobs, run_job
from processes.letters import jobs  # noqa: F401 - registers the kinds
from tests.city import SELECTION, City, city, county
from tests.processes.diagrams import END, START, chain, lanes, message, node, process, service

__all__ = ["city", "county"]

READY = '<bpmn:message id="m1" name="letter_ready"/>'


def diagram(kind: str, **given: str) -> bytes:
    return process(
        lanes(交易中心="begin make hear check finish"),
        START,
        service("make", "letter.make", "made", kind=f'"{kind}"', **given),
        node("intermediateCatchEvent", "hear", message("m1")),
        node("userTask", "check"),
        END,
        chain("begin", "make", "hear", "check", "finish"),
        id=f"letters_{kind}",
        extra=READY,
    )


class Letters:
    """Makes letters of one project, as a flow does."""

    def __init__(self, city: City, project: str) -> None:
        self.city, self.project = city, project

    @classmethod
    def of_published(cls, city: City) -> "Letters":
        """Letters of a project whose result is out; the one its own flow issued is put aside."""
        return cls(city, city.published(1, 2, 3).project)._put_aside()

    def _put_aside(self) -> "Letters":
        with unit_of_work() as session:
            session.execute(delete(Job).where(Job.kind.startswith("letter.")))
            session.execute(delete(Letter))
        return self

    @classmethod
    def of_announced(cls, city: City) -> "Letters":
        """Letters of a project whose notice is out; those its own flow made are put aside."""
        return cls(city, city.announced(1, 2).project)._put_aside()

    def owe(self, kind: str, **given: str) -> Instance:
        with business_clock(fixed(SELECTION)), unit_of_work() as session:
            draft, _ = flows.create_draft(session, diagram(kind, **given), BASE, PLATFORM)
            flows.publish(session, draft.key, BASE, draft.version, PLATFORM)
            row = session.get_one(Project, self.project)
            data = {"project": row.id, "parties": {"owner": row.owner_id}}
            engine = ProcessEngine(session, settings=self.city.settings)
            return engine.start(draft.key, "dazhou", data, actor=PLATFORM)

    def work(self) -> None:
        """Do every letter's job that is due, until there is none."""
        with business_clock(fixed(SELECTION)):
            while sum(run_job(each, self.city.settings) for each in due_jobs()):
                pass

    def make(self, kind: str, **given: str) -> Instance:
        instance = self.owe(kind, **given)
        self.work()
        return instance


@pytest.fixture
def published(city: City) -> Letters:
    """Letters of a project whose result is out."""
    return Letters.of_published(city)


@pytest.fixture
def announced(city: City) -> Letters:
    """Letters of a project whose notice is out."""
    return Letters.of_announced(city)


@pytest.fixture
def steps() -> Callable[[Instance], list[str]]:
    """The steps of a case that wait for somebody."""
    from sqlalchemy import select

    from models.flow.work_item import OPEN_STATES, WorkItem

    def waiting(instance: Instance) -> list[str]:
        with reading() as session:
            query = select(WorkItem.step).where(
                WorkItem.instance_id == instance.id, WorkItem.state.in_(OPEN_STATES)
            )
            return sorted(session.scalars(query))

    return waiting
