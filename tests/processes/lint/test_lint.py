"""Every finding has a diagram that deserves it, and the good diagrams have none."""

import dataclasses
import re
import time

import pytest

from processes.lint import Catalogue, FlowFacts, Parameter, check, rules
from processes.lint.registry import RULES, rule
from processes.xml import BadDiagramError
from tests.processes.diagrams import (
    END,
    START,
    chain,
    data,
    flow,
    form,
    lanes,
    line,
    message,
    node,
    process,
    script,
    service,
    timer,
)

CATALOGUE = Catalogue(
    operators={
        "draw.hold": (
            Parameter("draw", "str", label="选取"),
            Parameter("rounds", "int", required=False, label="轮次"),
            Parameter("public", "bool", required=False),
        ),
        "role.grant": (Parameter("role", "str", label="角色"),),
        "project.advance": (Parameter("phase", "str", label="项目状态"),),
        "notice.draft": (Parameter("kind", "str"), Parameter("template", "str", required=False)),
    },
    forms={"apply": frozenset({"title", "budget"}), "look": frozenset({"opinion"})},
    lanes=frozenset({"项目业主", "交易中心"}),
    decisions={"method": frozenset({"method"})},
    flows=frozenset({"called"}),
    flow_facts={},
    notices=frozenset({"tender_notice"}),
    roles=frozenset({"owner"}),
    functions=frozenset({"now", "working_days_after", "rule", "deadline"}),
    rules=frozenset({"reminder.before_due", "keys.award_notice", "draw.algorithm"}),
    periods=frozenset({"reminder.before_due"}),
    switches=frozenset({"keys.award_notice"}),
)


def user(id: str, inner: str = "") -> str:  # noqa: A002
    return node("userTask", id, inner)


def watched(**properties: str) -> bytes:
    """A step with a deadline and what is given beside it."""
    given = "".join(
        f'<spiffworkflow:property name="{name}" value="{value}"/>'
        for name, value in properties.items()
    )
    inner = form("apply").replace("<spiffworkflow:property ", f"{given}<spiffworkflow:property ", 1)
    return line(user("a", inner), ids="a")


def gateway(id: str, kind: str = "exclusive", **attributes: str) -> str:  # noqa: A002
    return node(f"{kind}Gateway", id, **attributes)


def wait(text: str, kind: str = "timeDuration") -> bytes:
    return line(node("intermediateCatchEvent", "pause", timer(kind, text)), ids="pause")


def hold(**parameters: str) -> bytes:
    return line(service("hold", "draw.hold", **parameters), ids="hold")


def choice(default: str = "pick_two", condition: str = "ok", **given: str) -> bytes:
    return process(
        START,
        gateway("pick", default=default),
        user("one"),
        user("two"),
        END,
        chain("begin", "pick"),
        flow("pick", "one", condition),
        flow("pick", "two", **given),
        chain("one", "finish"),
        chain("two", "finish"),
    )


def filled_in(diagram: bytes, name: str = "apply") -> bytes:
    """The step called one gets a form."""
    plain = user("one").encode()
    return diagram.replace(plain, user("one", form(name)).encode())


def parallel(first: str, second: str, merge: str = "parallel") -> bytes:
    return process(
        START,
        gateway("split", "parallel"),
        first,
        second,
        gateway("join", merge),
        END,
        chain("begin", "split", "a", "join", "finish"),
        chain("split", "b", "join"),
    )


def boundary(inner: str, cancel: str = "true", extra: str = "") -> bytes:
    return process(
        START,
        user("work"),
        node("boundaryEvent", "side", inner, attachedToRef="work", cancelActivity=cancel),
        END,
        chain("begin", "work", "finish"),
        flow("side", "finish"),
        extra=extra,
    )


def event_subprocess(interrupting: str) -> str:
    inside = (
        node("startEvent", "in_begin", message("m"), isInterrupting=interrupting)
        + user("in_step")
        + node("endEvent", "in_finish")
        + chain("in_begin", "in_step", "in_finish")
    )
    return node("subProcess", "asked", inside, triggeredByEvent="true")


