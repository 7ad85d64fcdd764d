"""SpiffWorkflow's workflow classes with scans of the task dict in place of tree walks.

The library finds tasks by walking the tree, which costs most of a step's time and does not look
below a depth of 1,000: an instance that loops long enough would hang without an error.
"""

# ruff: noqa: SLF001  (state and children are read directly: this is the hot path)

import sys
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from processes.spiff.errors import EngineBudgetError
from processes.spiff.untyped import Workflow

READY, WAITING = TaskState.READY, TaskState.WAITING
NOT_FINISHED = TaskState.NOT_FINISHED_MASK
Hook = Callable[[Task], object] | None


def in_tree_order(workflow: Workflow, wanted: list[Task]) -> list[Task]:
    """Return the wanted tasks in the order in which the library's iterator meets them."""
    left = {task.id for task in wanted}
    found: list[Task] = []
    tasks, stack = workflow.tasks, [workflow.task_tree]
    while stack and left:
        task = stack.pop()
        if task.id in left:
            found.append(task)
            left.discard(task.id)
        stack.extend([tasks[child] for child in reversed(task._children)])
    return found


class Scanning:
    """Mixed into both workflow classes of the library."""

    tasks: dict[Any, Task]
    completed: bool
    top_workflow: Workflow

    def get_tasks_iterator(
        self, first_task: Task | None = None, **kwargs: object
    ) -> Iterator[Task]:
        """Walk like the library, without its limit of depth."""
        kwargs.setdefault("max_depth", sys.maxsize)
        return super().get_tasks_iterator(first_task, **kwargs)  # type: ignore[misc,no-any-return]

    def tasks_in(self, mask: int) -> list[Task]:
        """Return the tasks in any of these states, in tree order."""
        found = [task for task in self.tasks.values() if task._state & mask]
        return in_tree_order(self, found) if len(found) > 1 else found

    def update_waiting_tasks(self) -> None:
        """Let every waiting task look whether it may go on."""
        for task in self.tasks_in(WAITING):
            if task._state == WAITING and task.id in self.tasks:
                task.task_spec._update(task)

    def is_completed(self) -> bool:
        """Say whether nothing is left to do here."""
        if not self.completed and not any(
            task._state & NOT_FINISHED for task in self.tasks.values()
        ):
            self.completed = True
        return self.completed

    def run_ready(self, before: Hook, after: Hook) -> int:
        """Run the automatic tasks that are ready and return how many there were."""
        count = 0
        for task in self.tasks_in(READY):
            if task.task_spec.manual:
                continue
            self.top_workflow.spend(task)
            if before is not None:
                before(task)
            task.run()
            count += 1
            if after is not None:
                after(task)
        return count


class FastSubWorkflow(Scanning, BpmnSubWorkflow):
    """A running sub-process or called flow; ``kept`` is what was read of one that had ended."""

    kept: Any = None


class FastWorkflow(Scanning, BpmnWorkflow):
    """A running instance; ``max_steps`` bounds the automatic steps of one action.

    Whoever acts sets ``steps`` to nought first.
    """

    max_steps = 500
    steps = 0
    current = ""
    inside: Workflow | None = None
    """The workflow, or called flow, in which the current element stands."""

    def spend(self, task: Task) -> None:
        """Count one automatic step; an endless loop must not eat a worker."""
        self.steps += 1
        self.current, self.inside = element_of(task), task.workflow
        if self.steps > self.max_steps:
            raise EngineBudgetError(steps=self.max_steps, element=self.current)

    def create_subprocess(self, my_task: Task, spec_name: str) -> FastSubWorkflow:
        """Start the sub-process of a task."""
        spec = self.subprocess_specs[spec_name]
        child = FastSubWorkflow(spec, parent_task_id=my_task.id, top_workflow=self)
        self.subprocesses[my_task.id] = child
        return child

    def _do_engine_steps(
        self, will_complete_task: Hook = None, did_complete_task: Hook = None
    ) -> bool:
        active = self.get_active_subprocesses()
        for child in sorted(active, key=lambda each: each.depth, reverse=True):
            while child.run_ready(will_complete_task, did_complete_task):
                pass
            parent = self.get_task_from_id(child.parent_task_id)
            parent.task_spec._update(parent)
        ran = self.run_ready(will_complete_task, did_complete_task)
        return ran > 0 or len(self.get_active_subprocesses()) > len(active)

    def all_workflows(self) -> list[Workflow]:
        """Return this workflow and every sub-process it ever started."""
        return [self, *self.subprocesses.values()]

    def find(self, uid: UUID) -> Task | None:
        """Return a task of this workflow or of a sub-process, if there is one."""
        for each in self.all_workflows():
            task = each.tasks.get(uid)
            if task is not None:
                return task
        return None


def element_of(task: Task) -> str:
    """Return the BPMN id of a task's element, or the engine's own name of an internal one."""
    spec = task.task_spec
    return getattr(spec, "bpmn_id", None) or str(spec.name)
