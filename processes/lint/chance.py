"""A script engine for rehearsals: no text is run, chance decides."""

import random
from datetime import datetime, timedelta

from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.specs.event_definitions.multiple import MultipleEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import (
    CycleTimerEventDefinition,
    DurationTimerEventDefinition,
)
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.task import Task

from processes.spiff.untyped import Json

DAY = timedelta(days=1)


def asking(definition: Json, expression: str) -> Json:
    """Return the definition that an expression stands in; an event gateway has several."""
    if isinstance(definition, MultipleEventDefinition):
        inner = definition.event_definitions
        return next((each for each in inner if vars(each).get("expression") == expression), None)
    return definition


class Chance(PythonScriptEngine):
    """A script engine that decides by chance and remembers nothing."""

    def __init__(self, chance: random.Random, now: list[datetime]) -> None:
        super().__init__()
        self.chance, self.now = chance, now

    def evaluate(
        self,
        task: Task,
        expression: str,
        external_context: Json = None,  # noqa: ARG002  (the library names it)
    ) -> Json:
        """Answer in the shape that the asking element wants."""
        spec = task.task_spec
        if isinstance(spec, LoopTask):
            return 2 if expression == getattr(spec, "cardinality", None) else False
        definition = asking(getattr(spec, "event_definition", None), expression)
        if isinstance(definition, CycleTimerEventDefinition):
            return "R1/P1D"
        if isinstance(definition, DurationTimerEventDefinition):
            return "P1D"
        if definition is not None:
            return (self.now[0] + DAY).isoformat()
        return self.chance.random() < 0.5  # noqa: PLR2004

    def execute(self, *_: Json, **__: Json) -> bool:
        """Do nothing."""
        return True

    def call_service(self, *_: Json, **__: Json) -> str:
        """Answer nothing."""
        return "null"
