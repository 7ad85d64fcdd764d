"""One case moved in memory, saved, loaded again and compared with what it was."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.util.task import TaskState
from sqlalchemy.orm import Session

from models.errors import SmallworksError
from processes import definitions
from processes.case_runner import CaseRunner
from processes.moving.errors import CaseNotMovableError
from processes.moving.transplant import Transplant
from processes.runtime import Runtime
from processes.saving import Waiting
from processes.specs import Prepared
from processes.spiff import codec
from processes.spiff.untyped import Workflow

SEPARATOR = ":"


@dataclass(frozen=True)
class Attempt:
    """What came of it: the case as it would be stored, and what a person should know."""

    runtime: Runtime
    before: Waiting
    after: Waiting
    notes: tuple[str, ...]


def attempt(case: CaseRunner, to_id: str, mapping: Mapping[str, str]) -> Attempt:
    """Move a case in memory; raise ``CaseNotMovableError`` saying why it cannot be."""
    new = definitions.prepared(case.session, to_id)
    try:
        return _attempt(case, new, mapping)
    except CaseNotMovableError:
        raise
    except SmallworksError as error:
        raise CaseNotMovableError(error.text) from error
    except Exception as error:  # the library's own: whatever it is, the case stays where it is
        raise CaseNotMovableError(
            f"迁移后的状态不能装入新版本（{type(error).__name__}），案卷没有改动。"
        ) from error


def _attempt(case: CaseRunner, new: Prepared, mapping: Mapping[str, str]) -> Attempt:
    old = case.prepared
    was = codec.loads(case.instance.state, old.spec, old.subprocess_specs, case.engine)
    moving = codec.loads(case.instance.state, old.spec, old.subprocess_specs, case.engine)
    transplant = Transplant(moving, (old, new), by_version(case.session, old, mapping))
    transplant.run()
    runtime = Runtime.load(new, codec.dumps(moving), case.engine)
    became = codec.loads(runtime.dump(), new.spec, new.subprocess_specs, case.engine)
    before, after = Waiting.of(Runtime(old, was)), Waiting.of(runtime)
    _compare(before, after)
    _compare_timers(_timers(was), _timers(became))
    if Runtime(old, was).data != runtime.data:
        raise CaseNotMovableError("迁移后案卷的数据与原来不一致，案卷没有改动。")
    return Attempt(runtime, before, after, tuple(transplant.notes))


def by_version(
    session: Session, old: Prepared, mapping: Mapping[str, str]
) -> dict[str, dict[str, str]]:
    """Return a mapping by version: ``element`` is the flow's own, ``key:element`` a part's."""
    versions = {old.key} | {element.flow for element in old.elements}
    keys = {each: definitions.pinned(session, each).key for each in versions}
    found: dict[str, dict[str, str]] = {each: {} for each in versions}
    for element, target in mapping.items():
        key, called, name = element.rpartition(SEPARATOR)
        plain = target.rpartition(SEPARATOR)[2]
        for version, of in keys.items():
            if (version == old.key) if not called else (of == key):
                found[version][name] = plain
    return found


def _compare(before: Waiting, after: Waiting) -> None:
    if before.tasks.keys() != after.tasks.keys():
        raise CaseNotMovableError("迁移后的待办与原来不一致，案卷没有改动。")
    for key, task in before.tasks.items():
        if task.data != after.tasks[key].data:
            raise CaseNotMovableError(f"迁移后“{task.title}”的数据与原来不一致，案卷没有改动。")


def _timers(workflow: Workflow) -> dict[str, Any]:
    return {
        str(task.id): task.internal_data.get("event_value")
        for part in workflow.all_workflows()
        for task in part.tasks.values()
        if task.state == TaskState.WAITING and "event_value" in task.internal_data
    }


def _compare_timers(before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    if any(after[key] != due for key, due in before.items() if key in after):
        raise CaseNotMovableError("迁移后定时的时刻与原来不一致，案卷没有改动。")


def stands_at(case: CaseRunner) -> list[str]:
    """Return the elements a case stands on, those of a called flow as ``key:element``."""
    steps = case.load().trail()
    here = [step for step in steps if step.state in {"current", "waiting"}]
    return [_named(case, step.flow, step.element) for step in here]


def _named(case: CaseRunner, version: str, element: str) -> str:
    if version == case.version.id:
        return element
    return f"{definitions.pinned(case.session, version).key}{SEPARATOR}{element}"
