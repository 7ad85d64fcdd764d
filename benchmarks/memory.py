"""The limit: SpiffWorkflow alone, in memory, nothing stored."""

from time import perf_counter
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser
from SpiffWorkflow.util.task import TaskState

from benchmarks.site import ANSWERS, LINEAR5


class MemoryCases:
    """Cases of linear5 as the library runs them."""

    name = "SpiffWorkflow 内存"

    def __init__(self) -> None:
        parser = SpiffBpmnParser()
        parser.add_bpmn_xml(etree.fromstring(LINEAR5.read_bytes()), "linear5.bpmn")
        self.spec = parser.get_spec("linear5")

    def run(self, cases: int) -> list[float]:
        """Run cases to their end and return the seconds of each completion."""
        times: list[float] = []
        for _ in range(cases):
            workflow = BpmnWorkflow(self.spec, script_engine=PythonScriptEngine())
            workflow.do_engine_steps()
            while not workflow.is_completed():
                times.append(self._complete(workflow))
        return times

    def _complete(self, workflow: Any) -> float:
        began = perf_counter()
        task = workflow.get_next_task(state=TaskState.READY, manual=True)
        task.data = {**task.data, **ANSWERS}
        task.run()
        workflow.do_engine_steps()
        return perf_counter() - began
