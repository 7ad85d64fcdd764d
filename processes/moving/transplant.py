"""A running case taken apart on the old version and put together on the new one, in memory.

What has happened stays as it happened: finished steps keep their data, open ones their ids, timers
their due moments. Only what the engine had predicted is thrown away and predicted anew. What the
new version has no place for is refused where the case stands, and folded away where it has passed.
"""

# ruff: noqa: SLF001  (tasks and their links are the library's own fields)

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import (
    BoundaryEvent,
    EventBasedGateway,
)
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask
from SpiffWorkflow.bpmn.specs.mixins.unstructured_join import UnstructuredJoin
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from processes.moving import boundaries
from processes.moving.errors import CaseNotMovableError
from processes.moving.joins import check_joins
from processes.moving.pairing import LIVE, Pairing, check_kind, title
from processes.specs import Prepared
from processes.spiff.trail import flow_of
from processes.spiff.untyped import Workflow
from processes.spiff.workflow import FastWorkflow

AHEAD = TaskState.PREDICTED_MASK | TaskState.FUTURE


class Transplant:
    """Moves one loaded workflow, with every part it called, onto another version."""

    def __init__(
        self,
        workflow: FastWorkflow,
        versions: tuple[Prepared, Prepared],
        mapping: Mapping[str, Mapping[str, str]],
    ) -> None:
        self.workflow, (self.old, self.new) = workflow, versions
        self.mapping = mapping
        """By the version's id, of the flow itself or of one it calls: old element → new one."""
        self.notes: list[str] = []

    def run(self) -> None:
        """Do it; afterwards the workflow can be dumped and loaded on the new version."""
        top = self.workflow
        top.subprocess_specs = dict(self.new.subprocess_specs)
        self._part(top, self.new.spec)
        left = dict(top.subprocesses)
        while left:
            ready = [uid for uid in left if self._home(left[uid]) not in left.values()]
            for uid in ready or list(left):
                self._called(uid, left.pop(uid))
        self._forget_events()

    def _home(self, child: Workflow) -> Workflow | None:
        task = self.workflow.find(child.parent_task_id)
        return None if task is None else task.workflow

    def _called(self, uid: UUID, child: Workflow) -> None:
        """Move a called flow or sub-process onto what its caller calls now."""
        caller = self.workflow.find(uid)
        spec = None if caller is None else self._called_by(caller)
        is_live = caller is not None and bool(caller.state & LIVE)
        if spec is None or not _same_process(child.spec, spec):
            if is_live and caller is not None:
                raise CaseNotMovableError(
                    f"案卷正在{title(caller.task_spec)}调用的流程里办理，新版本在这里"
                    "改为调用别的流程。请等这一部分办完再迁移。"
                )
            self._drop_called(uid)
            return
        child.kept = None
        self._part(child, spec)

    def _called_by(self, caller: Task) -> Any:  # noqa: ANN401 - a spec of the library
        if not isinstance(caller.task_spec, SubWorkflowTask):
            return None
        return self.new.subprocess_specs.get(caller.task_spec.spec)

    def _drop_called(self, uid: UUID) -> None:
        gone = self.workflow.subprocesses.pop(uid)
        for inner, child in list(self.workflow.subprocesses.items()):
            if inner in gone.tasks and child is not None:
                self._drop_called(inner)

    def _part(self, part: Workflow, spec: Any) -> None:  # noqa: ANN401 - a spec of the library
        pairing = Pairing(part.spec, spec, self.mapping.get(flow_of(self.old, part), {}))
        part.kept_data = {}
        _forget_predictions(part)
        before = {task.id: task.task_spec for task in part.tasks.values()}
        self.notes += boundaries.let_go(part, pairing)
        self._pair(part, pairing)
        part.spec = spec
        self.notes += boundaries.begin(part)
        for task in [each for each in part.tasks.values() if each.state & LIVE]:
            self._check_gateway(task, before.get(task.id))
            _predict(task)
        check_joins(part)

    def _pair(self, part: Workflow, pairing: Pairing) -> None:
        for task in list(part.tasks.values()):
            if task.id not in part.tasks:
                continue
            spec = pairing.of(task.task_spec)
            if spec is None and task.state & LIVE:
                raise CaseNotMovableError(
                    f"案卷停在{title(task.task_spec)}，新版本里没有这一步。请在对应关系里选一个"
                    "同类的步骤，或等这一步办完再迁移。"
                )
            if spec is None:
                self._fold(part, task)
                continue
            if task.state & LIVE:
                check_kind(task.task_spec, spec)
            task.task_spec = spec

    def _fold(self, part: Workflow, task: Task) -> None:
        """Take out a finished step that the new version no longer has; its data stays below it."""
        children = [part.tasks[uid] for uid in task._children]
        parent = part.tasks.get(task._parent)
        if parent is None or any(_needs_parent(child) for child in children):
            raise CaseNotMovableError(
                f"案卷已经办过{title(task.task_spec)}，后面的汇合还要用到它，而新版本里没有"
                "这一步。请等案卷走过汇合再迁移。"
            )
        at = parent._children.index(task.id)
        parent._children[at : at + 1] = list(task._children)
        for child in children:
            child._parent = parent.id
        del part.tasks[task.id]
        if part.last_task is task:
            part.last_task = _stand_in(parent, task)
        if task.id in self.workflow.subprocesses:
            self._drop_called(task.id)

    def _check_gateway(self, task: Task, before: Any) -> None:  # noqa: ANN401 - a spec
        spec = task.task_spec
        if not isinstance(spec, EventBasedGateway) or before is None:
            return
        kinds = [
            [type(each) for each in one.event_definition.event_definitions]
            for one in (before, spec)
        ]
        if kinds[0] != kinds[1]:
            raise CaseNotMovableError(
                f"案卷正在{title(spec)}等候几件事中的一件，新版本等候的不同。请等它过去再迁移。"
            )

    def _forget_events(self) -> None:
        # what waits is found anew when the state is loaded
        manager = self.workflow.event_manager
        live = {id(task) for each in self.workflow.all_workflows() for task in each.tasks.values()}
        for uid, task in list(manager.tasks.items()):
            if id(task) not in live:
                del manager.tasks[uid]


