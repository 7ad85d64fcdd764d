"""Where an instance waits for something else than a person: timers, messages, called flows."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from SpiffWorkflow.bpmn.specs.event_definitions.multiple import MultipleEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import CallActivity
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from models.flow.instance import WaitKind
from processes.specs import Prepared
from processes.spiff.timers import TIMED, due_of
from processes.spiff.trail import flow_of
from processes.spiff.untyped import Workflow


class Wait(NamedTuple):
    """One element that waits: in which version, for what, until when if that is known."""

    element: str
    version: str
    kind: WaitKind
    due: datetime | None
    since: datetime

    def is_that(self, other: "Wait") -> bool:
        """Return whether this is the same wait, whatever the version that it stands in."""
        return (self.element, self.kind, self.due) == (other.element, other.kind, other.due)


def waits(prepared: Prepared, workflow: Workflow) -> dict[str, Wait]:
    """Return what waits now by the id of its task; nothing of an instance that has ended."""
    if workflow.is_completed():
        return {}
    found = [*_events(prepared, workflow), *_calls(prepared, workflow)]
    return {task.id.hex: wait for task, wait in found}


def _events(prepared: Prepared, workflow: Workflow) -> Iterator[tuple[Task, Wait]]:
    for task in workflow.event_manager.tasks.values():
        kind = _kind(task)
        if kind is not None and task.state == TaskState.WAITING:
            due = due_of(task) if kind is not WaitKind.MESSAGE else None
            yield task, _wait(prepared, task, kind, due)


def _kind(task: Task) -> WaitKind | None:
    definition = task.task_spec.event_definition
    is_timed = isinstance(definition, TIMED)
    if isinstance(task.task_spec, BoundaryEvent):
        return WaitKind.DEADLINE if is_timed else None
    if isinstance(definition, MultipleEventDefinition):
        return WaitKind.FIRST
    return WaitKind.TIMER if is_timed else WaitKind.MESSAGE


def _calls(prepared: Prepared, workflow: Workflow) -> Iterator[tuple[Task, Wait]]:
    for child in workflow.get_active_subprocesses():
        caller = workflow.find(child.parent_task_id)
        if caller is None or not isinstance(caller.task_spec, CallActivity):
            continue
        if caller.state & TaskState.NOT_FINISHED_MASK:
            yield caller, _wait(prepared, caller, WaitKind.CALL, None)


def _wait(prepared: Prepared, task: Task, kind: WaitKind, due: datetime | None) -> Wait:
    element = getattr(task.task_spec, "bpmn_id", None) or str(task.task_spec.name)
    since = datetime.fromtimestamp(task.last_state_change, UTC)
    return Wait(element[:100], flow_of(prepared, task.workflow), kind, due, since)