def nested_event_subprocess() -> bytes:
    inner = node("startEvent", "s") + user("u") + node("endEvent", "e") + chain("s", "u", "e")
    return line(node("subProcess", "part", inner + event_subprocess("false")), ids="part", extra=M)


M = '<bpmn:message id="m" name="stop"/>'
TWO_TIMERS = process(
    START,
    gateway("either", "eventBased"),
    node("intermediateCatchEvent", "soon", timer("timeDuration", "'P1D'")),
    node("intermediateCatchEvent", "late", timer("timeDuration", "'P9D'")),
    END,
    chain("begin", "either", "soon", "finish"),
    chain("either", "late", "finish"),
)
LOOP = '<bpmn:multiInstanceLoopCharacteristics isSequential="false">{}</bpmn:multiInstanceLoopCharacteristics>'
BY_NUMBER = LOOP.format(
    "<bpmn:loopCardinality>2</bpmn:loopCardinality><bpmn:loopDataOutputRef>scores</bpmn:loopDataOutputRef>"
    '<bpmn:outputDataItem id="score" name="score"/>'
)

ACTION = (
    "<bpmn:extensionElements><spiffworkflow:properties>"
    '<spiffworkflow:property name="case_action" value="true"/>'
    '<spiffworkflow:property name="phases" value="announced,at_lunch"/>'
    "</spiffworkflow:properties></bpmn:extensionElements>"
)
BAD: dict[str, tuple[bytes, str, str]] = {  # case: diagram, rule, element
    "no process": (b"".join(process().partition(b"<bpmn:process")[:1]) + b"</bpmn:definitions>", "process_executable", ""),
    "not executable": (process(START, END, chain("begin", "finish"), executable="false"), "process_executable", "flow"),
    "no start": (process(user("a"), END, chain("a", "finish")), "start_event", "flow"),
    "two starts": (process(START, node("startEvent", "other"), END, chain("begin", "finish"), chain("other", "finish")), "start_event", "flow"),
    "no end": (process(START, user("a"), chain("begin", "a")), "end_event", "flow"),
    "dangling flow": (line(flow("a", "nowhere"), user("a"), ids="a"), "dangling_flow", "a_nowhere"),
    "unreachable": (line(user("a"), user("island"), flow("island", "finish"), ids="a"), "unreachable", "island"),
    "no way out": (line(gateway("pick", default="pick_finish"), user("trap"), flow("pick", "trap", "ok"), ids="pick"), "no_way_out", "trap"),
    "implicit split": (line(user("a"), user("b"), flow("a", "b"), flow("b", "finish"), ids="a"), "implicit_split", "a"),
    "reserved id": (process(node("startEvent", "Start"), END, chain("Start", "finish")), "reserved_id", "Start"),
    "reserved ending": (line(user("flow.EndJoin"), ids="flow.EndJoin"), "reserved_id", "flow.EndJoin"),
    "no default": (choice(default=""), "default_flow", "pick"),
    "foreign default": (choice(default="one_finish"), "default_flow", "pick"),
    "no condition": (choice(condition=""), "missing_condition", "pick_one"),
    "ignored condition": (line(user("a"), user("b"), flow("a", "b", "ok", id="cond"), ids="a").replace(b'<bpmn:sequenceFlow id="a_finish" name="a_finish" sourceRef="a" ', b'<bpmn:sequenceFlow id="a_finish" name="a_finish" sourceRef="b" '), "ignored_condition", "cond"),
    "merged by choice": (parallel(user("a"), user("b"), "exclusive"), "split_merged_by_choice", "join"),
    "merged by a task": (process(START, gateway("split", "parallel"), user("a"), user("b"), user("both"), END, chain("begin", "split", "a", "both", "finish"), chain("split", "b", "both")), "split_merged_by_choice", "both"),
    "loop without choice": (data("no_wait_cycle.bpmn"), "loop_without_choice", "one"),
    "loop without wait": (data("endless_loop.bpmn"), "loop_without_wait", "count"),
    "complex gateway": (line(gateway("odd", "complex"), ids="odd"), "unsupported", "odd"),
    "ad hoc": (line(node("adHocSubProcess", "odd", user("x")), ids="odd"), "unsupported", "odd"),
    "transaction": (line(node("transaction", "odd", user("x")), ids="odd"), "unsupported", "odd"),
    "link": (line(node("intermediateThrowEvent", "odd", '<bpmn:linkEventDefinition name="x"/>'), ids="odd"), "unsupported", "odd"),
    "compensation": (line(node("intermediateThrowEvent", "odd", "<bpmn:compensateEventDefinition/>"), ids="odd"), "unsupported", "odd"),
    "signal end": (process(START, node("endEvent", "odd", "<bpmn:signalEventDefinition/>"), chain("begin", "odd")), "unsupported", "odd"),
    "timer throw": (line(node("intermediateThrowEvent", "odd", timer("timeDuration", "'P1D'")), ids="odd"), "unsupported", "odd"),
    "interrupting event sub-process": (line(user("a"), event_subprocess("true"), ids="a", extra=M), "event_subprocess", "asked"),
    "nested event sub-process": (nested_event_subprocess(), "event_subprocess", "asked"),
    "data store": (line(user("a"), '<bpmn:dataStoreReference id="store"/>', ids="a"), "data_object", "store"),
    "condition does not compile": (choice(condition="ok =="), "text_compiles", "pick_one"),
    "script does not compile": (line(script("s", "x = = 1"), ids="s"), "text_compiles", "s"),
    "script uses what is lacking": (line(script("s", "import os"), ids="s"), "text_compiles", "s"),
    "parameter does not compile": (hold(draw="d["), "text_compiles", "hold"),
    "empty parameter": (hold(draw=""), "text_compiles", "hold"),
    "empty script": (line(script("s", " "), ids="s"), "text_compiles", "s"),
    "due does not compile": (line(user("a", form("apply").replace("<spiffworkflow:property ", '<spiffworkflow:property name="due" value="now("/><spiffworkflow:property ', 1)), ids="a"), "text_compiles", "a"),
    "duration without quotes": (wait("P3D"), "timer_value", "pause"),
    "cycle without quotes": (wait("R3/PT1H", "timeCycle"), "timer_value", "pause"),
    "duration in words": (wait("'three days'"), "timer_value", "pause"),
    "duration a number": (wait("3"), "timer_value", "pause"),
    "naive date": (wait("'2026-12-01T17:00:00'", "timeDate"), "timer_value", "pause"),
    "date a duration": (wait("'P3D'", "timeDate"), "timer_value", "pause"),
    "bad cycle": (wait("'R3'", "timeCycle"), "timer_value", "pause"),
    "timer without time": (line(node("intermediateCatchEvent", "pause", "<bpmn:timerEventDefinition/>"), ids="pause"), "timer_value", "pause"),
    "two timers": (TWO_TIMERS, "event_gateway", "either"),
    "event gateway before a task": (process(START, gateway("either", "eventBased"), user("a"), END, chain("begin", "either", "a", "finish")), "event_gateway", "either"),
    "message without a name": (boundary(message("m").replace(' messageRef="m"', "")), "message_name", "side"),
    "event without a definition": (line(node("intermediateCatchEvent", "odd"), ids="odd"), "empty_event", "odd"),
    "parallel branches set the same": (parallel(script("a", "x = 1"), script("b", "x = 2")), "parallel_write", "split"),
    "parallel forms set the same": (parallel(user("a", form("apply")), user("b", form("apply.json"))), "parallel_write", "split"),
    "output already there": (line(script("s", "scores = []"), user("a", BY_NUMBER), ids="s a"), "multi_instance", "a"),
    "multi-instance of nothing": (line(user("a", LOOP.format("")), ids="a"), "multi_instance", "a"),
    "unknown lane": (line(lanes(村委会="a"), user("a"), ids="a"), "lane_known", "a"),
    "outside the lanes": (line(lanes(项目业主="a"), user("a"), user("b"), ids="a b"), "lane_known", "b"),
    "unknown form": (line(user("a", form("nothing")), ids="a"), "form_exists", "a"),
    "no operator": (line(node("serviceTask", "s"), ids="s"), "operator_exists", "s"),
    "unknown operator": (line(service("s", "draw.cheat"), ids="s"), "operator_exists", "s"),
    "unknown parameter": (hold(draw="'d'", winner="'甲'"), "operator_exists", "hold"),
    "missing parameter": (hold(rounds="1"), "operator_exists", "hold"),
    "text for a number": (hold(draw="'d'", rounds="'1'"), "operator_exists", "hold"),
    "number for a text": (hold(draw="1"), "operator_exists", "hold"),
    "truth for a number": (hold(draw="'d'", rounds="True"), "operator_exists", "hold"),
    "unknown decision": (data("decision.bpmn").replace(b">method<", b">luck<"), "decision_exists", "choose"),
    "unknown flow": (line(node("callActivity", "c", calledElement="nothing"), ids="c"), "called_flow", "c"),
    "unknown reminder rule": (watched(due="now()", remind="reminder.never", escalate="交易中心"), "remind_known", "a"),
    "reminder rule that counts nothing": (watched(due="now()", remind="draw.algorithm", escalate="交易中心"), "remind_known", "a"),
    "case action in a phase that is none": (process(ACTION, START, user("a"), END, chain("begin", "a", "finish")), "phases_known", "flow"),
    "unknown switch": (watched(key="keys.nobody_knows"), "key_known", "a"),
    "unknown leader": (watched(due="now()", remind="reminder.before_due", escalate="村委会"), "escalate_known", "a"),
    "unknown rule": (choice(condition="rule('draw.nothing') == 1"), "rule_known", "pick_one"),
    "unknown rule in a script": (line(script("s", "x = rule('draw.nothing')"), ids="s"), "rule_known", "s"),
    "deadline by a rule that counts nothing": (watched(due="deadline('draw.algorithm')", remind="reminder.before_due", escalate="交易中心"), "deadline_counts", "a"),
    "condition that never holds": (choice(condition="False"), "fixed_condition", "pick_one"),
    "condition that is a text": (choice(condition="'甲'"), "fixed_condition", "pick_one"),
    "two branches of one condition": (process(START, gateway("pick", default="pick_finish"), user("one"), user("two"), END, chain("begin", "pick"), flow("pick", "one", "x > 1"), flow("pick", "two", "x>1"), chain("pick", "finish"), chain("one", "finish"), chain("two", "finish")), "same_condition", "pick_two"),
    "automatic loop in an embedded part": (process(START, gateway("again", default="again_part"), node("subProcess", "part", node("startEvent", "s") + script("u", "x = 1") + node("endEvent", "e") + chain("s", "u", "e")), END, chain("begin", "again", "part", "again"), flow("again", "finish", "ok")), "loop_without_wait", "again"),
    "county changed by a script": (line(script("s", "county = 'x'"), ids="s"), "fixed_variable", "s"),
    "starter that is no role": (process(ACTION.replace("case_action", "starters").replace('"true"', '"owner,boss"'), START, END, chain("begin", "finish")), "starter_known", "flow"),
    "role that does not exist": (line(service("s", "role.grant", role="'boss'"), ids="s"), "parameter_names", "s"),
    "phase that does not exist": (line(service("s", "project.advance", phase="'lunch'"), ids="s"), "parameter_names", "s"),
    "notice that does not exist": (line(service("s", "notice.draft", kind="'tender_notice'", template="'party_notice'"), ids="s"), "parameter_names", "s"),
    "misspelt variable": (filled_in(choice(condition="amuont > 3")), "unset_variable", "pick_one"),
    "variable in a script that nobody sets": (line(user("a", form("apply")), script("s", "x = amuont + 1"), ids="a s"), "unset_variable", "s"),
    "left to do by an import": (line(user("a", form("apply").replace("<spiffworkflow:property ", '<spiffworkflow:property name="todo" value="请选择服务。"/><spiffworkflow:property ', 1)), ids="a"), "left_to_do", "a"),
    "invalid by schema": (line(user("a"), '<bpmn:userTask id="a"/>', ids="a"), "schema", "a"),
}  # fmt: skip
WARNED: dict[str, tuple[bytes, str, str]] = {
    "no label": (line(user("a").replace(' name="a"', ""), ids="a"), "unlabelled", "a"),
    "branch without a label": (choice().replace(b' name="pick_one"', b""), "unlabelled_branch", "pick_one"),
    "mixed gateway": (process(START, gateway("split", "parallel"), user("a"), user("b"), gateway("mix", "parallel"), user("c"), user("d"), gateway("join", "parallel"), END, chain("begin", "split", "a", "mix", "c", "join", "finish"), chain("split", "b", "mix", "d", "join")), "mixed_gateway", "mix"),
    "forgotten quotes": (hold(draw="draw"), "unquoted_text", "hold"),
    "message once": (boundary(message("m"), "false", M), "message_once", "side"),
    "default with a condition": (choice(default="pick_one"), "default_has_condition", "pick_one"),
    "nothing waits for the event": (process(START, script("work", "x = 1"), node("boundaryEvent", "side", timer("timeDuration", "'P1D'"), attachedToRef="work"), END, chain("begin", "work", "finish"), flow("side", "finish")), "boundary_never", "side"),
    "no lanes": (line(user("a"), ids="a"), "lane_missing", "a"),
    "no form": (line(user("a"), ids="a"), "no_form", "a"),
    "no shape": (line(user("a"), ids="a"), "not_drawn", "a"),
    "shape of nothing": (data("linear5.bpmn").replace(b'bpmnElement="task1"', b'bpmnElement="gone"'), "drawn_nothing", "gone"),
    "deadline that nobody watches": (watched(due="now()"), "deadline_watched", "a"),
    "deadline without a report": (watched(due="now()", remind="reminder.before_due"), "deadline_watched", "a"),
    "reminder of no deadline": (watched(remind="reminder.before_due"), "deadline_watched", "a"),
    "never walked": (line(user("a"), node("boundaryEvent", "side", timer("timeDuration", "'P1D'"), attachedToRef="a"), user("late"), flow("side", "late"), flow("late", "finish"), ids="a").replace(b"P1D", b"P1D"), "no_form", "late"),
}  # fmt: skip


