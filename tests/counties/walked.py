"""Which sequence flows of the shipped diagrams a worked case walks."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from lxml import etree
from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.util.task import TaskState

from models.settings import BPMN

NS = {"b": "http://www.omg.org/spec/BPMN/20100524/MODEL"}
UNDECIDED = TaskState.PREDICTED_MASK | TaskState.CANCELLED

Step = tuple[str, str, str]
"""A sequence flow: its process, where it comes from and where it leads."""


def drawn() -> set[Step]:
    """Every sequence flow of every shipped diagram."""
    return {
        (process.get("id"), flow.get("sourceRef"), flow.get("targetRef"))
        for diagram in BPMN.rglob("*.bpmn")
        for process in etree.parse(diagram).iterfind("b:process", NS)
        for flow in process.iterfind(".//b:sequenceFlow", NS)
    }


@contextmanager
def recording() -> Iterator[set[Step]]:
    """Gather the sequence flows that are walked in the meantime."""
    walked: set[Step] = set()
    complete = TaskSpec._on_complete

    def watched(spec, task):
        complete(spec, task)
        for child in task.children:
            if not child.has_state(UNDECIDED):
                walked.add((_process(task), spec.bpmn_id, _element(child.task_spec)))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TaskSpec, "_on_complete", watched)
        yield walked


def _process(task) -> str:
    # a called diagram is known by its version and its own id
    return task.workflow.spec.name.rpartition(":")[2]


def _element(spec) -> str | None:
    # an element with events on its boundary is reached through a node that is not drawn
    if isinstance(spec, BoundaryEventSplit):
        spec = next(one for one in spec.outputs if not isinstance(one, BoundaryEvent))
    return spec.bpmn_id
