"""Ways through a diagram: splits get a gateway, choices a default, ends are closed."""

from collections.abc import Iterator

from lxml import etree

from processes.importing import wording
from processes.importing.sheet import Sheet, called, flows, incoming, outgoing, retag
from processes.lint.diagram import EVENTS, GATEWAYS, TASKS, B, kind_of
from processes.xml import Element

CHOICES = frozenset({"exclusiveGateway", "inclusiveGateway"})
SPLITS = GATEWAYS - {"complexGateway"}
SMALL, CIRCLE = (50.0, 50.0), (36.0, 36.0)
NEVER = "False"


def repair(sheet: Sheet) -> None:
    """Make every way explicit, in the process and in what is embedded."""
    for scope in sheet.scopes():
        _dangling(sheet, scope)
        _conditions(sheet, scope)
        for node in list(_nodes(scope)):
            _split(sheet, scope, node)
        for node in list(_nodes(scope)):
            _choice(sheet, scope, node)


def close(sheet: Sheet) -> None:
    """Give every scope one beginning, and every way an end."""
    for scope in sheet.scopes():
        nodes = list(_nodes(scope))
        if not nodes and scope is not sheet.process:
            _hollow(sheet, scope)
            continue
        _begin(sheet, scope, nodes)
        _end(sheet, scope, nodes)


def _nodes(scope: Element) -> Iterator[Element]:
    for each in scope:
        if kind_of(each) in TASKS | GATEWAYS | EVENTS:
            yield each


def _dangling(sheet: Sheet, scope: Element) -> None:
    known = {each.get("id") for each in _nodes(scope)}
    for flow in list(flows(scope)):
        if flow.get("sourceRef") in known and flow.get("targetRef") in known:
            continue
        scope.remove(flow)
        sheet.drawing.erase(flow.get("id", ""))
        for node in _nodes(scope):
            for each in list(node):
                if kind_of(each) in {"incoming", "outgoing"} and each.text == flow.get("id"):
                    node.remove(each)
            if node.get("default") == flow.get("id"):
                node.attrib.pop("default")
        ends = f"{flow.get('sourceRef')} → {flow.get('targetRef')}"
        sheet.check(scope, f"顺序流 {flow.get('id')}（{ends}）有一端不存在，已去掉，请核对连线。")


def _conditions(sheet: Sheet, scope: Element) -> None:
    for flow in flows(scope):
        condition = flow.find(f"{B}conditionExpression")
        former = "" if condition is None else (condition.text or "").strip()
        if condition is None or not former:
            continue
        condition.text = wording.expression(former)
        if condition.text != former:
            sheet.check(flow, f"条件“{former}”已改写为 {condition.text}，请核对。")


def _split(sheet: Sheet, scope: Element, node: Element) -> None:
    """Put a gateway behind a node with several ways out."""
    if kind_of(node) == "complexGateway":
        retag(node, "inclusiveGateway", drop=("activationCondition",))
        for each in node.findall(f"{B}activationCondition"):
            node.remove(each)
        sheet.todo(node, f"{called(node)}原为复杂网关，已改为包容网关，请核对分支和汇合的条件。")
    ways = outgoing(scope, node)
    if kind_of(node) in SPLITS or len(ways) < 2:  # noqa: PLR2004  (one way is no split)
        return
    chosen = node.get("default") or any(_condition(flow) for flow in ways)
    kind = "inclusiveGateway" if chosen else "parallelGateway"
    gateway = sheet.node(scope, kind, f"split_{node.get('id')}")
    sheet.drawing.beside(gateway.get("id"), node.get("id"), SMALL, left=False)
    if node.get("default"):
        gateway.set("default", node.attrib.pop("default"))
    for flow in ways:
        flow.set("sourceRef", gateway.get("id"))
        sheet.drawing.leave_from(flow.get("id"), gateway.get("id"))
    sheet.flow(scope, node, gateway)
    words = "包容" if chosen else "并行"
    sheet.done(gateway, f"{called(node)}有 {len(ways)} 条出线，已在其后加{words}网关。")


def _condition(flow: Element) -> str:
    return (flow.findtext(f"{B}conditionExpression") or "").strip()


