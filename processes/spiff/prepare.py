"""Makes a parsed spec safe to keep in memory and to share between instances and threads.

Executing must never write to a spec: three places of the library do, and a state loaded on a
parsed spec misses a connection that the library only makes while it runs.
"""

# ruff: noqa: SLF001  (repairs the library from outside)

from collections.abc import Iterable, Mapping
from types import MethodType
from uuid import UUID

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import AdHocSubprocessSpec
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from processes.spiff.decisions import compile_decisions
from processes.spiff.errors import UnsupportedDiagramError
from processes.spiff.untyped import Spec, TaskSpec


def prepare(spec: Spec, embedded: Mapping[str, Spec]) -> None:
    """Make ``spec`` and its sub-process specs shareable; calling twice changes nothing."""
    for each in (spec, *embedded.values()):
        if each is None:
            raise UnsupportedDiagramError("调用的子流程不存在，请先发布被调用的流程。")
        if isinstance(each, AdHocSubprocessSpec):
            raise UnsupportedDiagramError(
                f"不支持临时子流程“{each.name}”，请改用普通子流程。", element=str(each.name)
            )
        connect_loops(each.task_specs.values(), each)
        connect_triggers(each)
        compile_decisions(each)


def connect_loops(task_specs: Iterable[TaskSpec], spec: Spec) -> None:
    """Connect multi-instance children to their merge.

    The library does so when it makes a child; on a state loaded later nothing would merge.
    """
    for loop in task_specs:
        if not isinstance(loop, LoopTask):
            continue
        child = spec.task_specs[loop.task_spec]
        if not child.completed_event.is_connected(loop.merge_child):
            child.completed_event.connect(loop.merge_child)


def connect_triggers(spec: Spec) -> None:
    """Connect event sub-processes to the end now.

    The library connects them to the start at run time, in the shared spec: the next new instance
    would begin inside the event sub-process.
    """
    for name in spec.start.trigger_specs:
        trigger = spec.task_specs[name]
        if spec.end.name not in trigger._outputs:
            trigger.connect(spec.end)
        if spec.start.name not in trigger._inputs:
            trigger._inputs.append(spec.start.name)
    if spec.start.trigger_specs:
        spec.start.trigger_wf = MethodType(_trigger, spec.start)


def _trigger(start: TaskSpec, my_task: Task, spec_name: str) -> UUID:
    """Stand in for the library's ``trigger_wf``; adds the task and leaves the spec alone."""
    spec = start._wf_spec.task_specs[spec_name.rsplit(":", 1)[-1]]
    child = my_task._add_child(spec, TaskState.FUTURE)
    child.triggered = True
    spec._predict(child, mask=TaskState.FUTURE | TaskState.PREDICTED_MASK)
    spec._update(child)
    uid: UUID = child.id
    return uid
