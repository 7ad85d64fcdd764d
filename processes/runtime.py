"""One running instance in memory: start or load it, take one step, dump it, throw it away."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from SpiffWorkflow.bpmn.specs.event_definitions.simple import TerminateEventDefinition
from SpiffWorkflow.bpmn.util import BpmnEvent
from SpiffWorkflow.spiff.specs.event_definitions import MessageEventDefinition
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from models.clock import business_now
from models.errors import SmallworksError
from processes.script_engine import OperatorScriptEngine
from processes.specs import Prepared
from processes.spiff import clock, codec
from processes.spiff.errors import (
    EngineBudgetError,
    MessageNotAwaitedError,
    RuntimeSpentError,
    TaskNotOpenError,
    UnsupportedDiagramError,
)
from processes.spiff.messages import awaited_messages
from processes.spiff.timers import next_due
from processes.spiff.trail import Step, flow_of, trail
from processes.spiff.untyped import Json
from processes.spiff.waits import Wait, waits
from processes.spiff.workflow import FastWorkflow

clock.install()
MAX_ROUNDS = 200


@dataclass(frozen=True)
class OpenTask:
    """A user task that waits for a person."""

    task_id: str
    element: str
    title: str
    lane: str | None
    extensions: dict[str, Any]
    data: dict[str, Any]
    flow: str


class FlowFailedError(SmallworksError):
    """The engine could not go on; the cause is chained."""

    message = "流程在“{element}”之后无法继续：{reason}。请联系系统管理员。"


class Runtime:
    """SpiffWorkflow behind a few verbs.

    After an exception the instance is half changed in memory, so every later call is refused.
    """

    def __init__(self, prepared: Prepared, workflow: FastWorkflow) -> None:
        self.prepared, self._workflow = prepared, workflow
        self._spent = False

    @classmethod
    def start(cls, prepared: Prepared, data: dict[str, Any], engine: OperatorScriptEngine) -> Self:
        """Begin an instance and run it to its first wait."""
        workflow = begin(prepared, engine)
        workflow.task_tree.data.update(data)
        runtime = cls(prepared, workflow)
        runtime.advance()
        return runtime

    @classmethod
    def load(cls, prepared: Prepared, state: bytes, engine: OperatorScriptEngine) -> Self:
        """Rebuild an instance from its stored state."""
        specs = prepared.subprocess_specs
        return cls(prepared, codec.loads(state, prepared.spec, specs, engine))

    def dump(self) -> bytes:
        """Return the state to store."""
        if self._spent:
            raise RuntimeSpentError
        return codec.dumps(self._workflow)

    def complete(self, task_id: str, form: dict[str, Any]) -> None:
        """Finish an open user task with a person's answers and run on to the next wait."""
        task = self._open(task_id)
        with self._acting():
            self._workflow.current = task.task_spec.bpmn_id
            self._workflow.inside = task.workflow
            # top-level keys only: values are shared with finished tasks and parallel branches
            task.data = {**task.data, **form}
            task.run()
            self._settle()

    def message(self, name: str, payload: Json) -> None:
        """Hand a message to every step that waits for it and run on."""
        if name not in self.awaited():
            raise MessageNotAwaitedError(name=name)
        with self._acting():
            event = BpmnEvent(MessageEventDefinition(name), payload=payload)
            self._workflow.send_event(event)
            self._settle()

    def refresh(self) -> None:
        """Fire the timers that are due and run on, until nothing is due any more."""
        with self._acting():
            for _ in range(MAX_ROUNDS):
                self._workflow.refresh_timers()
                self._settle()
                due = next_due(self._workflow)
                if due is None or due > business_now():
                    return
            raise EngineBudgetError(steps=MAX_ROUNDS, element="timer")

    def advance(self) -> None:
        """Run automatic steps until the instance waits or ends."""
        with self._acting():
            self._settle()

    def open_tasks(self) -> list[OpenTask]:
        """Return the user tasks that wait for a person."""
        return [self._describe(task) for task in self._ready() if task.task_spec.manual]

    def next_due(self) -> datetime | None:
        """Return the earliest moment at which a timer fires."""
        return next_due(self._workflow)

    def awaited(self) -> frozenset[str]:
        """Return the names of the messages that some step waits for."""
        return frozenset() if self.completed else frozenset(awaited_messages(self._workflow))

    def waits(self) -> dict[str, Wait]:
        """Return where it waits for something else than a person, by the id of the task."""
        return waits(self.prepared, self._workflow)

    @property
    def completed(self) -> bool:
        """Whether nothing is left to do."""
        return self._workflow.is_completed()

    @property
    def terminated(self) -> bool:
        """Whether a terminate end event of the flow itself ended it."""
        return any(
            isinstance(getattr(task.task_spec, "event_definition", None), TerminateEventDefinition)
            for task in self._workflow.tasks.values()
            if task.state == TaskState.COMPLETED
        )

    @property
    def data(self) -> dict[str, Any]:
        """The flow's data: at its end, or where its last step stands, called flows included."""
        workflow = self._workflow
        if workflow.is_completed():
            return dict(workflow.data or _last(workflow).data)
        data = dict(_last(workflow).data)
        for child in _running(workflow):
            data |= _last(child).data
        return data

    def data_of(self, task_id: str) -> dict[str, Any]:
        """Return the data an open or finished task sees."""
        return dict(self._task(task_id).data)

    def trail(self) -> list[Step]:
        """Return what happened where, for the diagram's colours."""
        return trail(self.prepared, self._workflow)

    @contextmanager
    def _acting(self) -> Iterator[None]:
        if self._spent:
            raise RuntimeSpentError
        self._workflow.steps = 0
        try:
            yield
        except SmallworksError as error:
            self._spent = True
            self._place(error)
            raise
        except Exception as error:
            self._spent = True
            told = meant(error, self._workflow.current)
            self._place(told)
            raise told from error
        except BaseException:
            self._spent = True
            raise

    def _place(self, error: SmallworksError) -> None:
        inside = self._workflow.inside
        if inside is not None and self._workflow.current:
            error.failed_at = flow_of(self.prepared, inside), self._workflow.current

    def _settle(self) -> None:
        # The engine's own loop ends with a look at the timers; what that made ready has not run.
        for _ in range(MAX_ROUNDS):
            self._workflow.do_engine_steps()
            if not any(not task.task_spec.manual for task in self._ready()):
                return
        raise EngineBudgetError(steps=MAX_ROUNDS, element="timer")

    def _ready(self) -> list[Task]:
        return [
            task
            for workflow in self._workflow.all_workflows()
            for task in workflow.tasks.values()
            if task.state == TaskState.READY
        ]

    def _task(self, task_id: str) -> Task:
        try:
            task = self._workflow.find(UUID(hex=task_id))
        except ValueError:
            task = None
        if task is None:
            raise TaskNotOpenError(task=task_id)
        return task

    def _open(self, task_id: str) -> Task:
        task = self._task(task_id)
        if task.state != TaskState.READY or not task.task_spec.manual:
            raise TaskNotOpenError(task=task_id)
        return task

    def _describe(self, task: Task) -> OpenTask:
        spec = task.task_spec
        return OpenTask(
            task.id.hex,
            spec.bpmn_id,
            spec.bpmn_name or spec.bpmn_id,
            spec.lane,
            spec.extensions,
            dict(task.data),
            flow_of(self.prepared, task.workflow),
        )


