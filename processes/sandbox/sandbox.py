"""What the engine calls: evaluate an expression, run a script, check a text."""

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from processes.sandbox import plain, source
from processes.sandbox.errors import (
    SandboxError,
    SandboxLimitError,
    SandboxSyntaxError,
    UnknownNameError,
)
from processes.sandbox.helper import (
    CHECK,
    EXPRESSION,
    SCRIPT,
    STRAIGHT,
    Functions,
    Helper,
    Limits,
    StarlarkFailureError,
)
from processes.sandbox.runtime_words import in_chinese

Json = Any  # whatever JSON can say
Data = Mapping[str, Any]
Kind = Literal["expression", "script"]
EMPTY: Data = {}


@dataclass(frozen=True)
class Problem:
    """Why a text does not compile."""

    line: int
    message: str
    column: int = 0
    """Counted from one; 0 when only the line is known."""


class Sandbox:
    """Runs texts of diagrams in the helper process.

    ``functions`` are the platform's own: called here, by name, with JSON values, while the text
    waits. They must be quick and must not evaluate texts themselves.
    """

    def __init__(self, functions: Functions | None = None, *, helper: Helper | None = None) -> None:
        self.functions = dict(functions or {})
        self.helper = helper or shared_helper()
        self._known = frozenset(self.functions) | source.PURE

    def evaluate(self, text: str, names: Data, extra: Data = EMPTY) -> Json:
        """Return the value of an expression; ``extra`` goes before ``names``."""
        parsed = source.expression(text)
        if isinstance(parsed, source.Constant):
            return parsed.value
        if isinstance(parsed, source.Variable):
            return copied(look_up(parsed.name, names, extra))
        wanted = [name for name in parsed.reads if name not in self._known]
        data = {name: look_up(name, names, extra) for name in wanted}
        if parsed.plain is not None and len(wanted) == len(parsed.reads):
            value = plain.run(parsed.plain, data)
            if value is not plain.ASK:
                return copied(value)
        return self._run(EXPRESSION, parsed, f"{','.join(wanted)}||{self._host(parsed)}", data)

    def execute(self, text: str, names: Data, extra: Data = EMPTY) -> dict[str, Any]:
        """Run a script and return the variables it set or changed."""
        parsed = source.script(text)
        wanted = [name for name in parsed.reads if name not in self._known]
        data = {
            name: extra[name] if name in extra else names[name]
            for name in wanted
            if name in extra or name in names
        }
        missing = [name for name in wanted if name not in data and name not in parsed.binds]
        if missing:
            raise UnknownNameError(name=missing[0])
        outputs = sorted(({*parsed.binds} | (data.keys() & names.keys())) - extra.keys())
        spoken = f"{','.join(sorted(data))}|{','.join(outputs)}|{self._host(parsed)}"
        kind = STRAIGHT if parsed.straight else SCRIPT
        result: dict[str, Any] = self._run(kind, parsed, spoken, data)
        return result

    def compile_check(self, kind: Kind, text: str) -> list[Problem]:
        """Return why a text would not run, without running it."""
        try:
            parsed = source.script(text) if kind == "script" else source.expression(text)
            if isinstance(parsed, source.Source):
                self._compile(kind, parsed)
        except SandboxError as error:
            return [_problem(error)]
        return []

    def _compile(self, kind: Kind, parsed: source.Source) -> None:
        unknown = [name for name in parsed.calls if name not in self._known]
        if unknown:  # a variable holds data, so nothing else can be called
            raise SandboxSyntaxError(f"没有名为 {unknown[0]} 的函数，请改用函数表中的函数。")
        wanted = ",".join(name for name in parsed.reads if name not in self._known)
        self._send(CHECK, parsed, f"{wanted}||{self._host(parsed)}", kind.encode())

    def _host(self, parsed: source.Source) -> str:
        return ",".join(name for name in parsed.reads if name in self.functions)

    def _run(self, kind: int, parsed: source.Source, names: str, data: Data) -> Json:
        try:
            frame = orjson.dumps(data)
        except (TypeError, ValueError) as error:
            raise SandboxError("流程数据含有不能用于表达式的值，请联系管理员。") from error
        return orjson.loads(self._send(kind, parsed, names, frame))

    def _send(self, kind: int, parsed: source.Source, names: str, frame: bytes) -> bytes:
        try:
            return self.helper.call(kind, parsed.starlark, names, frame, self.functions)
        except StarlarkFailureError as error:
            raise explain(str(error), parsed.text) from None
        except (TypeError, ValueError, ArithmeticError, LookupError) as error:
            # a function of ours was given what it cannot take
            shown = parsed.text.strip()[:120]
            message = f"“{shown}”无法计算：函数的参数不对，请按函数表的写法填写。"
            raise SandboxError(message, reason=str(error)[:200]) from error


def _problem(error: SandboxError) -> Problem:
    line, column = (int(str(error.details.get(name, 0))) for name in ("line", "column"))
    return Problem(line or 1, error.text, column)


def look_up(name: str, names: Data, extra: Data) -> Json:
    """Return a variable's value."""
    if name in extra:
        return extra[name]
    if name in names:
        return names[name]
    raise UnknownNameError(name=name)


def copied(value: Json) -> Json:
    """Return a value that shares nothing with the process data."""
    return orjson.loads(orjson.dumps(value)) if isinstance(value, dict | list) else value


def explain(words: str, text: str) -> SandboxError:
    """Turn Starlark's words into an error for the diagram's author."""
    lines = [line.strip() for line in words.splitlines()]
    reason = next((line[7:] for line in lines if line.startswith("error: ")), lines[0])[:200]
    shown = text.strip()[:120]
    if "cancelled" in words:
        return SandboxLimitError(text=shown)
    kind = SandboxSyntaxError if "parse error" in words.lower() else SandboxError
    refused = re.search(r"unexpected symbol '([^']+)'", reason)
    if refused:
        message = f"“{shown}”里不能用“{refused[1]}”这种写法，请改用函数表中的函数或更简单的写法。"
        return kind(message, reason=reason)
    return kind(f"“{shown}”无法计算：{in_chinese(reason)}", reason=reason)


_shared: list[Helper] = []
_lock = threading.Lock()


def shared_helper() -> Helper:
    """Return this process's helper; the child starts at the first call."""
    with _lock:
        if not _shared:
            _shared.append(Helper(Limits()))
        return _shared[0]
