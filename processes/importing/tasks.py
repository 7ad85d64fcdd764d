"""Tasks of other tools: what says nothing of how it is done becomes a person's step, marked."""

from collections.abc import Callable

from lxml import etree

from processes.importing import wording
from processes.importing.sheet import Sheet, called, extensions, retag
from processes.lint.diagram import B, S, kind_of
from processes.xml import Element

CAMUNDA = ("{http://camunda.org/schema/1.0/bpmn}", "{http://activiti.org/bpmn}")
WHO = {
    "assignee": "办理人",
    "candidateUsers": "候选人",
    "candidateGroups": "候选组",
}
PLACEHOLDER = "todo"


def repair(sheet: Sheet) -> None:
    """Change every task that could not be parsed or that nobody would do."""
    for node in sheet.nodes():
        if kind_of(node) in REPAIRS:
            REPAIRS[kind_of(node)](sheet, node)
        _scripts(node)
        _who(sheet, node)
        _compensates(sheet, node)
        _loops(sheet, node)


def _plain(sheet: Sheet, node: Element) -> None:
    retag(node, "userTask")
    sheet.todo(node, f"{called(node)}没有说明怎样办理，已作为人工环节，请指定表单或改为服务。")


def _service(sheet: Sheet, node: Element) -> None:
    around = extensions(node)
    if around.find(f"{S}serviceTaskOperator") is None:
        operator = etree.SubElement(around, f"{S}serviceTaskOperator", id=PLACEHOLDER)
        etree.SubElement(operator, f"{S}parameters")
        sheet.todo(node, f"{called(node)}原来由别的程序办理{_by(node)}，请选择平台的服务。")


def _by(node: Element) -> str:
    for name in ("topic", "class", "delegateExpression", "expression", "type"):
        for space in CAMUNDA:
            if node.get(f"{space}{name}"):
                return f"（{node.get(f'{space}{name}')}）"
    return ""


def _rule(sheet: Sheet, node: Element) -> None:
    called_decision = node.find(f"{B}extensionElements/{S}calledDecisionId")
    if called_decision is not None:
        return
    named = next((node.get(f"{space}decisionRef") for space in CAMUNDA[:1]), None)
    retag(node, "userTask", drop=("implementation",))
    words = f"决策表“{named}”" if named else "决策表"
    sheet.todo(node, f"{called(node)}原为业务规则，请先新建{words}，再改为业务规则环节并选用。")


def _script(sheet: Sheet, node: Element) -> None:
    script = node.find(f"{B}script")
    if script is None:
        script = etree.SubElement(node, f"{B}script")
    if not (script.text or "").strip():
        script.text = "pass"
        sheet.todo(node, f"{called(node)}没有脚本，请填写，或改为其他环节。")
    elif node.get("scriptFormat", "python").lower() not in {"python", "starlark"}:
        given = node.get("scriptFormat")
        sheet.todo(node, f"{called(node)}的脚本是 {given}，请改写为平台的写法。")


def _call(sheet: Sheet, node: Element) -> None:
    if node.get("calledElement"):
        return
    retag(node, "userTask")
    sheet.todo(
        node, f"{called(node)}没有说明调用哪个流程，已作为人工环节，请改为调用活动并选择流程。"
    )


def _part(sheet: Sheet, node: Element) -> None:
    """Make other kinds of embedded parts plain ones."""
    kind = kind_of(node)
    for each in node.findall(f"{B}completionCondition"):
        node.remove(each)
    retag(node, "subProcess", drop=("ordering", "cancelRemainingInstances", "method"))
    words = "临时子流程" if kind == "adHocSubProcess" else "事务"
    sheet.todo(node, f"{called(node)}原为{words}，已改为普通子流程，其中各环节同时开始，请核对。")


def _sends(sheet: Sheet, node: Element) -> None:
    around = extensions(node)
    if around.find(f"{S}messagePayload") is None:
        etree.SubElement(around, f"{S}messagePayload").text = "{}"
        sheet.check(node, f"{called(node)}发出的消息没有内容，请填写消息内容。")


def _receives(sheet: Sheet, node: Element) -> None:
    around = extensions(node)
    if around.find(f"{S}messageVariable") is None:
        etree.SubElement(around, f"{S}messageVariable").text = "message"
    _ = sheet


REPAIRS: dict[str, Callable[[Sheet, Element], None]] = {
    "task": _plain,
    "serviceTask": _service,
    "businessRuleTask": _rule,
    "scriptTask": _script,
    "callActivity": _call,
    "transaction": _part,
    "adHocSubProcess": _part,
    "sendTask": _sends,
    "receiveTask": _receives,
}


def _scripts(node: Element) -> None:
    """Write conditions of loops as this platform does."""
    for each in node.iter(f"{B}completionCondition", f"{B}loopCondition", f"{B}loopCardinality"):
        if (each.text or "").strip():
            each.text = wording.expression(each.text)


def _who(sheet: Sheet, node: Element) -> None:
    """Tell who did the step where it came from: here a lane says it."""
    if kind_of(node) not in {"userTask", "manualTask"}:
        return
    given = [
        f"{title} {node.get(f'{space}{name}')}"
        for name, title in WHO.items()
        for space in CAMUNDA
        if node.get(f"{space}{name}")
    ]
    form = next(
        (node.get(f"{space}formKey") for space in CAMUNDA if node.get(f"{space}formKey")), ""
    )
    if given:
        sheet.check(node, f"{called(node)}原由{'、'.join(given)}办理，请移入相应角色的泳道。")
    if form:
        sheet.check(node, f"{called(node)}原用表单“{form}”，请在表单中重画后选用。")


def _compensates(sheet: Sheet, node: Element) -> None:
    if node.get("isForCompensation") == "true":
        node.attrib.pop("isForCompensation")
        sheet.todo(node, f"{called(node)}原为补偿环节，请用顺序流连到需要补救的地方，或删除。")


def _loops(sheet: Sheet, node: Element) -> None:
    many = node.find(f"{B}multiInstanceLoopCharacteristics")
    if many is not None:
        _many(sheet, node, many)
    again = node.find(f"{B}standardLoopCharacteristics")
    if (
        again is not None
        and again.get("loopMaximum") is None
        and again.find(f"{B}loopCondition") is None
    ):
        again.set("loopMaximum", "1")
        sheet.todo(node, f"{called(node)}是循环环节而没有条件，暂定办理一次，请填写循环条件。")


def _many(sheet: Sheet, node: Element, many: Element) -> None:
    for name in ("loopDataInputRef", "loopDataOutputRef", "inputDataItem", "outputDataItem"):
        for each in many.findall(f"{B}{name}"):
            if name in {"loopDataInputRef", "loopDataOutputRef"} and _is_variable(sheet, each):
                continue
            if name.endswith("DataItem") and each.get("name"):
                continue
            many.remove(each)
    if many.find(f"{B}loopCardinality") is None and many.find(f"{B}loopDataInputRef") is None:
        cardinality = etree.Element(f"{B}loopCardinality")
        cardinality.text = "1"
        heads = [
            place
            for place, each in enumerate(many)
            if kind_of(each) in {"documentation", "extensionElements"}
        ]
        many.insert(heads[-1] + 1 if heads else 0, cardinality)
        sheet.todo(node, f"{called(node)}是多实例环节而没有次数，暂定一次，请填写次数或集合。")


def _is_variable(sheet: Sheet, reference: Element) -> bool:
    """Return whether a reference names a variable and no data object of the picture."""
    name = (reference.text or "").strip()
    return name.isidentifier() and name not in sheet.ids
