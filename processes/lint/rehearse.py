"""Runs a diagram in memory with chance for a judge: what raises, hangs or turns for ever shows.

Nothing of the diagram's texts is evaluated and no operator is called: a condition is a coin, a
timer a day, a person whoever comes. Called flows and decisions are steps without content.
"""

import random
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from time import process_time
from typing import Any

from SpiffWorkflow.bpmn.util import BpmnEvent
from SpiffWorkflow.spiff.specs.event_definitions import MessageEventDefinition
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from models.clock import CHINA, business_clock
from processes.lint.chance import Chance
from processes.lint.diagram import B, Diagram
from processes.lint.finding import Finding
from processes.lint.hollow import hollowed
from processes.specs import Prepared
from processes.spiff import clock
from processes.spiff.errors import EngineBudgetError
from processes.spiff.messages import awaited_messages
from processes.spiff.timers import next_due
from processes.spiff.workflow import FastWorkflow, element_of
from processes.xml import BadDiagramError

RUNS = 80
SECONDS = 1.0
ROUNDS = 80
START = datetime(2026, 1, 5, 9, 0, tzinfo=CHINA)
clock.install()


def rehearsed(diagram: Diagram) -> list[Finding]:
    """Return what parsing, starting and running the diagram brought to light."""
    try:
        prepared = hollowed(diagram)
    except BadDiagramError as error:
        element = str(error.details.get("element") or "")
        return [Finding(element, "cannot_parse", "error", error.text)]
    walked: set[str] = set()
    end = process_time() + SECONDS
    for seed in range(RUNS):
        found = Rehearsal(diagram, prepared, seed, walked, end).run()
        if found is not None:
            return [found]
        if walked >= diagram.nodes.keys() or process_time() > end:
            break
    # what chance never came by is no finding: worked cases say which branches were walked
    return []


class Rehearsal:
    """One run from the start to the end, or until enough was seen."""

    def __init__(
        self, diagram: Diagram, prepared: Prepared, seed: int, walked: set[str], end: float
    ) -> None:
        self.diagram, self.walked, self.end = diagram, walked, end
        self.chance, self.now = random.Random(seed), [START]  # noqa: S311  (nothing is drawn here)
        self.prepared = prepared
        self.workflow: FastWorkflow | None = None
        self.last = ""
        items = diagram.root.iter(f"{B}outputDataItem")
        self.answers = [str(each.get("name") or each.get("id")) for each in items]

    def run(self) -> Finding | None:
        """Return the first thing that went wrong."""
        try:
            with business_clock(lambda: self.now[0]):
                return self._run()
        except EngineBudgetError as error:
            element = str(error.details.get("element", ""))
            message = f"{self._title(element)}一带自动执行停不下来，请检查循环的出口。"
            return Finding(element, "endless", "error", message)
        except RecursionError:
            message = f"{self._title(self.last)}一带的循环没有出口，流程无法开始，请加排他网关。"
            return Finding(self.last, "endless", "error", message)
        except Exception as error:  # noqa: BLE001  (whatever the library raises is the finding)
            message = (
                f"{self._title(self.last)}试运行出错：{str(error)[:200]}。请检查该环节的设置。"
            )
            return Finding(self.last, "fails", "error", message)

    def _run(self) -> Finding | None:
        engine = Chance(self.chance, self.now)
        specs = self.prepared.subprocess_specs
        workflow = FastWorkflow(self.prepared.spec, specs, script_engine=engine)
        workflow.task_tree.data.update(self._inputs())
        self.workflow = workflow
        for _ in range(ROUNDS):
            workflow.steps = 0
            workflow.do_engine_steps(self._see)
            self._collect(workflow)
            if workflow.is_completed() or process_time() > self.end:
                break
            if self._automatic(workflow):
                continue  # the engine's last look at the timers made something ready
            options = list(self._options(workflow))
            if not options:
                return self._stuck(workflow)
            self.chance.choice(options)()
        return None

    def _inputs(self) -> dict[str, Any]:
        path = f".//{B}multiInstanceLoopCharacteristics/{B}loopDataInputRef"
        names = {(each.text or "").strip() for each in self.diagram.root.iterfind(path)}
        return {name: [1, 2] for name in names}

    def _see(self, task: Task) -> None:
        self.last = element_of(task)
        inside = task.task_spec.name.endswith(" [child]") or task.workflow is not self.workflow
        for name in self.answers if inside else ():  # what a loop collects, somebody filled in
            task.data.setdefault(name, 1)

    def _options(self, workflow: FastWorkflow) -> Iterator[Callable[[], None]]:
        for task in self._tasks(workflow, TaskState.READY):
            if task.task_spec.manual:
                yield partial(self._do, task)
        for name in awaited_messages(workflow):
            event = BpmnEvent(MessageEventDefinition(name), payload={})
            yield partial(workflow.send_event, event)
        due = next_due(workflow)
        if due is not None:
            yield partial(self._wait, due)

    def _do(self, task: Task) -> None:
        self._see(task)
        task.run()

    def _wait(self, due: datetime) -> None:
        self.now[0] = max(self.now[0], due)

    def _automatic(self, workflow: FastWorkflow) -> bool:
        return any(not task.task_spec.manual for task in self._tasks(workflow, TaskState.READY))

    def _tasks(self, workflow: FastWorkflow, state: int) -> list[Task]:
        return [
            task
            for each in workflow.all_workflows()
            for task in each.tasks.values()
            if task.state == state
        ]

    def _stuck(self, workflow: FastWorkflow) -> Finding:
        waiting = self._tasks(workflow, TaskState.WAITING)
        elements = [each for each in map(element_of, waiting) if each in self.diagram.nodes]
        element = elements[0] if elements else self.last
        message = f"试运行时流程停在{self._title(element)}不再前进，请检查汇合的网关和事件。"
        return Finding(element, "hangs", "error", message)

    def _collect(self, workflow: FastWorkflow) -> None:
        for state in (TaskState.COMPLETED, TaskState.READY, TaskState.WAITING, TaskState.STARTED):
            self.walked |= {element_of(task) for task in self._tasks(workflow, state)}

    def _title(self, element: str) -> str:
        node = self.diagram.nodes.get(element)
        return node.title if node is not None else element
