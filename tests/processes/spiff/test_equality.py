"""The fast classes and the library's own go the same way on random walks."""

import random
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.util import BpmnEvent
from SpiffWorkflow.spiff.serializer import DEFAULT_CONFIG
from SpiffWorkflow.spiff.specs.event_definitions import MessageEventDefinition
from SpiffWorkflow.util.task import TaskState

from models.clock import business_clock
from processes.sandbox.sandbox import Sandbox
from processes.script_engine import OperatorScriptEngine
from processes.spiff import codec
from processes.spiff.messages import awaited_messages
from processes.spiff.timers import next_due
from processes.spiff.workflow import FastWorkflow
from tests.processes.runs import NOON, prepare

REGISTRY = BpmnWorkflowSerializer.configure(DEFAULT_CONFIG)
SAMPLE: dict[str, Any] = {
    "project_name": "修路",
    "is_emergency": False,
    "review_limit": "P3D",
    "signup_period": "P5D",
    "budget": 200_000,
    "method": "random",
    "min_capital": 10,
    "approved": True,
    "draw_seed": "s",
}
START = {
    "linear5": {},
    "sample": SAMPLE,
    "rework_loop": {},
    "parallel_branches": {"xs": [1]},
    "parallel_multi_instance": {"experts": ["a", "b", "c"]},
    "sequential_multi_instance": {"experts": ["a", "b", "c"]},
    "caller": {"rounds": 0, "period": "P5D"},
    "event_gateway": {},
    "timer_cycle": {},
    "subprocess": {},
    "event_subprocess": {},
}


def answer(name, params, info):
    bidders = [{"name": "甲", "capital": 20}, {"name": "乙", "capital": 30}]
    return bidders if name == "bid/collect" else {"done": name}


def form(chance: random.Random) -> dict[str, Any]:
    return {
        "approved": chance.random() < 0.7,
        "amount": chance.randrange(99),
        "is_emergency": chance.random() < 0.2,
        "method": chance.choice(["random", "entrust"]),
        "ok": chance.random() < 0.5,
        "score": chance.choice([1, True, 2.0, None, "分", [1, {"a": []}]]),
        f"key{chance.randrange(3)}": chance.randrange(3),
    }


class Walker:
    """The library's workflow, or ours when a codec is given."""

    def __init__(self, name: str, fast: bool) -> None:
        calls = {"called": "called:1"} if name == "caller" else None
        self.prepared, self.fast = prepare(name, calls=calls), fast
        self.engine = OperatorScriptEngine(answer, Sandbox())
        kind = FastWorkflow if fast else BpmnWorkflow
        specs = self.prepared.subprocess_specs
        self.workflow = kind(self.prepared.spec, specs, script_engine=self.engine)
        self.workflow.task_tree.data.update(START[name])
        self.settle()

    def workflows(self):
        return [self.workflow, *self.workflow.subprocesses.values()]

    def settle(self) -> None:
        self.workflow.steps = 0
        for _ in range(3):
            self.workflow.do_engine_steps()

    def ready(self):
        return [
            task
            for each in self.workflows()
            for task in each.get_tasks(state=TaskState.READY, manual=True)
        ]

    def act(self, kind: str, number: int, values: Any) -> None:
        if kind == "task":
            task = self.ready()[number]
            task.data = {**task.data, **values}
            task.run()
        elif kind == "message":
            event = BpmnEvent(MessageEventDefinition(values), payload={"n": number})
            self.workflow.send_event(event)
        self.workflow.refresh_timers()
        self.settle()

    def save_and_load(self) -> None:
        if self.fast:
            blob = codec.dumps(self.workflow)
            self.workflow = codec.loads(
                blob, self.prepared.spec, self.prepared.subprocess_specs, self.engine
            )

    def picture(self):
        names = [each.spec.name for each in self.workflows()]
        return names, [tree(each, each.task_tree) for each in self.workflows()]


