"""Differences of diagrams are told in meaning."""

from pathlib import Path

import pytest
from lxml import etree

from processes.compare import Kind, diagram_changes

ROOT = Path(__file__).resolve().parents[3]
DIAGRAMS = sorted((ROOT / "bpmn").rglob("*.bpmn"))
BEFORE = (ROOT / "bpmn/base/diagrams/announcement.bpmn").read_bytes()


def changed(old: str, new: str, count: int = 1):
    text = BEFORE.decode()
    assert old in text
    return diagram_changes(BEFORE, text.replace(old, new, count).encode())


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: path.stem)
def test_a_file_written_another_way_says_the_same(path: Path):
    root = etree.fromstring(path.read_bytes())
    for each in root.iter("{*}timerEventDefinition", "{*}messageEventDefinition"):
        each.set("id", f"made_up_{id(each)}")
    for each in list(root.iter("{*}incoming")):
        each.getparent().remove(each)
    etree.indent(root, "\t")
    root.set("exporterVersion", "9")
    assert diagram_changes(path.read_bytes(), etree.tostring(root)) == []


def test_a_new_name_is_told_with_both_names():
    (found,) = changed('name="编制选取公告"', 'name="拟定选取公告"')
    assert (found.element, found.kind, found.what) == ("draft_notice", Kind.CHANGED, "名称")
    assert (found.before, found.after) == ("编制选取公告", "拟定选取公告")
    assert found.title == "用户任务“拟定选取公告”"


def test_a_property_is_told_by_its_chinese_name():
    (found,) = changed(
        """name="due" value='deadline("notice.draft_within")'""", """name="due" value='soon'"""
    )
    assert (found.element, found.what, found.after) == ("draft_notice", "办理期限", "soon")


def test_a_parameter_of_an_operator_is_told_by_its_name():
    (found,) = changed('type="str" value="freeze_at"', 'type="str" value="other"')
    assert found.what == "操作 参数“freeze_at” 值"


def test_a_flow_led_elsewhere_names_the_step_it_leads_to():
    old = 'sourceRef="plan_draw" targetRef="draft_text"'
    (found,) = changed(old, 'sourceRef="plan_draw" targetRef="publish_notice"')
    assert (found.what, found.before, found.after) == ("终点", "生成公告正文", "核对并发布公告")


def test_a_drawing_that_moved_is_no_change_of_meaning():
    root = etree.fromstring(BEFORE)
    next(root.iter("{*}Bounds")).set("x", "7")
    (found,) = diagram_changes(BEFORE, etree.tostring(root))
    assert found.kind == Kind.MOVED


def test_a_terminate_event_that_becomes_a_plain_end_is_seen():
    flow = (ROOT / "bpmn/base/diagrams/random_selection.bpmn").read_bytes()
    root = etree.fromstring(flow)
    ends = list(root.iter("{*}terminateEventDefinition"))
    ends[0].getparent().remove(ends[0])
    (found,) = diagram_changes(flow, etree.tostring(root))
    assert (found.kind, found.what) == (Kind.CHANGED, "终止")


def test_a_step_put_in_between_is_added_with_its_flow():
    text = BEFORE.decode()
    step = '<bpmn:userTask id="countersign" name="纪委会签" /><bpmn:serviceTask id="plan_draw"'
    text = text.replace('<bpmn:serviceTask id="plan_draw"', step)
    text = text.replace(
        "<bpmn:flowNodeRef>publish_notice",
        "<bpmn:flowNodeRef>countersign</bpmn:flowNodeRef><bpmn:flowNodeRef>publish_notice",
    )
    (found,) = diagram_changes(BEFORE, text.encode())
    assert (found.element, found.kind) == ("countersign", Kind.ADDED)
    assert found.after == "所在泳道：交易中心"
    (back,) = diagram_changes(text.encode(), BEFORE)
    assert (back.kind, back.before) == (Kind.REMOVED, "所在泳道：交易中心")


def test_the_order_in_which_conditions_are_tried_is_meaning():
    root = etree.fromstring(BEFORE)
    flows = [each for each in root.iter("{*}sequenceFlow") if each.get("sourceRef") == "is_ready"]
    flows[0].getparent().append(flows[0])
    (found,) = diagram_changes(BEFORE, etree.tostring(root))
    assert (found.element, found.what) == ("is_ready", "出口次序")
