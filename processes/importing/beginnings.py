"""How a process begins: by a person, at one place; several beginnings become one with a choice."""

from lxml import etree

from processes.importing.events import CATCHING, DEFINITION, definitions
from processes.importing.sheet import Sheet, called, retag
from processes.lint.diagram import B, kind_of
from processes.xml import Element

STARTING = {"message": "消息", "timer": "定时", "signal": "信号", "conditional": "条件"}


def starts(sheet: Sheet) -> None:
    """Begin the process by a person: what a start waited for is told, several become one."""
    found = [each for each in sheet.process if kind_of(each) == "startEvent"]
    if len(found) > 1:
        _one_start(sheet, found)
        return
    for node in found:
        for definition in definitions(node):
            kind = kind_of(definition).removesuffix(DEFINITION)
            node.remove(definition)
            title = STARTING.get(kind, kind)
            sheet.check(
                node,
                f"{called(node)}原为{title}开始事件，平台上由有权角色或平台发起，请核对发起角色。",
            )


def _one_start(sheet: Sheet, found: list[Element]) -> None:
    scope = sheet.process
    waits = all(definitions(each) for each in found)
    timers = sum(each.find(f"{B}timerEventDefinition") is not None for each in found)
    by_event = waits and timers <= 1
    start = sheet.node(scope, "startEvent", "one_start")
    choice = sheet.node(
        scope, "eventBasedGateway" if by_event else "exclusiveGateway", "which_start"
    )
    box = sheet.drawing.box(found[0].get("id"))
    if box is not None:
        x, y = box[0], box[1] + box[3] / 2
        sheet.drawing.shape(choice.get("id"), (x - 80, y - 25, 50, 50))
        sheet.drawing.shape(start.get("id"), (x - 146, y - 18, 36, 36))
    sheet.flow(scope, start, choice)
    for number, node in enumerate(found):
        flow = sheet.flow(scope, choice, node)
        _turn(node, catching=by_event)
        if not by_event and number:
            etree.SubElement(flow, f"{B}conditionExpression").text = "False"
        elif not by_event:
            choice.set("default", flow.get("id"))
    names = "、".join(called(each) for each in found)
    what = "等待其中一个事件" if by_event else "按条件选一条"
    sheet.todo(start, f"原有 {len(found)} 个开始（{names}），已合为一个，再{what}，请核对。")


def _turn(node: Element, *, catching: bool) -> None:
    retag(
        node,
        "intermediateCatchEvent" if catching else "intermediateThrowEvent",
        drop=("isInterrupting",) if catching else CATCHING,
    )
    if not catching:
        for definition in definitions(node):
            node.remove(definition)
