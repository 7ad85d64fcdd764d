"""What a running instance does, each behaviour on a diagram of its own."""

from datetime import datetime, timedelta

import pytest

from models.clock import CHINA
from models.errors import InvalidError
from processes.runtime import FlowFailedError, Runtime
from processes.script_engine import OperatorFailedError, TextFailedError
from processes.spiff.errors import (
    EngineBudgetError,
    MessageNotAwaitedError,
    RuntimeSpentError,
    TaskNotOpenError,
    UnsupportedDiagramError,
    WrongSpecError,
)
from processes.spiff.workflow import READY
from tests.processes.diagrams import END, START, chain, data, line, node, process, script, service
from tests.processes.runs import NOON, Run, prepare, source

FORM = {"approved": 1, "amount": 21}


def test_a_flow_runs_from_its_first_form_to_its_end():
    run = Run("linear5")
    for element in ("task1", "task2", "task3", "task4", "task5"):
        assert run.open == [element]
        run.complete(element, **FORM)
    assert run.runtime.completed
    assert run.runtime.data == {**FORM, "total": 42}
    assert not run.runtime.terminated


def test_a_gateway_takes_its_default_when_no_condition_holds():
    run = Run("linear5").complete("task1", approved=0).complete("task2")
    assert run.open == ["task4"]


def test_an_open_task_says_what_a_work_item_needs():
    run = Run("sample", **SAMPLE)
    (task,) = run.runtime.open_tasks()
    assert (task.element, task.title, task.lane) == ("submit", "提交项目", "业主单位")
    assert task.extensions["properties"]["formJsonSchemaFilename"] == "project-submit-schema.json"
    assert task.data["project_name"] == "修路"
    assert task.flow == "sample:1"


SAMPLE = {
    "project_name": "修路",
    "is_emergency": False,
    "review_limit": "P3D",
    "signup_period": "P5D",
    "budget": 400_000,
    "method": "random",
    "min_capital": 10,
    "approved": True,
    "draw_seed": "s",
}


def answers(name, params, info):
    bidders = [{"name": "甲", "capital": 20}, {"name": "乙", "capital": 30}]
    return bidders if name == "bid/collect" else {"done": name}


def test_the_large_sample_runs_to_its_end_with_timers_services_and_parallel_branches():
    run = Run("sample", answer=answers, **SAMPLE)
    run.complete("submit").complete("review", approved=True)
    assert run.runtime.next_due() == NOON + timedelta(days=5)
    run.later(days=5)
    assert run.open == ["supervise"]
    run.complete("supervise")
    assert run.open == ["publicity", "winner_confirm"]
    run.complete("winner_confirm").complete("publicity").complete("contract")
    assert run.runtime.completed
    assert run.runtime.data["qualified_count"] == 2
    assert [name for name, *_ in run.calls][-1] == "archive/store"


def test_a_second_completion_of_a_task_is_refused():
    run = Run("linear5")
    (task,) = run.runtime.open_tasks()
    run.complete("task1", **FORM)
    with pytest.raises(TaskNotOpenError):
        run.do("complete", task.task_id, FORM)
    with pytest.raises(TaskNotOpenError):
        run.do("complete", "no id", FORM)


def test_after_an_exception_the_runtime_is_spent():
    run = Run("linear5").complete("task1")
    runtime = run.load()
    (task,) = runtime.open_tasks()
    with pytest.raises(TextFailedError) as caught:
        runtime.complete(task.task_id, {})
    assert caught.value.details["element"] == "gw_split"
    assert "approved" in caught.value.text
    for spent in (runtime.advance, runtime.refresh, runtime.dump):
        with pytest.raises(RuntimeSpentError):
            spent()
    assert run.load().open_tasks()[0].element == "task2"


def test_an_operator_gets_its_evaluated_parameters_and_the_task_it_runs_for():
    run = Run("service", draw_id="d1", tickets=[1, 2, 3])
    ((name, params, info),) = run.calls
    assert (name, params) == ("draw.hold", {"draw": "d1", "kind": "random", "tickets": 3})
    assert (info.element, len(info.task_id)) == ("hold", 32)
    assert run.runtime.open_tasks()[0].data["drawn"] == {"ok": True}