def found(diagram: bytes) -> set[tuple[str, str, str]]:
    return {(each.rule, each.element, each.level) for each in check(diagram, CATALOGUE)}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_diagram_may_not_be_published(case):
    diagram, name, element = BAD[case]
    assert (name, element, "error") in found(diagram)


@pytest.mark.parametrize("case", WARNED)
def test_a_doubtful_diagram_is_warned_of(case):
    diagram, name, element = WARNED[case]
    assert (name, element, "warning") in found(diagram)


def test_a_deadline_that_is_watched_is_not_found_fault_with():
    diagram = watched(due="now()", remind="reminder.before_due", escalate="交易中心")
    named = {name for name, _, _ in found(diagram)}
    assert named & {"remind_known", "escalate_known", "deadline_watched"} == set()


def test_every_rule_has_a_diagram_that_breaks_it():
    rules.load()
    proven = {name for _, name, _ in [*BAD.values(), *WARNED.values()]}
    assert proven >= RULES.keys()


def test_every_message_is_chinese_and_says_what_to_do():
    for diagram, _, _ in [*BAD.values(), *WARNED.values()]:
        for finding in check(diagram, CATALOGUE):
            assert len(re.findall("[一-鿿]", finding.message)) >= 6
            assert re.search("请|只能|例如", finding.message)
            assert finding.message.endswith("。")


