"""Running a diagram of ``tests/data`` step by step, saved and loaded at every step."""

from datetime import datetime, timedelta
from typing import Any

from models.clock import CHINA, business_clock
from processes.runtime import Runtime
from processes.sandbox.sandbox import Sandbox
from processes.script_engine import OperatorScriptEngine
from processes.specs import Prepared, Source, SpecCache
from tests.processes.diagrams import data

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=CHINA)


def source(name: str, *dmn: str, calls: dict[str, str] | None = None, bpmn: bytes = b"") -> Source:
    bpmn = bpmn or data(f"{name}.bpmn")
    ids = {"linear5": "linear5", "sample": "small_works", "caller": "caller", "called": "called"}
    return Source(f"{name}:1", ids.get(name, "flow"), bpmn, tuple(map(data, dmn)), calls or {})


def prepare(name: str, *dmn: str, **kw: Any) -> Prepared:
    sources = {f"{name}:1": source(name, *dmn, **kw), "called:1": source("called")}
    return SpecCache(sources.__getitem__).get(f"{name}:1")


class Run:
    """One instance whose state goes through bytes after every verb."""

    def __init__(self, name: str, *dmn: str, answer=None, start=None, functions=None, **given: Any):
        self.calls: list[tuple[str, dict, Any]] = []
        self.answer = answer or (lambda *_: {"ok": True})
        self.prepared = name if isinstance(name, Prepared) else prepare(name, *dmn)
        self.engine = OperatorScriptEngine(self.call, Sandbox(functions))
        self.now = start or NOON
        with self.clock():
            self.runtime = Runtime.start(self.prepared, given, self.engine)
        self.state = self.runtime.dump()

    def clock(self):
        return business_clock(lambda: self.now)

    def call(self, name, params, info):
        self.calls.append((name, params, info))
        return self.answer(name, params, info)

    def load(self) -> Runtime:
        return Runtime.load(self.prepared, self.state, self.engine)

    def do(self, verb, *args) -> "Run":
        with self.clock():
            self.runtime = self.load()
            getattr(self.runtime, verb)(*args)
            self.state = self.runtime.dump()
            self.runtime = self.load()
        return self

    def complete(self, element: str, **form: Any) -> "Run":
        open_task = next(t for t in self.runtime.open_tasks() if t.element == element)
        return self.do("complete", open_task.task_id, form)

    def message(self, name: str, **payload: Any) -> "Run":
        return self.do("message", name, payload)

    def later(self, **delta: float) -> "Run":
        self.now += timedelta(**delta)
        return self.do("refresh")

    @property
    def open(self) -> list[str]:
        return sorted(task.element for task in self.runtime.open_tasks())