def test_the_cause_of_a_failing_operator_is_not_hidden():
    def fail(*_):
        raise LookupError("no such draw")

    with pytest.raises(OperatorFailedError) as caught:
        Run("service", answer=fail, draw_id="d1", tickets=[])
    assert isinstance(caught.value.__cause__, LookupError)
    assert caught.value.details["element"] == "hold"
    assert "hold" in caught.value.text


def test_an_operators_own_error_reaches_the_person_unchanged():
    class TooFewError(InvalidError):
        message = "意向企业不足两家。"

    def fail(*_):
        raise TooFewError

    with pytest.raises(TooFewError):
        Run("service", answer=fail, draw_id="d1", tickets=[])


def test_an_operators_result_must_be_json():
    with pytest.raises(OperatorFailedError) as caught:
        Run("service", answer=lambda *_: {"when": {1, 2}}, draw_id="d1", tickets=[])
    assert isinstance(caught.value.__cause__, TypeError)


def test_a_functions_own_error_reaches_the_person_unchanged():
    class YearMissingError(InvalidError):
        message = "2031年的工作日历尚未载入。"

    def after(*_):
        raise YearMissingError

    diagram = line(script("plan", "due = working_days_after('2031-01-01', 3)"), ids="plan")
    with pytest.raises(YearMissingError):
        Run(prepare("x", bpmn=diagram), functions={"working_days_after": after})


# ---- timers


def test_a_duration_counts_from_the_business_clock():
    run = Run("timer_duration", period="P3D")
    assert run.runtime.next_due() == NOON + timedelta(days=3)
    assert run.later(days=2, hours=23).open == []
    assert run.later(hours=1).open == ["after"]
    assert run.runtime.next_due() is None


def test_a_date_fires_at_its_very_moment_and_not_before():
    run = Run("timer_date", closes_at="2026-11-25T17:00:00+08:00")
    assert run.runtime.next_due() == datetime(2026, 11, 25, 17, tzinfo=CHINA)
    assert run.later(days=5, hours=4, minutes=59).open == []
    assert run.later(minutes=1).open == ["after"]


def test_an_endless_wait_needs_no_machine_time():
    run = Run("timer_duration", period="P3D", start=datetime(2040, 1, 1, tzinfo=CHINA))
    assert run.runtime.next_due() == datetime(2040, 1, 4, tzinfo=CHINA)


def test_a_cycle_fires_as_often_as_it_says_and_catches_up():
    run = Run("timer_cycle")
    assert run.later(hours=1).open == ["work"]
    assert len(run.calls) == 1
    run.later(hours=9)
    assert len(run.calls) == 3
    assert run.later(days=9).open == ["work"]
    assert len(run.calls) == 3
    assert run.complete("work").runtime.completed


def test_a_bad_timer_value_names_its_element():
    with pytest.raises(FlowFailedError) as caught:
        Run("timer_duration", period="three days")
    assert caught.value.details["element"] == "begin"
    assert caught.value.__cause__ is not None


def test_of_message_and_timer_behind_an_event_gateway_the_first_wins():
    told = Run("event_gateway").message("told")
    assert told.open == ["answered"]
    assert told.runtime.next_due() is None
    late = Run("event_gateway").later(days=5)
    assert late.open == ["overdue"]
    assert late.runtime.awaited() == frozenset()


# ---- messages, called flows


def caller() -> Run:
    return Run(prepare("caller", calls={"called": "called:1"}), rounds=0, period="P5D")


def test_lanes_of_a_called_flow_are_kept_and_ids_may_repeat():
    run = caller()
    (task,) = run.runtime.open_tasks()
    assert (task.element, task.lane, task.flow) == ("work", "项目业主", "called:1")
    run.complete("work")
    (task,) = run.runtime.open_tasks()
    assert (task.element, task.lane, task.flow) == ("work", "交易中心", "caller:1")
    assert {(e.flow, e.lane) for e in run.prepared.elements if e.id == "work"} == {
        ("called:1", "项目业主"),
        ("caller:1", "交易中心"),
    }


def test_an_interrupting_message_may_come_again_and_arms_the_timer_anew():
    run = caller()
    for number in range(1, 4):
        run.later(days=1).message("change", number=number)
        assert run.open == ["amend"]
        run.complete("amend")
        assert run.runtime.next_due() == run.now + timedelta(days=5)
    visits = [s for s in run.runtime.trail() if (s.flow, s.element) == ("called:1", "count")]
    assert visits[0].visits == 4
    assert run.runtime.awaited() == {"change", "stop"}


