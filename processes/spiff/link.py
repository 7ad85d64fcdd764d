"""Joins a flow with the flows it calls, each at its pinned version.

Every file has a parser of its own and its sub-processes get names under their version's key, so
element ids may repeat between files.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import CallActivity, SubWorkflowTask

from processes.spiff.errors import UnsupportedDiagramError
from processes.spiff.untyped import Spec, TaskSpec

MAX_FLOWS = 50


class Parsed(NamedTuple):
    """One file's process and its embedded sub-processes by BPMN id."""

    spec: Spec
    embedded: Mapping[str, Spec]


class Linker:
    """Collects the specs of one flow and of everything it calls."""

    def __init__(self, parse: Callable[[str], Parsed], resolve: Callable[[str, str], str]) -> None:
        self.parse, self.resolve = parse, resolve
        self.subprocesses: dict[str, Spec] = {}
        self.flows: dict[str, Spec] = {}

    def link(self, key: str) -> Spec:
        """Return the top spec of ``key``; ``subprocesses`` and ``flows`` are then filled."""
        top = self._visit(key)
        for name, spec in self.subprocesses.items():
            spec.name = name
        for name in top.start.trigger_specs:
            # the library looks for an event sub-process under the id it has in its own file
            self.subprocesses[name] = self.subprocesses[f"{key}:{name}"]
        return top

    def _visit(self, key: str) -> Spec:
        if key in self.flows:
            return self.flows[key]
        if len(self.flows) >= MAX_FLOWS:
            raise UnsupportedDiagramError(f"流程调用的子流程超过 {MAX_FLOWS} 个，请简化。")
        parsed = self.parse(key)
        self.flows[key] = parsed.spec
        for spec in (parsed.spec, *parsed.embedded.values()):
            for task_spec in spec.task_specs.values():
                self._rename(key, task_spec)
        for name, spec in parsed.embedded.items():
            self.subprocesses[f"{key}:{name}"] = spec
        return parsed.spec

    def _rename(self, key: str, task_spec: TaskSpec) -> None:
        if isinstance(task_spec, CallActivity):
            called = self.resolve(key, task_spec.spec)
            spec = self._visit(called)
            # the called flow's own name, and not the renamed one, whichever visit came first
            task_spec.spec = f"{called}:{called_name(spec)}"
            self.subprocesses[task_spec.spec] = spec
        elif isinstance(task_spec, SubWorkflowTask):
            task_spec.spec = f"{key}:{task_spec.spec}"


def called_name(spec: Spec) -> str:
    """Return the process id of a spec, renamed or not."""
    return str(spec.name).rsplit(":", 1)[-1]
