"""Which messages an instance waits for: the other thing a database has to index."""

from collections.abc import Iterable, Iterator

from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.multiple import MultipleEventDefinition

from processes.spiff.untyped import Json, Workflow


def awaited_messages(workflow: Workflow) -> set[str]:
    """Return the names of the messages that some step of a workflow would take."""
    waiting = [task.task_spec.event_definition for task in workflow.event_manager.tasks.values()]
    return set(_names([*waiting, *_starts(workflow)]))


def _names(definitions: Iterable[Json]) -> Iterator[str]:
    for definition in definitions:
        if isinstance(definition, MessageEventDefinition):
            yield definition.name
        elif isinstance(definition, MultipleEventDefinition):  # behind an event gateway
            yield from _names(definition.event_definitions)


def _starts(workflow: Workflow) -> Iterator[Json]:
    # the library does not list these among the waiting events
    for name in workflow.spec.start.trigger_specs:
        for start in workflow.subprocess_specs[name].bpmn_start_events:
            yield start.event_definition
