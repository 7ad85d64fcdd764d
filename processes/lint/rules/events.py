"""Timers, messages and event gateways that would never fire or fire wrongly."""

import re
from datetime import datetime

from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition

from processes.lint.catalogue import Catalogue
from processes.lint.diagram import Diagram
from processes.lint.registry import Found, rule
from processes.lint.texts import of_node
from processes.sandbox import source
from processes.sandbox.errors import SandboxError

EXAMPLES = {
    "timeDuration": "'P3D' 或 'PT2H'",
    "timeDate": "'2026-12-01T17:00:00+08:00'",
    "timeCycle": "'R3/PT1H'",
}


@rule("timer_value")
def timer_value(diagram: Diagram, _: Catalogue) -> Found:
    """A literal is ISO 8601 in quotes, and a date has its zone."""
    for node in diagram.nodes.values():
        if node.definition("timer") is None:
            continue
        given = [text for text in of_node(node) if text.place == "timer"]
        if not given:
            yield node.id, f"{node.title}没有填写时间，请填写期限或日期。"
        for text in given:
            problem = timer_problem(text.name, text.text)
            if problem:
                yield node.id, f"{node.title}的{problem}，例如 {EXAMPLES[text.name]}。"


def timer_problem(kind: str, text: str) -> str:
    """Return what is wrong with a timer's expression, if its value is known already."""
    if re.fullmatch(r"R?\d*/?P[\dA-Z.]+", text):
        return "时间要加引号"
    try:
        parsed = source.expression(text)
    except SandboxError:
        return ""  # said by another rule
    if not isinstance(parsed, source.Constant):
        return ""
    if not isinstance(parsed.value, str):
        return "时间必须是 ISO 8601 文字"
    try:
        return CHECKS[kind](parsed.value)
    except Exception:  # noqa: BLE001  (the library raises whatever comes up)
        return f"时间“{parsed.value}”格式不对，应为 ISO 8601"


def _date(value: str) -> str:
    if value.upper().startswith("P"):
        return "日期位置写了期限"
    moment = datetime.fromisoformat(value)
    return "日期没有时区" if moment.tzinfo is None else ""


def _duration(value: str) -> str:
    TimerEventDefinition.parse_iso_duration(value)
    return ""


def _cycle(value: str) -> str:
    TimerEventDefinition.parse_iso_recurring_interval(value)
    return ""


CHECKS = {"timeDate": _date, "timeDuration": _duration, "timeCycle": _cycle}


@rule("event_gateway")
def event_gateway(diagram: Diagram, _: Catalogue) -> Found:
    """All timers behind one event gateway share one due time."""
    for node in diagram.of_kind("eventBasedGateway"):
        targets = [flow.target for flow in node.outgoing]
        timers = [each for each in targets if each.definition("timer") is not None]
        if len(timers) > 1:
            yield node.id, f"{node.title}后有 {len(timers)} 个定时事件，只能有一个，请合并。"
        for each in targets:
            if each.kind not in {"intermediateCatchEvent", "receiveTask"}:
                yield node.id, f"{node.title}后只能接捕获事件，请把{each.title}移到事件之后。"


@rule("message_name")
def message_name(diagram: Diagram, _: Catalogue) -> Found:
    """A message is found by its name."""
    for node in diagram.nodes.values():
        definition = node.definition("message")
        if definition is None and node.kind not in {"receiveTask", "sendTask"}:
            continue
        reference = (node.xml if definition is None else definition).get("messageRef", "")
        if not diagram.messages.get(reference):
            yield node.id, f"{node.title}没有指定消息名称，请在属性中选择或新建消息。"


@rule("message_once", "warning")
def message_once(diagram: Diagram, _: Catalogue) -> Found:
    """A non-interrupting message boundary event catches the first message alone."""
    for node in diagram.of_kind("boundaryEvent"):
        if node.definition("message") is None or node.xml.get("cancelActivity") != "false":
            continue
        yield (
            node.id,
            f"{node.title}只接收一次消息，之后的会被拒绝；多次发生请改用调用活动的中断边界事件。",
        )


@rule("empty_event")
def empty_event(diagram: Diagram, _: Catalogue) -> Found:
    """An event that waits says for what."""
    for node in diagram.of_kind("boundaryEvent", "intermediateCatchEvent"):
        kinds = [each for each in node.xml if str(each.tag).endswith("EventDefinition")]
        if not kinds:
            yield node.id, f"{node.title}没有指定等待什么，请改为定时或消息事件。"
        if node.kind == "boundaryEvent" and not node.xml.get("attachedToRef"):
            yield node.id, f"{node.title}没有附着在任何环节上，请重新放置。"