def begin(prepared: Prepared, engine: OperatorScriptEngine) -> FastWorkflow:
    """Return a new instance that has not taken a step."""
    try:
        return FastWorkflow(prepared.spec, prepared.subprocess_specs, script_engine=engine)
    except RecursionError as error:
        # the engine predicts what comes, and a loop without a choice goes on for ever
        raise UnsupportedDiagramError("流程图中有没有出口的循环，请在循环中加排他网关。") from error


def _last(workflow: FastWorkflow) -> Task:
    return workflow.last_task or workflow.task_tree


def _running(workflow: FastWorkflow) -> list[Any]:
    """Return the called flows that go on, the outer before the inner; what was left is over."""
    live = TaskState.NOT_FINISHED_MASK
    found = [
        child
        for child in workflow.get_active_subprocesses()
        if (caller := workflow.find(child.parent_task_id)) is not None and caller.state & live
    ]
    return sorted(found, key=lambda child: child.depth)


def meant(error: Exception, element: str) -> SmallworksError:
    """Return the error a person was meant to see, which the library may have wrapped."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, SmallworksError):
            return seen
        seen = seen.__cause__ or getattr(seen, "exception", None) or seen.__context__
    return FlowFailedError(element=element, reason=str(error)[:300] or type(error).__name__)
