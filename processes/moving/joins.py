"""Whether every join ahead of a moved case can still be reached by all it waits for."""

from collections.abc import Iterable

from SpiffWorkflow.bpmn.specs.mixins.parallel_gateway import ParallelGateway
from SpiffWorkflow.util.task import TaskState

from processes.moving.errors import CaseNotMovableError
from processes.moving.pairing import LIVE, title
from processes.spiff.untyped import TaskSpec, Workflow


def check_joins(part: Workflow) -> None:
    """Raise when a parallel join would wait for ever for a branch that nobody is on."""
    live = [task.task_spec for task in part.tasks.values() if task.state & LIVE]
    ahead = _reachable(live)
    for join in part.spec.task_specs.values():
        if not isinstance(join, ParallelGateway) or len(join.inputs) < 2 or join.name not in ahead:  # noqa: PLR2004
            continue
        arrived = _arrived(part, join)
        missing = [
            each for each in join.inputs if each.name not in ahead and each.name not in arrived
        ]
        if missing:
            names = "、".join(title(each) for each in missing)
            raise CaseNotMovableError(
                f"汇合{title(join)}在新版本里还要等{names}，而案卷已经走过了分叉，永远等不到。"
                "请等案卷走过这个汇合再迁移。"
            )


def _reachable(specs: Iterable[TaskSpec]) -> set[str]:
    found: set[str] = set()
    stack = list(specs)
    while stack:
        spec = stack.pop()
        if spec.name not in found:
            found.add(spec.name)
            stack.extend(spec.outputs)
    return found


def _arrived(part: Workflow, join: TaskSpec) -> set[str]:
    waiting = [
        task
        for task in part.tasks.values()
        if task.task_spec is join and task.state == TaskState.WAITING
    ]
    if not waiting:
        return set()
    # each earlier arrival was cancelled when the next one came, and still counts
    return {
        part.tasks[task._parent].task_spec.name  # noqa: SLF001
        for task in part.tasks.values()
        if task.task_spec is join and task._parent in part.tasks  # noqa: SLF001
    }
