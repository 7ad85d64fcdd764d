"""The engine's verbs: every change of a case goes through here, inside the caller's unit of work.

Nothing commits here. What is read is written back at the version at which it was read, so that of
two people who act at once one is first and the other is told so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from models.clock import business_now
from models.flow.instance import Instance, InstanceStatus
from models.flow.job import Setting
from models.flow.work_item import Draft, WorkItem
from models.identity.actor import PLATFORM, Actor
from models.identity.county import County
from models.ids import new_id
from models.settings import Settings
from processes import (
    access,
    answers,
    case_actions,
    definitions,
    holding,
    interventions,
    start_data,
    statements,
    step_keys,
)
from processes import case_errors as errors
from processes.answers import SUBMISSIONS
from processes.case_runner import CaseRunner
from processes.documents import attach
from processes.saving import Waiting
from processes.spiff.errors import MessageNotAwaitedError
from processes.step_keys import StepKey
from processes.withheld import check_offered

__all__ = ["SUBMISSIONS", "ProcessEngine"]


@dataclass
class ProcessEngine:
    """Start, complete, claim, release, hand over, message, wake, suspend, resume, retry."""

    session: Session
    settings: Settings = field(kw_only=True)

    def start(self, flow: str, county: str, data: object, *, actor: Actor) -> Instance:
        """Begin a case of the flow in force in a county and run it to its first wait."""
        found = self.session.get(County, county)
        if found is None or not found.is_open:
            raise errors.CountyUnknownError(county=county)
        definition = definitions.in_force(self.session, flow, county)
        version = definitions.pinned(self.session, definition.id)
        check_offered(self.session, county, version.key, version.title)
        access.check_start(actor, version, county)
        case = self._runner(_new_instance(version.id, county, actor), actor)
        first = _first_data(case, version, data)
        if version.phases:
            first |= case_actions.bound(self.session, version, county, first.get("about"))
        runtime = case.start(first)
        case.insert(runtime)
        case.log("instance:started", {"flow": version.key, "version": version.version})
        return case.instance

    def complete(
        self, item_id: str, form: object, *, actor: Actor, key: StepKey | None = None
    ) -> Instance:
        """Finish a work item with a person's answers and run its case to the next wait.

        ``key`` proves a key or certificate, where the county wants one for this step.
        """
        item, case, has_draft = self._item_and_case(item_id, actor)
        self._check_may_finish(item, case, actor)
        proved = step_keys.check(self.session, item, actor, key)
        runtime = case.load()
        before = Waiting.of(runtime)
        task = before.tasks.get(item.task_id)
        if task is None:
            self._tell_who_was_first(item, actor)
            raise errors.StaleInstanceError
        given = case.answers(task, form)
        if given.taken:
            world = case.world(task.element, task.data, task.task_id)
            answers.hand_on(given, world, item.role)
        attach(self.session, given.data, case.instance, actor=actor)
        runtime.complete(item.task_id, given.data)
        case.store(runtime, before, finished=item.task_id)
        self._close(case, item, given.outcome, proved)
        if has_draft:
            holding.drop_drafts(self.session, item.id)
        return case.instance

    def message(self, instance_id: str, name: str, payload: Any, *, actor: Actor) -> Instance:  # noqa: ANN401
        """Hand a message to the steps of a case that wait for it; raise when none does."""
        case = self._case(instance_id, actor)
        if not _hand_message(case, name, payload):
            raise MessageNotAwaitedError(name=name)
        return case.instance

    def offer(self, instance_id: str, name: str, payload: Any, *, actor: Actor) -> bool:  # noqa: ANN401
        """Hand a message to a case and return whether a step waited for it."""
        return _hand_message(self._case(instance_id, actor), name, payload)

    def wake(self, instance_id: str) -> Instance:
        """Let the timers of a case fire that are due; a case that runs no more is left alone."""
        case = self._case(instance_id, PLATFORM)
        if case.instance.status != InstanceStatus.RUNNING:
            return case.instance
        runtime = case.load()
        before = Waiting.of(runtime)
        runtime.refresh()
        case.store(runtime, before)
        case.log("instance:woken", None)
        return case.instance

    def claim(self, item_id: str, *, actor: Actor) -> WorkItem:
        """Let the actor hold a work item."""
        return holding.claim(self.session, item_id, actor)

    def release(self, item_id: str, *, actor: Actor) -> WorkItem:
        """Give a held work item back."""
        return holding.release(self.session, item_id, actor)

    def hand_over(self, item_id: str, to_account_id: str, *, actor: Actor) -> WorkItem:
        """Let a colleague hold a work item."""
        return holding.hand_over(self.session, item_id, to_account_id, actor)

    def save_draft(self, item_id: str, form: object, *, actor: Actor) -> Draft:
        """Keep what the actor has typed so far."""
        return holding.save_draft(self.session, item_id, form, actor)

    def suspend(self, instance_id: str, *, actor: Actor, reason: str) -> Instance:
        """Stop a case until it is resumed."""
        case = self._case(instance_id, actor)
        interventions.suspend(case, reason)
        return case.instance

    def resume(self, instance_id: str, *, actor: Actor, reason: str) -> Instance:
        """Let a suspended case go on."""
        case = self._case(instance_id, actor)
        interventions.resume(case, reason)
        return case.instance

    def retry(self, instance_id: str, *, actor: Actor, reason: str) -> Instance:
        """Let a failed case try its automatic step again."""
        case = self._case(instance_id, actor)
        interventions.retry(case, reason)
        return case.instance

    def _runner(self, instance: Instance, actor: Actor) -> CaseRunner:
        return CaseRunner(self.session, self.settings, instance, actor)

    def _case(self, instance_id: str, actor: Actor) -> CaseRunner:
        found = self._row(statements.CASE_FOR_A_STEP, instance_id)
        if found is None:
            raise errors.InstanceNotFoundError
        return self._runner(_instance(found), actor)

    def _item_and_case(self, item_id: str, actor: Actor) -> tuple[WorkItem, CaseRunner, bool]:
        found = self._row(statements.ITEM_FOR_A_STEP, item_id)
        if found is None:
            raise errors.WorkItemNotFoundError
        columns = {name: found[f"item_{name}"] for name in statements.ITEM_COLUMNS}
        item = WorkItem(**columns)
        return item, self._runner(_instance(found), actor), bool(found["has_draft"])

    def _row(self, statement: Any, key: str) -> Any:  # noqa: ANN401 - one row of a join
        return self.session.connection().execute(statement, {"of": key}).mappings().one_or_none()

    def _check_may_finish(self, item: WorkItem, case: CaseRunner, actor: Actor) -> None:
        access.check_for(actor, item)
        holding.check_open(self.session, item)
        if case.instance.status != InstanceStatus.RUNNING:
            self._tell_who_was_first(item, actor)
        holding.check_running(case.instance.status)
        holding.check_holder(self.session, item, actor)
        if item.presence and actor.by_token and not self._is_practice():
            raise errors.PresenceRequiredError

    def _tell_who_was_first(self, item: WorkItem, actor: Actor) -> None:
        # Having waited for another step of the case, PostgreSQL gives its newest row beside the
        # item's former one: a second look tells what became of the item.
        again, _, _ = self._item_and_case(item.id, actor)
        holding.check_open(self.session, again)
        holding.check_holder(self.session, again, actor)

    def _is_practice(self) -> bool:
        mark = self.session.get(Setting, "demonstration")
        return self.settings.is_training or (mark is not None and bool(mark.value))

    def _close(
        self, case: CaseRunner, item: WorkItem, outcome: str, proved: Mapping[str, Any]
    ) -> None:
        given = {"of": item.id, "by": case.actor.account_id, "at": case.now, "result": outcome}
        done = self.session.connection().execute(statements.CLOSE_ITEM, given)
        if done.rowcount != 1:
            self._tell_who_was_first(item, case.actor)
            raise errors.StaleInstanceError
        after = {"item": item.id, "step": item.step} | ({"outcome": outcome} if outcome else {})
        after |= proved
        case.log("work_item:completed", after, role=item.role)


def _hand_message(case: CaseRunner, name: str, payload: Any) -> bool:  # noqa: ANN401
    holding.check_running(case.instance.status)
    runtime = case.load()
    before = Waiting.of(runtime)
    # What is due comes first: an approval a second after the freeze finds the list frozen.
    runtime.refresh()
    is_awaited = name in runtime.awaited()
    if is_awaited:
        runtime.message(name, payload)
    case.store(runtime, before)
    if is_awaited:
        case.log("instance:message_received", {"message": name})
    return is_awaited


def _instance(row: Any) -> Instance:  # noqa: ANN401 - a row's mapping
    """Return a row as an instance of its own: the engine writes it by statement, not by flush."""
    return Instance(**{name: row[name] for name in statements.CASE_COLUMNS})


def _new_instance(definition_id: str, county: str, actor: Actor) -> Instance:
    now = business_now()
    return Instance(
        id=new_id(),
        definition_id=definition_id,
        county_code=county,
        status=InstanceStatus.RUNNING,
        subject="",
        version=0,
        rules_on=now.date(),
        started_by=actor.account_id,
        created_at=now,
    )


def _first_data(case: CaseRunner, version: definitions.Pinned, data: object) -> dict[str, Any]:
    """Return the case data at the start: what the starter sent, under the platform's own names."""
    given = answers.plain(data)
    if case.actor != PLATFORM:
        given = start_data.admitted(case.session, version, case.prepared, given)
    own: dict[str, Any] = {
        "county": case.instance.county_code,
        "project": None,
        "parties": {},
        "people": {},
    }
    return {**own, **given}
