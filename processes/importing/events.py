"""Events of other tools: those that cannot wait or fire here are changed to some that can."""

from lxml import etree

from processes.importing import wording
from processes.importing.sheet import (
    Sheet,
    called,
    insert_artifact,
    retag,
)
from processes.lint.diagram import B, kind_of
from processes.lint.texts import TIMERS
from processes.xml import Element

DEFINITION = "EventDefinition"
CATCHING = ("isInterrupting", "parallelMultiple")


def repair(sheet: Sheet) -> None:
    """Change every event that the engine would refuse or drop."""
    for node in sheet.nodes():
        for definition in definitions(node):
            kind = kind_of(definition).removesuffix(DEFINITION)
            if kind in REPAIRS:
                REPAIRS[kind](sheet, node, definition)
    _links(sheet)
    _names(sheet)


def definitions(node: Element) -> list[Element]:
    """Return what an event waits for or throws."""
    return [each for each in node if kind_of(each).endswith(DEFINITION)]


def _timer(sheet: Sheet, _: Element, definition: Element) -> None:
    given = next((each for each in definition if kind_of(each) in TIMERS), None)
    node = definition.getparent()
    if given is None or not (given.text or "").strip():
        for each in list(definition):
            definition.remove(each)
        etree.SubElement(definition, f"{B}timeDuration").text = "'P1D'"
        sheet.todo(node, f"{called(node)}没有写明时间，暂填一天，请改为实际的期限或时刻。")
        return
    former = (given.text or "").strip()
    given.text = wording.timer(kind_of(given), former)
    if given.text != former:
        sheet.check(node, f"{called(node)}的时间“{former}”已改写为 {given.text}，请核对。")


def _compensation(sheet: Sheet, node: Element, definition: Element) -> None:
    if kind_of(node) != "boundaryEvent":
        node.remove(definition)
        sheet.todo(node, f"{called(node)}原为补偿事件，平台不支持，请画出补救的环节。")
        return
    for each in list(node):
        node.remove(each)
    _to_note(node, f"补偿：{node.get('name') or node.get('attachedToRef')}")
    message = "补偿边界事件已改为注释，请用普通环节画出补救路径。"
    sheet.todo(sheet.process, f"{called(node)}：{message}")


def _to_note(node: Element, text: str) -> None:
    scope = node.getparent()
    scope.remove(node)
    note = insert_artifact(scope, "textAnnotation", id=str(node.get("id")))
    etree.SubElement(note, f"{B}text").text = text


def _cancel(sheet: Sheet, node: Element, definition: Element) -> None:
    retag(definition, "errorEventDefinition")
    sheet.check(node, f"{called(node)}原为取消事件，已改为错误事件，请核对。")


def _signal(sheet: Sheet, node: Element, definition: Element) -> None:
    if kind_of(node) == "endEvent":
        node.remove(definition)
        sheet.todo(node, f"{called(node)}原为信号结束事件，不会发出信号，请改为先发消息再结束。")


def _timer_or_throw(sheet: Sheet, node: Element, definition: Element) -> None:
    if kind_of(node) == "intermediateThrowEvent":
        retag(node, "intermediateCatchEvent")
        sheet.check(node, f"{called(node)}是抛出的定时事件，已改为等待，请核对。")
    _timer(sheet, node, definition)


def _conditional(sheet: Sheet, node: Element, definition: Element) -> None:
    text = definition.find(f"{B}condition")
    if text is None:
        text = etree.SubElement(definition, f"{B}condition")
    if not (text.text or "").strip():
        text.text = "False"
    sheet.todo(node, f"{called(node)}是条件事件，平台不支持，请改为消息或定时事件。")


REPAIRS = {
    "timer": _timer_or_throw,
    "compensate": _compensation,
    "cancel": _cancel,
    "signal": _signal,
    "conditional": _conditional,
}


def _links(sheet: Sheet) -> None:
    """Join the two ends of each link by a sequence flow."""
    for scope in sheet.scopes():
        links = {each: each.find(f"{B}linkEventDefinition") for each in scope}
        names = {node: link.get("name") for node, link in links.items() if link is not None}
        catching = {
            name: node for node, name in names.items() if kind_of(node) == "intermediateCatchEvent"
        }
        for node, name in names.items():
            node.remove(links[node])
            if node in catching.values():
                retag(node, "intermediateThrowEvent", drop=CATCHING)
            elif name in catching:
                sheet.flow(scope, node, catching[name])
                sheet.done(node, f"链接事件{called(node)}与同名的另一端之间已连上顺序流。")
            else:
                sheet.todo(node, f"链接事件{called(node)}找不到另一端，请连上后续环节。")


def _names(sheet: Sheet) -> None:
    """Give every message event and task a message with a name."""
    known = {each.get("id"): each for each in sheet.root.iter(f"{B}message")}
    for node in sheet.nodes():
        definition = node.find(f"{B}messageEventDefinition")
        holder = node if kind_of(node) in {"sendTask", "receiveTask"} else definition
        if holder is None:
            continue
        message = known.get(holder.get("messageRef"))
        if message is None:
            message = _message(sheet, node)
            holder.set("messageRef", message.get("id"))
            known[message.get("id")] = message
            sheet.todo(node, f"{called(node)}没有指定消息，已新建“{message.get('name')}”，请核对。")
        if not message.get("name"):
            message.set("name", str(message.get("id")))
            sheet.done(node, f"消息没有名称，已用编号“{message.get('id')}”作名称。")


def _message(sheet: Sheet, node: Element) -> Element:
    name = sheet.fresh(f"message_{node.get('id')}")
    made = etree.Element(f"{B}message", id=name, name=node.get("name") or name)
    place = sheet.root.index(next(sheet.root.iterfind(f"{B}process")))
    sheet.root.insert(place, made)
    return made


def reserved(sheet: Sheet) -> None:
    """Rename ids that the engine keeps for itself."""
    from processes.lint.rules.names import RESERVED  # noqa: PLC0415 - rules are loaded late

    for node in sheet.nodes():
        former = node.get("id", "")
        if former in RESERVED:
            name = sheet.fresh(f"{former.lower()}_event")
            rename(sheet.root, former, name)
            sheet.done(node, f"编号“{former}”是引擎保留的名称，已改为“{name}”。")


def rename(root: Element, former: str, name: str) -> None:
    """Change an id and everything that refers to it."""
    for each in root.iter():
        for key, value in list(each.attrib.items()):
            if value == former and not key.endswith("name"):
                each.set(key, name)
        if (each.text or "").strip() == former and kind_of(each) in {
            "incoming",
            "outgoing",
            "flowNodeRef",
        }:
            each.text = name
