"""What shows only when a diagram is run: it hangs, raises, turns for ever, leaves a step out."""

from processes.lint import Catalogue, check
from processes.lint.diagram import Diagram
from processes.lint.rehearse import rehearsed
from tests.processes.diagrams import (
    END,
    START,
    chain,
    data,
    flow,
    line,
    message,
    node,
    process,
    script,
    timer,
)


def named(diagram: bytes) -> set[tuple[str, str, str]]:
    return {(each.rule, each.element, each.level) for each in rehearsed(Diagram(diagram))}


def user(id: str) -> str:  # noqa: A002
    return node("userTask", id)


def test_a_join_that_waits_for_a_branch_not_taken_hangs():
    diagram = process(
        START,
        node("exclusiveGateway", "pick", default="pick_b"),
        user("a"),
        user("b"),
        node("parallelGateway", "join"),
        END,
        chain("begin", "pick"),
        flow("pick", "a", "ok"),
        flow("pick", "b"),
        chain("a", "join", "finish"),
        chain("b", "join"),
    )
    assert ("hangs", "join", "error") in named(diagram)


def test_a_loop_that_never_waits_is_found_by_running_too():
    diagram = process(
        START,
        script("count", "n = 1"),
        node("exclusiveGateway", "again", default="again_count"),
        END,
        chain("begin", "count", "again"),
        flow("again", "count"),
        flow("again", "finish", "False"),
        id="flow",
    )
    assert named(diagram) <= {("endless", "count", "error"), ("endless", "again", "error")}


def test_a_loop_without_a_choice_does_not_even_start():
    assert {rule for rule, *_ in named(data("no_wait_cycle.bpmn"))} == {"endless"}


def test_what_the_parser_refuses_is_a_finding():
    diagram = line(node("subProcess", "odd", user("x")), ids="odd")
    assert {rule for rule, *_ in named(diagram)} == {"cannot_parse"}


def test_what_chance_never_comes_by_is_no_finding():
    diagram = process(
        START,
        user("work"),
        node("boundaryEvent", "side", message("m"), attachedToRef="work"),
        user("late"),
        END,
        chain("begin", "work", "finish"),
        chain("side", "late", "finish"),
        extra='<bpmn:message id="m" name="stop"/>',
    )
    assert named(diagram) == set()
    lonely = process(START, END, user("alone"), chain("begin", "finish"), chain("alone", "finish"))
    assert named(lonely) == set()


def test_timers_of_every_kind_are_walked():
    for kind in ("timeDuration", "timeDate"):
        pause = node("intermediateCatchEvent", "pause", timer(kind, "whenever"))
        assert named(line(pause, user("after"), ids="pause after")) == set()
    assert named(data("timer_cycle.bpmn")) == set()


def test_no_text_of_the_diagram_is_run():
    diagram = line(script("s", "x = 1 // 0"), ids="s")
    assert named(diagram) == set()


def test_the_large_sample_is_walked_whole():
    assert named(data("sample.bpmn")) == set()
    assert len(check(data("sample.bpmn"), Catalogue())) > 10
