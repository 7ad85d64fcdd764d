"""Deadlines and messages on the step a moved case stands on: gone ones let go, new ones begun."""

# ruff: noqa: SLF001  (tasks and their links are the library's own fields)

from collections.abc import Iterator
from copy import copy

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from processes.moving.pairing import LIVE, Pairing, title
from processes.spiff.columns import own_copy
from processes.spiff.untyped import Workflow


def let_go(part: Workflow, pairing: Pairing) -> list[str]:
    """Take out the events on steps that the new version has no longer; say which."""
    return list(_let_go(part, pairing))


def begin(part: Workflow) -> list[str]:
    """Let the events wait that the new version has on open steps in addition; say which."""
    open_steps = [each for each in part.tasks.values() if each.state & LIVE]
    splits = ((host, _split_of(host)) for host in open_steps)
    return [told for host, split in splits if split is not None for told in _begin(host, split)]


def _let_go(part: Workflow, pairing: Pairing) -> Iterator[str]:
    for task in list(part.tasks.values()):
        waits = isinstance(task.task_spec, BoundaryEvent) and task.state == TaskState.WAITING
        if waits and pairing.of(task.task_spec) is None:
            part.tasks[task._parent]._children.remove(task.id)
            del part.tasks[task.id]
            yield f"新版本没有{title(task.task_spec)}，它不再等待"


def _begin(host: Task, split_spec: BoundaryEventSplit) -> Iterator[str]:
    part = host.workflow
    split = part.tasks[host._parent]
    if split.task_spec is not split_spec:
        split = _insert_above(host, split_spec)
    here = {part.tasks[uid].task_spec.name for uid in split._children}
    for spec in split_spec.outputs:
        if isinstance(spec, BoundaryEvent) and spec.name not in here:
            event = split._add_child(spec, TaskState.WAITING)
            event.data = own_copy(split.data)
            spec._update(event)
            yield f"新版本多了{title(spec)}，从现在起等待"


def _split_of(host: Task) -> BoundaryEventSplit | None:
    if isinstance(host.task_spec, BoundaryEvent):
        return None
    found = (one for one in host.task_spec.inputs if isinstance(one, BoundaryEventSplit))
    return next(found, None)


def _insert_above(host: Task, spec: BoundaryEventSplit) -> Task:
    part = host.workflow
    parent = part.tasks[host._parent]
    split = Task(part, spec, parent, state=TaskState.COMPLETED)
    parent._children.remove(split.id)
    parent._children[parent._children.index(host.id)] = split.id
    split._children, split.data = [host.id], copy(parent.data)
    host._parent = split.id
    return split
