"""What the repair does with each foreign thing, and that it says so."""

import pytest
from SpiffWorkflow.spiff.parser.process import VALIDATOR, SpiffBpmnParser

from models.settings import BPMN
from processes.importing import imported, key_of, wording
from processes.importing.repair import BadKeyError, NothingToImportError, TooManyProcessesError
from processes.lint.diagram import B, Diagram
from processes.xml import safe_tree
from tests.processes.diagrams import END, START, chain, flow, node, process, timer


def one(diagram: bytes):
    (found,) = imported(diagram, "flow")
    return found, Diagram(found.bpmn)


def told(found) -> str:
    return "\n".join(each.message for each in found.changes)


@pytest.mark.parametrize(
    ("given", "ours"),
    [
        ("${approved == true}", "approved == True"),
        ("${amount > 100 && !urgent}", "amount > 100 and not urgent"),
        ("= amount > 100 and kind = 'a=b'", "amount > 100 and kind == 'a=b'"),
        ("#{a || b}", "a or b"),
        ("amount >= 3", "amount >= 3"),
        ("title == 'true  story'", "title == 'true  story'"),
        ("同意 或 不同意", "同意 或 不同意"),
    ],
)
def test_conditions_of_other_tools_are_rewritten_or_left_alone(given, ours):
    assert wording.expression(given) == ours


@pytest.mark.parametrize(
    ("kind", "given", "ours"),
    [
        ("timeDuration", "P3D", "'P3D'"),
        ("timeDuration", "${period}", "period"),
        ("timeDate", "2026-12-01T17:00:00", "'2026-12-01T17:00:00+08:00'"),
        ("timeDate", "2026-12-01T17:00:00Z", "'2026-12-01T17:00:00Z'"),
        ("timeCycle", "R3/PT1H", "'R3/PT1H'"),
    ],
)
def test_times_are_quoted_and_get_a_zone(kind, given, ours):
    assert wording.timer(kind, given) == ours


def test_a_timer_without_a_time_gets_a_day_and_a_mark():
    pause = node("intermediateCatchEvent", "pause", "<bpmn:timerEventDefinition/>")
    found, diagram = one(process(START, pause, END, chain("begin", "pause", "finish")))
    assert diagram.nodes["pause"].properties()["todo"].startswith("“pause”没有写明时间")
    assert [each.element for each in found.changes if each.kind == "todo"] == ["pause"]


def test_several_ways_out_of_a_step_get_a_gateway():
    steps = [node("userTask", name) for name in "abc"]
    ways = chain("begin", "a", "b", "finish") + chain("a", "c", "finish")
    _, diagram = one(process(START, *steps, END, ways))
    (way,) = diagram.nodes["a"].outgoing
    assert way.target.kind == "parallelGateway"
    assert {each.target.id for each in way.target.outgoing} == {"b", "c"}


def test_a_choice_gets_a_default_and_marked_conditions():
    ways = chain("begin", "pick", "a", "finish") + chain("pick", "b", "finish")
    pick = node("exclusiveGateway", "pick")
    found, diagram = one(
        process(START, pick, node("userTask", "a"), node("userTask", "b"), END, ways)
    )
    assert diagram.nodes["pick"].xml.get("default") == "pick_a"
    assert diagram.flows["pick_b"].condition == "False"
    assert "pick_b" in [each.element for each in found.changes if each.kind == "todo"]


def test_an_abstract_task_becomes_a_persons_and_says_so():
    found, diagram = one(process(START, node("task", "a"), END, chain("begin", "a", "finish")))
    assert diagram.nodes["a"].kind == "userTask"
    assert "没有说明怎样办理" in told(found)


def test_two_ends_of_a_link_are_joined():
    link = '<bpmn:linkEventDefinition name="on"/>'
    ways = chain("begin", "out") + chain("in", "finish")
    out, back = (
        node("intermediateThrowEvent", "out", link),
        node("intermediateCatchEvent", "in", link),
    )
    _, diagram = one(process(START, out, back, END, ways))
    assert [each.target.id for each in diagram.nodes["out"].outgoing] == ["in"]


