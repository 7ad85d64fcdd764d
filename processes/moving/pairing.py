"""Which part of the new version a task of the old one goes on as: by element, and by part."""

from collections.abc import Mapping
from dataclasses import dataclass

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, BoundaryEventSplit
from SpiffWorkflow.util.task import TaskState

from processes.moving.errors import CaseNotMovableError
from processes.spiff.untyped import Spec, TaskSpec

LIVE = TaskState.READY | TaskState.WAITING | TaskState.STARTED
"""Where a case stands."""
SUFFIXES = (".BoundaryEventSplit", ".BoundaryEventJoin")
CHILD = " [child]"


@dataclass(frozen=True)
class Pairing:
    """One process of the old version beside the one it becomes."""

    old: Spec
    new: Spec
    mapping: Mapping[str, str]
    """Element of the old process → element of the new, where they differ."""

    def of(self, task_spec: TaskSpec) -> TaskSpec | None:
        """Return what a task of this kind goes on as, or None when the new version has none."""
        found = self.new.task_specs.get(self._name(str(task_spec.name)))
        if found is None or not self._is_same_frame(task_spec, found):
            return None
        return found

    def _name(self, name: str) -> str:
        if name == f"{self.old.name}.EndJoin" or name.endswith(".EndJoin"):
            return next((each for each in self.new.task_specs if each.endswith(".EndJoin")), name)
        for suffix in SUFFIXES:
            if name.endswith(suffix):
                element = name.removesuffix(suffix)
                return self.mapping.get(element, element) + suffix
        element, child, rest = name.partition(CHILD)
        return self.mapping.get(element, element) + child + rest

    @staticmethod
    def _is_same_frame(old: TaskSpec, new: TaskSpec) -> bool:
        frames = (BoundaryEventSplit, BoundaryEventJoin)
        return isinstance(old, frames) == isinstance(new, frames)


def check_kind(old: TaskSpec, new: TaskSpec) -> None:
    """Raise unless a step somebody stands on is of the same kind in both versions."""
    definition = getattr(old, "event_definition", None)
    becomes = getattr(new, "event_definition", None)
    if type(old) is type(new) and type(definition) is type(becomes):
        return
    raise CaseNotMovableError(
        f"案卷停在{title(old)}，它在新版本里换了类型。请在对应关系里另选一个同类的步骤。"
    )


def title(spec: TaskSpec) -> str:
    """Return what a person calls a step."""
    name = getattr(spec, "bpmn_name", None) or getattr(spec, "bpmn_id", None) or spec.name
    return f"“{name}”"