def test_a_terminate_end_ends_everything():
    run = caller().message("stop")
    assert run.runtime.completed
    assert run.runtime.terminated
    assert run.open == []
    assert run.runtime.next_due() is None


def test_a_message_nobody_waits_for_is_refused():
    with pytest.raises(MessageNotAwaitedError):
        caller().message("objection")


def test_a_messages_payload_reaches_the_data():
    run = caller().message("change", reason="工期")
    assert run.runtime.open_tasks()[0].data["change"] == {"reason": "工期"}


def test_a_call_without_a_pinned_version_is_refused():
    with pytest.raises(UnsupportedDiagramError, match="called"):
        prepare("caller")


def test_an_embedded_sub_process_inherits_its_lane():
    run = Run("subprocess")
    assert run.runtime.open_tasks()[0].lane == "交易中心"
    assert run.complete("step", answer=1).complete("after").runtime.data["answer"] == 1


# ---- the library's traps (each lost data, hung or leaked before)


def test_an_event_sub_process_leaves_the_shared_spec_alone():
    first = Run("event_subprocess")
    first.message("question", text="?")
    assert first.open == ["answer", "work"]
    second = Run(first.prepared)
    assert second.open == ["work"]
    assert second.complete("work").runtime.completed
    first.complete("work")
    assert first.complete("answer").runtime.completed


@pytest.mark.parametrize("kind", ["parallel", "sequential"])
def test_a_loaded_multi_instance_collects_every_answer(kind):
    run = Run(f"{kind}_multi_instance", experts=["a", "b", "c"])
    while "evaluate" in run.open:
        task = next(t for t in run.runtime.open_tasks() if t.element == "evaluate")
        assert task.lane == "评标专家"
        run.do("complete", task.task_id, {"score": task.data["expert"] * 2})
    assert run.open == ["after"]
    assert sorted(run.runtime.open_tasks()[0].data["scores"]) == ["aa", "bb", "cc"]


def test_a_multi_instance_begun_in_one_process_is_finished_in_another():
    run = Run("parallel_multi_instance", experts=["a", "b"])
    for _ in range(2):
        # a worker that never started such an instance has a spec that no child ever ran on
        run.prepared = prepare("parallel_multi_instance")
        run.runtime = run.load()
        run.do("complete", run.runtime.open_tasks()[0].task_id, {"score": 1})
    assert run.open == ["after"]
    assert run.runtime.open_tasks()[0].data["scores"] == [1, 1]


def test_the_librarys_own_search_sees_below_a_thousand_levels_too():
    run = Run("rework_loop", ok=False)
    for _ in range(520):
        run.runtime.complete(run.runtime.open_tasks()[0].task_id, {"ok": False})
    workflow = run.runtime._workflow
    assert [task.task_spec.name for task in workflow.get_tasks(state=READY, manual=True)] == [
        "fill"
    ]


def test_an_instance_does_not_vanish_below_a_thousand_levels():
    run = Run("rework_loop", ok=False)
    runtime = run.runtime
    for _ in range(600):
        (task,) = runtime.open_tasks()
        runtime.complete(task.task_id, {"ok": False})
    run.state = runtime.dump()
    run.runtime = run.load()
    assert run.complete("fill", ok=True).runtime.completed
    visits = {step.element: step.visits for step in run.runtime.trail()}
    assert visits["fill"] == 601


def test_an_endless_automatic_loop_is_stopped():
    with pytest.raises(EngineBudgetError) as caught:
        Run("endless_loop", n=1)
    assert caught.value.details["element"] in {"count", "enough"}


def test_a_branch_that_changes_a_nested_value_changes_it_for_itself_alone():
    diagram = process(
        START,
        node("parallelGateway", "split"),
        script("one", "board['one'] = 9\nseen = board"),
        node("userTask", "late"),
        node("userTask", "two"),
        node("parallelGateway", "join"),
        END,
        chain("begin", "split", "one", "late", "join", "finish"),
        chain("split", "two", "join"),
    )
    run = Run(prepare("x", bpmn=diagram), board={"one": 0})
    boards = {task.element: task.data["board"] for task in run.runtime.open_tasks()}
    assert boards == {"late": {"one": 9}, "two": {"one": 0}}


