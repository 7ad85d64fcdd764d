"""Runs a diagram's texts in the sandbox and its service tasks through operators."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from SpiffWorkflow.bpmn.script_engine import BasePythonScriptEngineEnvironment, PythonScriptEngine
from SpiffWorkflow.task import Task

from models.errors import SmallworksError
from processes.sandbox import source
from processes.sandbox.errors import SandboxError
from processes.sandbox.sandbox import Sandbox
from processes.spiff.untyped import Json


@dataclass(frozen=True)
class TaskInfo:
    """Which task of which element calls an operator; the id is the idempotency key.

    ``data`` is what the task sees; it must not be changed.
    """

    task_id: str
    element: str
    title: str
    lane: str | None
    data: Mapping[str, Any] = field(default_factory=dict)


Names = Mapping[str, Any] | None
Call = Callable[[str, dict[str, Any], TaskInfo], Any]


class OperatorFailedError(SmallworksError):
    """An operator failed for a reason no person can put right; the cause is chained."""

    message = "环节“{title}”自动办理失败，请联系系统管理员查看原因。"


class TextFailedError(SmallworksError):
    """An expression or script of a diagram failed; the cause is chained."""

    message = "环节“{title}”的表达式计算失败：{reason}"


class SandboxEnvironment(BasePythonScriptEngineEnvironment):
    """The library's place for running texts; correlations call it without the engine."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__({})
        self.sandbox = sandbox

    def evaluate(
        self, expression: str, context: dict[str, Any], external_context: Names = None
    ) -> Json:
        """Return the value of an expression over a task's data."""
        return self.sandbox.evaluate(expression, context, external_context or {})

    def execute(self, script: str, context: dict[str, Any], external_context: Names = None) -> bool:
        """Run a script and write its results back: all or nothing."""
        context.update(self.sandbox.execute(script, context, external_context or {}))
        return True


class OperatorScriptEngine(PythonScriptEngine):
    """The script engine of every instance; ``call`` runs an operator in the caller's unit."""

    def __init__(self, call: Call, sandbox: Sandbox) -> None:
        super().__init__(SandboxEnvironment(sandbox))
        self.call, self.sandbox = call, sandbox

    def validate(self, expression: str) -> None:
        """Raise a ``SyntaxError`` for what is no expression, as decision tables expect."""
        source.expression(expression)

    def evaluate(self, task: Task, expression: str, external_context: Names = None) -> Json:
        """Return the value of an expression over the task's data."""
        try:
            return self.environment.evaluate(expression, task.data, external_context)
        except SandboxError as error:
            raise text_failure(task, error) from error

    def execute(self, task: Task, script: str, external_context: Names = None) -> bool:
        """Run a script on the task's data."""
        try:
            return bool(self.environment.execute(script, task.data, external_context))
        except SandboxError as error:
            raise text_failure(task, error) from error

    def call_service(self, task: Task, **call: Json) -> str:
        """Run the operator and return its result as JSON, as the library expects."""
        info = info_of(task)
        values = {name: given["value"] for name, given in call["operation_params"].items()}
        try:
            result = self.call(call["operation_name"], values, info)
            return orjson.dumps(result).decode()
        except SmallworksError:
            raise
        except Exception as error:
            raise OperatorFailedError(
                title=info.title, element=info.element, operator=call["operation_name"]
            ) from error


def info_of(task: Task) -> TaskInfo:
    """Describe a task for an operator or an error."""
    spec = task.task_spec
    element = getattr(spec, "bpmn_id", None) or str(spec.name)
    title = getattr(spec, "bpmn_name", None) or element
    return TaskInfo(task.id.hex, element, title, getattr(spec, "lane", None), task.data)


def text_failure(task: Task, error: SmallworksError) -> TextFailedError:
    """Name the element in an error of one of its texts."""
    info = info_of(task)
    return TextFailedError(title=info.title, element=info.element, reason=error.text)