FORMS = {f"{name}-schema": frozenset({"done"}) for name in ("contract", "draw")}


@pytest.mark.parametrize(
    "name",
    [
        "linear5",
        "timer_duration",
        "timer_cycle",
        "event_gateway",
        "event_subprocess",
        "rework_loop",
        "parallel_branches",
        "parallel_multi_instance",
        "sequential_multi_instance",
        "subprocess",
        "caller",
        "called",
        "decision",
    ],
)
def test_a_diagram_that_runs_has_no_error(name):
    wide = Catalogue(
        operators={"notice.remind": (Parameter("to"),)},
        lanes=frozenset({"项目业主", "交易中心", "评标专家"}),
        decisions={"method": frozenset({"method"})},
        flows=frozenset({"called"}),
    )
    errors = [each for each in check(data(f"{name}.bpmn"), wide) if each.level == "error"]
    assert errors == []


def test_platform_functions_are_known_to_expressions():
    good = wait("working_days_after(now(), 3)", "timeDate")
    assert "text_compiles" not in {name for name, *_ in found(good)}
    assert ("text_compiles", "pause", "error") in found(wait("tomorrow()", "timeDate"))


def test_a_secret_taken_out_of_both_forms_is_no_lost_value():
    accepting = form("secret").replace("<spiffworkflow:property ", ACCEPTS, 1)
    diagram = parallel(user("a", accepting), user("b", accepting))
    secret = Catalogue(forms={"secret": frozenset({"draw_secret"})})
    assert "parallel_write" not in {each.rule for each in check(diagram, secret)}
    plain = parallel(user("a", form("secret")), user("b", form("secret")))
    assert "parallel_write" in {each.rule for each in check(plain, secret)}


