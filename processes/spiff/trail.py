"""Which elements of a diagram an instance has passed, stands on, or left."""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from processes.specs import Prepared
from processes.spiff.untyped import Workflow

State = Literal["done", "current", "waiting", "cancelled", "failed"]
STATES: dict[int, State] = {
    TaskState.COMPLETED: "done",
    TaskState.READY: "current",
    TaskState.STARTED: "current",
    TaskState.WAITING: "waiting",
    TaskState.CANCELLED: "cancelled",
    TaskState.ERROR: "failed",
}
# what a reader wants to see of an element that was visited more than once
WEIGHT: dict[State, int] = {"failed": 4, "current": 3, "waiting": 2, "done": 1, "cancelled": 0}


class Step(NamedTuple):
    """One element: its strongest state, how often it was done, when it last changed."""

    element: str
    state: State
    visits: int
    flow: str
    changed_at: float


def trail(prepared: Prepared, workflow: Workflow) -> list[Step]:
    """Return every visited element once, in the order of first visits."""
    steps: dict[tuple[str, str], Step] = {}
    for flow, task in _visits(prepared, workflow):
        element = getattr(task.task_spec, "bpmn_id", None)
        state = STATES.get(task.state)
        if element is None or state is None:
            continue
        key = (flow, element)
        done = int(state == "done")
        before = steps.get(key)
        if before is None:
            steps[key] = Step(element, state, done, flow, task.last_state_change)
            continue
        strongest = max(before.state, state, key=WEIGHT.__getitem__)
        moment = max(before.changed_at, task.last_state_change)
        steps[key] = Step(element, strongest, before.visits + done, flow, moment)
    return list(steps.values())


def _visits(prepared: Prepared, workflow: Workflow) -> Iterator[tuple[str, Task]]:
    for each in workflow.all_workflows():
        flow = flow_of(prepared, each)
        for task in each.tasks.values():
            yield flow, task


def flow_of(prepared: Prepared, workflow: Workflow) -> str:
    """Return the key of the version in which a workflow's elements stand."""
    if workflow.parent_task_id is None:
        return prepared.key
    return str(workflow.spec.name).rsplit(":", 1)[0]
