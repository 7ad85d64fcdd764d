"""What stands in a flow, for lists, colours and checks, without running it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask

from processes.spiff.untyped import Spec


@dataclass(frozen=True)
class ElementInfo:
    """One flow node; ``flow`` is the key of the version it stands in."""

    id: str
    name: str
    type: str
    lane: str | None
    extensions: Mapping[str, Any]
    flow: str
    manual: bool


def describe(flows: Mapping[str, Spec], subprocesses: Mapping[str, Spec]) -> Iterator[ElementInfo]:
    """Yield every flow node of the linked flows and of their embedded sub-processes."""
    for key, spec in flows.items():
        inner = [
            each
            for name, each in subprocesses.items()
            if name.startswith(f"{key}:") and each is not spec
        ]
        for each in (spec, *inner):
            yield from _nodes(key, each)


def _nodes(key: str, spec: Spec) -> Iterator[ElementInfo]:
    seen = set()
    for task_spec in spec.task_specs.values():
        element = getattr(task_spec, "bpmn_id", None)
        # a loop has a second spec, for its children, under the same id: one element
        if element is None or element in seen:
            continue
        seen.add(element)
        inner = task_spec
        if isinstance(task_spec, LoopTask):
            inner = spec.task_specs[task_spec.task_spec]
        yield ElementInfo(
            element,
            inner.bpmn_name or "",
            type(inner).__name__,
            inner.lane,
            inner.extensions,
            key,
            bool(inner.manual),
        )