ACCEPTS = '<spiffworkflow:property name="accepts" value="draw_secret"/><spiffworkflow:property '


def test_what_a_decision_sets_is_no_forgotten_quote():
    diagram = data("decision.bpmn")
    pause = node("intermediateCatchEvent", "pause", timer("timeDuration", "method"))
    diagram = diagram.replace(b'<bpmn:userTask id="after" name="after"/>', pause.encode())
    diagram = diagram.replace(b'"after"', b'"pause"')
    assert "unquoted_text" not in {name for name, *_ in found(diagram)}
    bare = Catalogue(decisions={"method": frozenset()})
    assert "unquoted_text" in {each.rule for each in check(diagram, bare)}


def large(count: int) -> bytes:
    branches = "".join(
        user(f"u{n}") + flow("split", f"u{n}") + flow(f"u{n}", "join") for n in range(count)
    )
    ends = chain("begin", "split"), chain("join", "finish")
    gateways = gateway("split", "parallel"), gateway("join", "parallel")
    return process(START, *gateways, branches, END, *ends)


def test_a_large_diagram_is_checked_in_bounded_time():
    began = time.process_time()
    assert "too_large" not in {name for name, *_ in found(large(200))}
    assert time.process_time() - began < 3


def test_a_diagram_that_is_too_large_is_refused_at_once():
    began = time.process_time()
    assert found(large(4_000)) == {("too_large", "", "error")}
    assert time.process_time() - began < 2