def test_data_objects_stay_in_the_picture_as_notes():
    data = '<bpmn:dataObject id="o"/><bpmn:dataObjectReference id="ref" name="合同" dataObjectRef="o"/>'
    arrow = '<bpmn:dataOutputAssociation id="arrow"><bpmn:targetRef>ref</bpmn:targetRef></bpmn:dataOutputAssociation>'
    step = node("userTask", "a", arrow)
    found, diagram = one(process(START, step, END, chain("begin", "a", "finish"), data))
    (note,) = diagram.root.iter(f"{B}textAnnotation")
    (line,) = diagram.root.iter(f"{B}association")
    assert note.get("id") == "ref"
    assert (line.get("sourceRef"), line.get("targetRef")) == ("a", "ref")
    assert "合同" in told(found)


def test_an_embedded_part_keeps_its_content():
    part = node(
        "subProcess", "part", node("userTask", "a") + node("userTask", "b") + chain("a", "b")
    )
    _, diagram = one(process(START, part, END, chain("begin", "part", "finish")))
    assert diagram.nodes["part"].kind == "subProcess"
    assert {"a", "b"} < {each.id for each in diagram.nodes.values() if each.scope.id == "part"}
    assert len(next(each for each in diagram.scopes if each.id == "part").starts()) == 1


def test_several_starts_become_one_and_nothing_is_lost():
    timed = node("startEvent", "timed", timer("timeDuration", "'P1D'"))
    ways = chain("begin", "a", "finish") + chain("timed", "a")
    found, diagram = one(process(START, timed, node("userTask", "a"), END, ways))
    assert len(diagram.processes()[0].starts()) == 1
    assert {"begin", "timed"} <= diagram.nodes.keys()
    assert "已合为一个" in told(found)


def test_each_process_of_a_file_becomes_a_flow_of_its_own():
    first = process(
        START,
        node("callActivity", "call", calledElement="other"),
        END,
        chain("begin", "call", "finish"),
    )
    second = (
        '<bpmn:process id="other"><bpmn:startEvent id="s2"/><bpmn:userTask id="u2"/><bpmn:endEvent id="e2"/>'
        + chain("s2", "u2", "e2")
        + "</bpmn:process></bpmn:definitions>"
    )
    both = first.replace(b"</bpmn:definitions>", second.encode())
    flows = imported(both, "main")
    assert [each.key for each in flows] == ["main", "main_2"]
    assert Diagram(flows[0].bpmn).nodes["call"].xml.get("calledElement") == "main_2"
    assert "u2" in Diagram(flows[1].bpmn).nodes


def test_a_dangling_flow_is_told():
    found, _ = one(
        process(START, node("userTask", "a"), END, chain("begin", "a", "finish"), flow("a", "gone"))
    )
    assert "有一端不存在" in told(found)


def test_repairing_twice_changes_nothing_more():
    ways = chain("begin", "pick", "a", "finish") + chain("pick", "b", "finish")
    tasks = node("task", "a") + node("task", "b")
    found, _ = one(process(START, node("exclusiveGateway", "pick"), tasks, END, ways))
    (again,) = imported(found.bpmn, "flow")
    assert again.changes == ()
    assert Diagram(again.bpmn).nodes.keys() == Diagram(found.bpmn).nodes.keys()


@pytest.mark.parametrize(
    "path",
    sorted(BPMN.glob("*/diagrams/*.bpmn")) + sorted(BPMN.glob("*/*/diagrams/*.bpmn")),
    ids=lambda path: path.stem,
)
def test_a_shipped_flow_comes_in_as_it_is_and_opens_in_the_plain_library(path):
    (found,) = imported(path.read_bytes(), path.stem)
    assert found.changes == ()
    parser = SpiffBpmnParser(validator=VALIDATOR)
    parser.add_bpmn_xml(safe_tree(path.read_bytes()), path.name)
    assert path.stem in parser.get_process_ids()


def test_what_holds_no_flow_is_refused():
    empty = (
        b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="x"/>'
    )
    with pytest.raises(NothingToImportError):
        imported(empty, "flow")
    with pytest.raises(BadKeyError):
        imported(empty, "../flow")
    many = "".join(f'<process id="p{n}"><task id="t{n}"/></process>' for n in range(21))
    with pytest.raises(TooManyProcessesError):
        imported(empty.replace(b"/>", f">{many}</definitions>".encode()), "flow")


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Invoice (v2)", "invoice_v2"),
        ("C.1.0", "c_1_0"),
        ("采购", "flow"),
        ("1st", "flow_1st"),
        ("x" * 99, "x" * 50),
    ],
)
def test_a_key_is_made_of_the_files_name(name, key):
    assert key_of(name) == key