def _choice(sheet: Sheet, scope: Element, node: Element) -> None:
    ways = outgoing(scope, node)
    if kind_of(node) not in CHOICES or len(ways) < 2:  # noqa: PLR2004
        if node.get("default") and kind_of(node) in CHOICES and not ways:
            node.attrib.pop("default")
        return
    names = {flow.get("id") for flow in ways}
    if node.get("default") not in names:
        bare = [flow for flow in ways if not _condition(flow)]
        default = (bare or ways[-1:])[0]
        node.set("default", default.get("id"))
        where = default.get("name") or default.get("targetRef")
        sheet.check(node, f"{called(node)}没有默认分支，已设为“{where}”，请核对。")
    for flow in ways:
        if flow.get("id") == node.get("default") or _condition(flow):
            continue
        former = flow.find(f"{B}conditionExpression")
        condition = etree.SubElement(flow, f"{B}conditionExpression") if former is None else former
        condition.text = NEVER
        name = flow.get("name") or flow.get("targetRef")
        sheet.todo(flow, f"{called(node)}的分支“{name}”没有条件，暂填 False（不走），请填写。")


def _hollow(sheet: Sheet, scope: Element) -> None:
    """Let a part without content be a person's step until somebody says what it holds."""
    for each in list(scope):
        if kind_of(each) in {"laneSet", "sequenceFlow", "textAnnotation", "association", "group"}:
            scope.remove(each)
    retag(scope, "userTask", drop=("triggeredByEvent",))
    sheet.todo(
        scope, f"{called(scope)}是没有内容的子流程，已作为人工环节，请画出内容或改为调用活动。"
    )


def _begin(sheet: Sheet, scope: Element, nodes: list[Element]) -> None:
    starts = [each for each in nodes if kind_of(each) == "startEvent"]
    if len(starts) == 1 or (scope is sheet.process and starts):
        return
    if starts:
        _join_starts(sheet, scope, starts)
        return
    first = [each for each in nodes if _is_first(scope, each)] or nodes[:1]
    if not first:
        return
    start = sheet.node(scope, "startEvent", f"start_{scope.get('id')}")
    sheet.drawing.beside(start.get("id"), first[0].get("id"), CIRCLE, left=True)
    source = start
    if len(first) > 1:
        source = sheet.node(scope, "parallelGateway", f"split_{start.get('id')}")
        sheet.drawing.beside(source.get("id"), start.get("id"), SMALL, left=False)
        sheet.flow(scope, start, source)
    for node in first:
        sheet.flow(scope, source, node)
    sheet.check(start, f"{called(scope)}没有开始事件，已补上，请核对从哪里开始。")


def _is_first(scope: Element, node: Element) -> bool:
    outside = (
        kind_of(node) in {"boundaryEvent", "endEvent"} or node.get("triggeredByEvent") == "true"
    )
    return not outside and not incoming(scope, node)


def _join_starts(sheet: Sheet, scope: Element, starts: list[Element]) -> None:
    """Let an embedded part begin once; further starts follow the first at the same time."""
    kept, others = starts[0], starts[1:]
    ways = outgoing(scope, kept)
    split = sheet.node(scope, "parallelGateway", f"split_{kept.get('id')}")
    sheet.drawing.beside(split.get("id"), kept.get("id"), SMALL, left=False)
    for flow in ways:
        flow.set("sourceRef", split.get("id"))
    sheet.flow(scope, kept, split)
    for node in others:
        retag(node, "intermediateThrowEvent", drop=("isInterrupting", "parallelMultiple"))
        for each in list(node):
            if kind_of(each).endswith("EventDefinition"):
                node.remove(each)
        sheet.flow(scope, split, node)
    sheet.todo(kept, f"{called(scope)}有 {len(starts)} 个开始事件，已合为一个并同时开始，请核对。")


def _end(sheet: Sheet, scope: Element, nodes: list[Element]) -> None:
    open_ones = [each for each in nodes if _is_last(scope, each)]
    for node in open_ones:
        end = sheet.node(scope, "endEvent", f"end_{node.get('id')}")
        sheet.drawing.beside(end.get("id"), node.get("id"), CIRCLE, left=False)
        sheet.flow(scope, node, end)
    if open_ones:
        names = "、".join(called(each) for each in open_ones[:5])
        sheet.done(scope, f"{names}之后没有去路，已补上结束事件。")


def _is_last(scope: Element, node: Element) -> bool:
    if kind_of(node) == "endEvent" or node.get("triggeredByEvent") == "true":
        return False
    connected = bool(incoming(scope, node)) or kind_of(node) in {"startEvent", "boundaryEvent"}
    return connected and not outgoing(scope, node)
