"""Cases played as a tree: what they share is done once, what no recording knows is mended."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from processes.cases.format import WorkedCase
from processes.cases.playing import Plan, play, steps_known

pytestmark = pytest.mark.req("PL-2")


@dataclass
class Wrong:
    code: str = "form_invalid"
    message: str = "填写有误。"
    fields: dict[str, str] = field(default_factory=dict)


@dataclass
class Step:
    step: str
    title: str = "新环节"


@dataclass
class Seen:
    open: list[Step]
    error: Wrong | None
    facts: dict[str, Any]
    walked: dict[str, list[str]]


class Diary:
    """A world that writes down what is done in it; after ``a`` the step ``new`` is in the way."""

    def __init__(self, *, has_new: bool = False) -> None:
        self.done: list[str] = []
        self.every: list[str] = []
        self.has_new = has_new

    def do(self, act, *, whole=True) -> Seen:
        step = str(act["step"])
        self.every.append(step)
        if step == "refused":
            return Seen([], Wrong(fields={"price": "太高"}), self.facts(), {})
        self.done.append(step)
        blocks = self.has_new and self.done[-1] == "a"
        return Seen([Step("new")] if blocks else [], None, self.facts(), {"flow": [*self.done]})

    def facts(self) -> dict[str, Any]:
        return {"next": [], "phase": "/".join(self.done)}

    def snapshot(self) -> bytes:
        return json.dumps(self.done).encode()

    def restore(self, data: bytes) -> None:
        self.done = json.loads(data)


def plan(name: str, *steps: str, **expect: Any) -> Plan:
    acts = tuple({"step": step} for step in steps)
    return Plan("cases/x.toml", WorkedCase(name, "flow", "无", acts, expect), acts)


def test_what_cases_share_is_done_once() -> None:
    plans = [
        plan("一", "a", "b", "c", phase="a/b/c"),
        plan("二", "a", "b", "d", phase="a/b/d"),
        plan("三", "a", "b", phase="a/b"),
    ]
    world = Diary()
    results = {one.name: one for one in play(world, plans, steps_known(plans))}
    assert all(one.passed for one in results.values())
    assert world.every == ["a", "b", "c", "d"]
    assert results["二"].walked == {"flow": ["a", "b", "d"]}


def test_what_came_about_otherwise_is_said() -> None:
    (result,) = play(Diary(), [plan("一", "a", phase="x")], {"a"})
    assert not result.passed
    assert result.told == ("项目状态应为x，实际为a",)


def test_a_refusal_may_be_what_is_expected_and_is_told_otherwise() -> None:
    plans = [
        plan("应拒", "a", "refused", refused="form_invalid"),
        plan("不应", "a", "refused", phase="a"),
    ]
    expected, unexpected = play(Diary(), plans, {"a", "refused"})
    assert expected.passed
    assert unexpected.told == ("没有办成：填写有误。“price”太高",)


def test_acts_after_a_refusal_are_not_done_and_the_number_is_told() -> None:
    world = Diary()
    (result,) = play(world, [plan("一", "a", "refused", "c", phase="a")], {"a", "refused", "c"})
    assert result.told == ("第2个动作没有办成：填写有误。“price”太高",)
    assert world.every == ["a", "refused"]


def test_a_step_that_no_recording_knows_is_answered_and_told() -> None:
    world = Diary(has_new=True)
    (result,) = play(world, [plan("一", "a", "b", phase="a/new/b")], {"a", "b"})
    assert result.passed
    assert world.every == ["a", "new", "b"]
    assert "新环节“新环节”（new）" in result.warnings[0]
    assert result.inserted == ((1, {"step": "new"}),)


def test_a_known_step_that_waits_at_the_end_is_left_alone() -> None:
    world = Diary(has_new=True)
    (result,) = play(world, [plan("一", "a", phase="a")], {"a"})
    assert result.passed
    assert world.every == ["a"]


def test_a_step_just_drawn_is_new_to_the_cases_that_do_not_do_it_though_another_does() -> None:
    plans = [plan("旧", "a", "b", phase="a/new/b"), plan("新", "a", "new", "b", phase="a/new/b")]
    results = {
        one.name: one for one in play(Diary(has_new=True), plans, {"a", "b", "new"}, {"new"})
    }
    assert [one.passed for one in results.values()] == [True, True]
    assert results["旧"].inserted == ((1, {"step": "new"}),)
    assert results["新"].inserted == ()