def test_data_of_branches_with_names_of_their_own_is_joined_whole():
    run = Run("parallel_branches", shared={"x": 1})
    run.complete("second", two=[2]).complete("first", one=[1])
    assert run.runtime.open_tasks()[0].data == {"shared": {"x": 1}, "one": [1], "two": [2]}


def test_a_script_changes_only_a_copy():
    given = {"xs": [1], "n": {"deep": [1]}}
    diagram = line(script("grow", "xs.append(2)\nn['deep'].append(2)"), ids="grow")
    run = Run(prepare("x", bpmn=diagram), **given)
    assert run.runtime.data == {"xs": [1, 2], "n": {"deep": [1, 2]}}
    assert given == {"xs": [1], "n": {"deep": [1]}}


def test_a_change_of_type_alone_is_kept():
    diagram = line(
        script("turn", "flag = True\nrate = 2.0"), node("userTask", "look"), ids="turn look"
    )
    run = Run(prepare("x", bpmn=diagram), flag=1, rate=2)
    seen = run.runtime.open_tasks()[0].data
    assert (type(seen["flag"]), type(seen["rate"])) == (bool, float)


def test_a_state_on_the_wrong_version_is_refused_clearly():
    run = Run("linear5")
    other = prepare("linear5", bpmn=data("linear5.bpmn").replace(b'"task4"', b'"task_four"'))
    with pytest.raises(WrongSpecError):
        Runtime.load(prepare("rework_loop"), run.state, run.engine)
    run.complete("task1").complete("task2", approved=1, amount=1).complete("task3")
    with pytest.raises(WrongSpecError) as caught:
        Runtime.load(other, run.state, run.engine)
    assert caught.value.details["element"] == "task4"


def test_a_comment_in_a_condition_does_not_cut_it():
    text = data("rework_loop.bpmn").replace(b">ok<", b">ok <!-- c --> and sure<")
    run = Run(prepare("rework_loop", bpmn=text), ok=True, sure=False)
    assert run.complete("fill").open == ["fill"]


def test_a_loop_without_choice_is_refused_when_it_starts():
    with pytest.raises(UnsupportedDiagramError, match="循环"):
        Run("no_wait_cycle")


# ---- decisions


@pytest.mark.parametrize("table", ["method_unique.dmn", "method_first.dmn"])
@pytest.mark.parametrize(
    ("budget", "urgent", "method"),
    [
        (299_999, False, "entrusted"),
        (300_000, False, "random_draw"),
        (1_000_000, False, "reverse_auction"),
        (5, True, "emergency"),
    ],
)
def test_a_decision_table_decides(table, budget, urgent, method):
    run = Run("decision", table, budget=budget, urgent=urgent)
    assert run.runtime.open_tasks()[0].data["method"] == method


def test_a_decision_without_a_matching_rule_sets_nothing():
    run = Run("decision", "method_overlap.dmn", budget=2_000_000, urgent=False)
    assert "method" not in run.runtime.open_tasks()[0].data


# ---- trail


def test_the_trail_tells_done_current_and_visits():
    run = Run("rework_loop", ok=False).complete("fill", ok=False)
    trail = {step.element: (step.state, step.visits) for step in run.runtime.trail()}
    assert trail == {"begin": ("done", 1), "fill": ("current", 1), "good": ("done", 1)}


def test_the_trail_of_a_called_flow_stands_under_its_own_key():
    trail = {(s.flow, s.element): s.state for s in caller().runtime.trail()}
    assert trail["caller:1", "announce"] == "current"
    assert trail["called:1", "work"] == "current"
    assert ("called:1", "overdue") in trail


def test_data_of_a_task_is_what_it_sees():
    run = Run("linear5", a=1)
    (task,) = run.runtime.open_tasks()
    assert run.runtime.data_of(task.task_id) == {"a": 1}
    assert run.complete("task1", b=2).runtime.data_of(task.task_id) == {"a": 1, "b": 2}


def test_start_and_service_work_without_a_person():
    diagram = process(START, service("a", "x.y"), END, chain("begin", "a", "finish"))
    assert Run(prepare("x", bpmn=diagram)).runtime.data == {"result": {"ok": True}}
    assert source("linear5").process_id == "linear5"
