"""Plays people: acts through the same verbs as the pages do, at moments of its own choosing."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import business_clock, fixed
from models.errors import UnavailableError
from models.flow import case_message
from models.flow.job import Job, JobState
from models.flow.work_item import OPEN_STATES, WorkItem
from models.identity.account import Account
from models.identity.actor import Actor
from models.identity.loading import actor_of
from models.ids import random_bytes
from models.letter import Letter, LetterKind, shown_code
from models.selection import draw_v1, envelope, guardians, interests
from models.selection.appointments import CONTRIBUTORS
from models.selection.draws import current_draw
from models.session import reading, unit_of_work
from models.settings import Settings
from models.storage import open_storage
from processes import taking_back, withdrawal
from processes.demo.papers import paper
from processes.documents import Upload, take_in
from processes.engine import ProcessEngine
from processes.job_runner import run_job
from processes.letters import jobs as letter_jobs

FLOW = "random_selection"


class LetterUnmadeError(UnavailableError):
    """A case cannot be played on without its letter."""

    message = "案卷等待的文书没有生成：{reason}。请先解决，再重新运行。"


class Player:
    """Starts cases, finishes work items, joins and lets the clock run."""

    def __init__(self, settings: Settings, county: str = "dazhou") -> None:
        self.settings, self.county = settings, county
        self.storage = open_storage(settings)

    @contextmanager
    def at(self, moment: datetime) -> Iterator[None]:
        """Let the business clock stand at a moment inside this block."""
        with business_clock(fixed(moment)):
            yield

    def actor(self, session: Session, username: str) -> Actor:
        """Return the person behind a user name."""
        account = session.scalars(select(Account.id).where(Account.username == username)).one()
        actor = actor_of(session, account)
        if actor is None:
            raise LookupError(username)
        return actor

    def start(self, username: str, flow: str = FLOW, **data: str) -> str:
        """Begin a case and return its id; a request is told what it is ``about``."""
        with unit_of_work() as session:
            engine = ProcessEngine(session, settings=self.settings)
            actor = self.actor(session, username)
            return engine.start(flow, self.county, data, actor=actor).id

    def complete(self, username: str, instance: str, step: str, form: Mapping[str, Any]) -> None:
        """Finish the open work item of a step."""
        with unit_of_work() as session:
            actor = self.actor(session, username)
            item = self.item(session, instance, step)
            engine = ProcessEngine(session, settings=self.settings)
            engine.complete(item.id, dict(form), actor=actor)

    def claim(self, username: str, instance: str, step: str) -> None:
        """Take the open work item of a step, as opening it does."""
        with unit_of_work() as session:
            item = self.item(session, instance, step)
            engine = ProcessEngine(session, settings=self.settings)
            engine.claim(item.id, actor=self.actor(session, username))

    def confirm(self, username: str, instance: str, step: str, form: Mapping[str, Any]) -> None:
        """Confirm an appointment, sealing a secret as the browser does."""
        with reading() as session:
            item = self.item(session, instance, step)
            secret = self.sealed_secret(session, str(item.project_id), item.role)
        self.complete(username, instance, step, {**form, "draw_secret": secret})

    def sealed_secret(self, session: Session, project: str, role: str) -> dict[str, Any]:
        """Return commitment and envelope of a fresh secret."""
        draw, contributor = current_draw(session, project), CONTRIBUTORS[role]
        secret = random_bytes(32).hex()
        context = {"project": project, "kind": "draw_secret", "holder": contributor}
        keepers = guardians.public_guardians(session)
        return {
            "commit": draw_v1.commit(draw.alg, draw.id, contributor, secret),
            "envelope": envelope.seal(context, {"secret": secret}, keepers),
        }

    def join(
        self, username: str, project: str, *, contact: str = "", remark: str = ""
    ) -> dict[str, Any]:
        """Let a contractor join and return its receipt."""
        with unit_of_work() as session:
            submission = interests.Submission(accept=True, contact=contact, remark=remark)
            actor = self.actor(session, username)
            return interests.join(session, self.settings, project, actor, submission)

    def leave(self, username: str, project: str) -> None:
        """Let a contractor leave again."""
        with unit_of_work() as session:
            interests.leave(session, self.settings, project, self.actor(session, username))

    def make_letters(self, instance: str) -> None:
        """Let the worker make the letters that the case owes, and tell the case."""
        with reading() as session:
            query = select(Letter.id).where(Letter.instance_id == instance)
            letters = list(session.scalars(query))
        for kind in (letter_jobs.MAKE, letter_jobs.TELL):
            for letter in letters:
                for job_id in self._waiting_jobs(f"{kind}:{letter}"):
                    self._run(job_id)

    def _run(self, job_id: str) -> None:
        if run_job(job_id, self.settings):
            return
        with reading() as session:
            job = session.get_one(Job, job_id)
        if job.error and job.state in (JobState.WAITING, JobState.DEAD):  # no worker is at it
            raise LetterUnmadeError(reason=job.error)

    def deliver_messages(self) -> None:
        """Let the worker hand over what cases owe one another."""
        for job_id in self._waiting_jobs(case_message.JOB):
            run_job(job_id, self.settings)

    def take_back(self, username: str, request: str) -> None:
        """Take a request back before it is decided."""
        with unit_of_work() as session:
            actor = self.actor(session, username)
            taking_back.take_back(session, self.settings, request, actor=actor)

    def withdraw(self, username: str, instance: str, reason: str) -> None:
        """Take a project back before its notice."""
        with unit_of_work() as session:
            actor = self.actor(session, username)
            withdrawal.withdraw(session, self.settings, instance, reason, actor=actor)

    def application_code(self, instance: str) -> str:
        """Return the check code of the case's application form, as it is printed."""
        with reading() as session:
            query = select(Letter.code).where(
                Letter.instance_id == instance,
                Letter.kind == LetterKind.ENTRY_APPLICATION,
                Letter.voided_at.is_(None),
            )
            return shown_code(session.scalars(query).one())

    def _waiting_jobs(self, key: str) -> list[str]:
        with reading() as session:
            query = select(Job.id).where(Job.key.startswith(key), Job.state == JobState.WAITING)
            return list(session.scalars(query))

    def wake(self, instance: str) -> None:
        """Let the case's due timers fire."""
        with unit_of_work() as session:
            ProcessEngine(session, settings=self.settings).wake(instance)

    def upload(self, username: str, name: str, *lines: str) -> list[dict[str, Any]]:
        """Upload a paper and return what a form's file field holds."""
        with unit_of_work() as session:
            actor = self.actor(session, username)
            upload = Upload(name=name, data=paper(*lines), county=self.county)
            document = take_in(session, self.storage, upload, actor=actor)
            session.flush()
            return [{"id": document.id, "sha256": document.sha256}]

    def item(self, session: Session, instance: str, step: str) -> WorkItem:
        """Return the open work item of a step."""
        query = select(WorkItem).where(
            WorkItem.instance_id == instance,
            WorkItem.step == step,
            WorkItem.state.in_(OPEN_STATES),
        )
        return session.scalars(query).one()

    def project(self, instance: str) -> str:
        """Return the project of a case."""
        with reading() as session:
            query = select(WorkItem.project_id).where(WorkItem.instance_id == instance).limit(1)
            return str(session.scalars(query).one())
