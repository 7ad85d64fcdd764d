"""When an instance is next due: what the database has to index."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from SpiffWorkflow.bpmn.specs.event_definitions.multiple import MultipleEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import (
    CycleTimerEventDefinition,
    TimerEventDefinition,
)
from SpiffWorkflow.task import Task

from processes.spiff.untyped import Workflow

TIMED = (TimerEventDefinition, MultipleEventDefinition)


def due_times(workflow: Workflow) -> Iterator[datetime]:
    """Yield the moment of every waiting timer, in UTC; known after the engine's steps."""
    for task in workflow.event_manager.tasks.values():
        moment = due_of(task)
        if moment is not None:
            yield moment


def due_of(task: Task) -> datetime | None:
    """Return the moment of a waiting timer, in UTC; nothing of what is no timer."""
    value = task.internal_data.get("event_value")
    definition = task.task_spec.event_definition
    if value is None or not isinstance(definition, TIMED):
        return None
    if isinstance(definition, CycleTimerEventDefinition):
        if value["cycles"] == 0:
            return None
        value = value["next"]
    moment = TimerEventDefinition.parse_time_or_duration(value)
    return moment if isinstance(moment, datetime) else None


def next_due(workflow: Workflow) -> datetime | None:
    """Return the earliest moment at which a timer of the workflow fires."""
    return min(due_times(workflow), default=None)


def moment_of(value: object, since: datetime) -> datetime | None:
    """Return when a timer of this date or duration, begun at a moment, fires."""
    try:
        parsed = TimerEventDefinition.parse_time_or_duration(str(value))
    except (ValueError, TypeError):
        return None
    return since + parsed if isinstance(parsed, timedelta) else parsed
