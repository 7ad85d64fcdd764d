"""Tells a listener of every sequence flow that is walked, and remembers where a run failed.

The library keeps no record of the former, and what its tree of tasks still holds later is not all.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from processes.spiff.untyped import Spec

UNDECIDED = TaskState.PREDICTED_MASK | TaskState.CANCELLED
Walk = tuple[str, str, str]
"""Version (or the process's id in the flow itself), the element left, the element reached."""
Listener = Callable[[Walk], object]

_listeners: list[Listener] = []
_failed: list[tuple[str, str]] = []


def failed_at() -> tuple[str, str]:
    """Return version (or process) and element at which something was raised first, or blanks."""
    return _failed[0] if _failed else ("", "")


def forget_failure() -> None:
    """Forget where the last run failed."""
    _failed.clear()


def install(listener: Listener) -> None:
    """Let ``listener`` hear of every walk of this process from now on, in place of the former."""
    if not _listeners:
        _complete = TaskSpec._on_complete  # noqa: SLF001 - the library's own hook

        def watched(spec: Spec, task: Task) -> None:
            _complete(spec, task)
            _tell(spec, task)

        TaskSpec._on_complete = watched  # noqa: SLF001
        TaskSpec._run, TaskSpec._update = _noting(TaskSpec._run), _noting(TaskSpec._update)  # noqa: SLF001
    _listeners[:] = [listener]


def _noting(act: Callable[[Spec, Task], Any]) -> Callable[[Spec, Task], Any]:
    @wraps(act)
    def noted(spec: Spec, task: Task) -> Any:  # noqa: ANN401 - whatever the library returns
        try:
            return act(spec, task)
        except BaseException:
            if not _failed:
                _failed.append((_place(task), getattr(spec, "bpmn_id", None) or str(spec.name)))
            raise

    return noted


def _tell(spec: Spec, task: Task) -> None:
    left = getattr(spec, "bpmn_id", None)
    for child in task.children:
        reached = _element(child.task_spec)
        if left and reached and not child.has_state(UNDECIDED):
            _listeners[0]((_place(task), left, reached))


def _place(task: Task) -> str:
    name = str(task.workflow.spec.name)
    return name.rsplit(":", 1)[0] if ":" in name else name


def _element(spec: Spec) -> str | None:
    # an element with events on its boundary is reached through a node that is not drawn
    if isinstance(spec, BoundaryEventSplit):
        spec = next(one for one in spec.outputs if not isinstance(one, BoundaryEvent))
    return getattr(spec, "bpmn_id", None)