def process_of(spec: Any) -> str:  # noqa: ANN401 - a spec of the library
    """Return the process id of a spec, whichever version's name stands before it."""
    return str(spec.name).rsplit(":", 1)[-1]


def _same_process(old: Any, new: Any) -> bool:  # noqa: ANN401 - specs of the library
    return process_of(old) == process_of(new)


def _forget_predictions(part: Workflow) -> None:
    for task in list(part.tasks.values()):
        parent = part.tasks.get(task._parent)
        if parent is None or not task.state & AHEAD or task.triggered:
            continue
        if task.id in part.tasks and not parent.state & AHEAD:
            part._remove_task(task.id)


def _predict(task: Task) -> None:
    part = task.workflow
    if any(
        part.tasks[uid].state & LIVE and not part.tasks[uid].triggered for uid in task._children
    ):
        return
    if not isinstance(task.task_spec, BoundaryEvent):
        task.task_spec._predict(task, mask=AHEAD | task.state)
        return
    # what lies behind an event on a step may come, and is looked at no further
    state, task._state = task._state, TaskState.MAYBE
    task.task_spec._predict(task, looked_ahead=1, mask=AHEAD)
    task._state = state


def _needs_parent(child: Task) -> bool:
    # a join asks which of its inputs arrived, a split whose children are its events
    waits_to_join = isinstance(child.task_spec, UnstructuredJoin) and child.state & LIVE
    return bool(waits_to_join) or isinstance(child.task_spec, BoundaryEvent)


def _stand_in(parent: Task, task: Task) -> Task:
    parent.data = task.data if not parent.state & LIVE else parent.data
    return parent