def tree(workflow, task):
    kinds = {key: (type(value), value) for key, value in sorted(task.data.items())}
    internal = {k: v for k, v in task.internal_data.items() if k != "instance_map"}
    children = [tree(workflow, child) for child in task.children]
    return task.task_spec.name, task.state, kinds, plain(internal), task.triggered, children


def plain(value):
    """Internal data without task ids, which chance draws."""
    text = repr(value)
    return len(text) if "UUID" in text or "-" in text else text


def options(walker: Walker, chance: random.Random, now: list[datetime]):
    count = len(walker.ready())
    found: list[tuple[str, int, Any]] = [("task", n, form(chance)) for n in range(count)]
    found += [("message", 1, name) for name in sorted(awaited_messages(walker.workflow))]
    if next_due(walker.workflow) is not None:
        found.append(("time", 0, None))
    return found


@pytest.mark.parametrize("name", START)
def test_the_fast_classes_and_the_codec_equal_the_library_on_random_walks(name):
    states = 0
    for seed in range(5):
        chance, now = random.Random(f"{name}{seed}"), [NOON]
        with business_clock(lambda now=now: now[0]):
            ours, theirs = Walker(name, fast=True), Walker(name, fast=False)
            for _ in range(14):
                assert ours.picture() == theirs.picture()
                states += 1
                ours.save_and_load()
                choice = options(ours, chance, now)
                if not choice or ours.workflow.is_completed():
                    break
                kind, number, values = chance.choice(choice)
                if kind == "time":
                    now[0] = max(now[0], next_due(ours.workflow)) + timedelta(seconds=1)
                ours.act(kind, number, values)
                theirs.act(kind, number, values)
            assert ours.workflow.is_completed() == theirs.workflow.is_completed()
    assert states > 5


def test_a_saved_and_loaded_state_is_saved_to_the_same_bytes():
    walker = Walker("sample", fast=True)
    first = codec.dumps(walker.workflow)
    walker.save_and_load()
    assert codec.dumps(walker.workflow) == first


@pytest.mark.parametrize("bad", [{1, 2}, b"x", 1 << 70, {1: 2}])
def test_what_is_not_json_is_refused_when_it_is_saved(bad):
    walker = Walker("linear5", fast=True)
    walker.workflow.task_tree.data["bad"] = bad
    with pytest.raises(TypeError):
        codec.dumps(walker.workflow)


def test_a_state_of_another_codec_is_refused():
    walker = Walker("linear5", fast=True)
    blob = codec.dumps(walker.workflow).replace(b'"v":1', b'"v":9')
    with pytest.raises(codec.StateVersionError):
        codec.loads(blob, walker.prepared.spec, {}, walker.engine)


def test_loading_leaves_the_spec_as_it_was():
    walker = Walker("parallel_multi_instance", fast=True)
    before = REGISTRY.convert(walker.prepared.spec)
    for _ in range(3):
        walker.save_and_load()
        walker.act("task", 0, {"score": 1})
    assert REGISTRY.convert(walker.prepared.spec) == before


def test_a_finished_state_is_small_and_can_still_be_read():
    walker = Walker("linear5", fast=True)
    while walker.ready():
        walker.act("task", 0, {"approved": 1, "amount": 2, "note": "说明" * 100})
    assert walker.workflow.is_completed()
    blob = codec.dumps(walker.workflow)
    assert len(blob) < 800 < len(codec.plain(blob))
    before = walker.picture()
    walker.save_and_load()
    assert walker.picture() == before


def test_a_large_state_is_compressed_while_it_runs():
    walker = Walker("linear5", fast=True)
    walker.act("task", 0, {"list": ["同样的文字"] * 5_000})
    assert len(codec.dumps(walker.workflow)) < 5_000
    walker.save_and_load()
    assert len(walker.ready()[0].data["list"]) == 5_000


def test_parents_are_stored_before_their_children():
    walker = Walker("parallel_multi_instance", fast=True)
    walker.act("task", 0, {"score": 1})
    parents = orjson.loads(codec.dumps(walker.workflow))["p"]
    assert parents[0] == -1
    assert all(0 <= parent < row for row, parent in enumerate(parents) if row)