def test_a_file_that_is_no_diagram_raises():
    with pytest.raises(BadDiagramError):
        check(b"<html/>", CATALOGUE)


def test_errors_come_first():
    levels = [each.level for each in check(BAD["no default"][0], CATALOGUE)]
    assert levels == sorted(levels)
    assert {"error", "warning"} == set(levels)


def test_two_rules_may_not_share_a_name():
    rules.load()
    with pytest.raises(ValueError, match="default_flow"):
        rule("default_flow")(lambda *_: iter(()))


def test_what_a_caller_or_a_called_flow_sets_is_known():
    known = FlowFacts(frozenset({"flow"}), frozenset({"amuont"}), frozenset(), frozenset())
    diagram = filled_in(choice(condition="amuont > 3"))
    calling = dataclasses.replace(CATALOGUE, flow_facts={"parent": known})
    assert "unset_variable" not in {each.rule for each in check(diagram, calling)}
    stranger = dataclasses.replace(known, calls=frozenset({"another"}))
    apart = dataclasses.replace(CATALOGUE, flow_facts={"parent": stranger})
    assert "unset_variable" in {each.rule for each in check(diagram, apart)}


def test_what_a_form_of_the_caller_asks_is_known():
    facts = FlowFacts(frozenset({"flow"}), frozenset(), frozenset({("apply", "")}), frozenset())
    calling = dataclasses.replace(CATALOGUE, flow_facts={"parent": facts})
    good = check(filled_in(choice(condition="budget > 3"), "look"), calling)
    assert "unset_variable" not in {each.rule for each in good}


def test_a_notice_whose_template_is_computed_is_not_judged_by_its_kind():
    diagram = line(service("s", "notice.draft", kind="'corrigendum'", template="which"), ids="s")
    assert "parameter_names" not in {name for name, *_ in found(diagram)}


def test_a_flow_without_forms_takes_what_is_sent_and_is_not_doubted():
    assert "unset_variable" not in {name for name, *_ in found(choice(condition="amuont > 3"))}
