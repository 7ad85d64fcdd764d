"""Diagrams in a few words, for tests that need a new one; the rest lie in ``tests/data``."""

# ruff: noqa: A001, A002  (an element's id is called id)

from itertools import pairwise
from pathlib import Path

DATA = Path(__file__).parent.parent / "data"
HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"'
    ' xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'
    ' xmlns:di="http://www.omg.org/spec/DD/20100524/DI"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core"'
    ' id="definitions" targetNamespace="http://bpmn.io/schema/bpmn">'
)
TIMER = "<bpmn:timerEventDefinition><bpmn:{kind}>{text}</bpmn:{kind}></bpmn:timerEventDefinition>"


def data(name: str) -> bytes:
    return (DATA / name).read_bytes()


def node(kind: str, id: str, inner: str = "", **attributes: str) -> str:
    attributes.setdefault("name", id)
    given = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f'<bpmn:{kind} id="{id}"{given}>{inner}</bpmn:{kind}>'


def flow(source: str, target: str, condition: str = "", id: str = "", name: str = "") -> str:
    inner = f"<bpmn:conditionExpression>{escape(condition)}</bpmn:conditionExpression>"
    id = id or f"{source}_{target}"
    return (
        f'<bpmn:sequenceFlow id="{id}" name="{name or id}" sourceRef="{source}"'
        f' targetRef="{target}">{inner if condition else ""}</bpmn:sequenceFlow>'
    )


def chain(*ids: str) -> str:
    return "".join(flow(a, b) for a, b in pairwise(ids))


def timer(kind: str, text: str) -> str:
    return TIMER.format(kind=kind, text=escape(text))


def message(ref: str) -> str:
    return f'<bpmn:messageEventDefinition messageRef="{ref}"/>'


def script(id: str, text: str) -> str:
    return node("scriptTask", id, f"<bpmn:script>{escape(text)}</bpmn:script>")


def service(id: str, operator: str, result: str = "result", **parameters: str) -> str:
    given = "".join(
        f'<spiffworkflow:parameter id="{key}" type="str" value="{escape(value)}"/>'
        for key, value in parameters.items()
    )
    return node(
        "serviceTask",
        id,
        f'<bpmn:extensionElements><spiffworkflow:serviceTaskOperator id="{operator}"'
        f' resultVariable="{result}"><spiffworkflow:parameters>{given}'
        "</spiffworkflow:parameters></spiffworkflow:serviceTaskOperator>"
        "</bpmn:extensionElements>",
    )


def form(name: str) -> str:
    return (
        "<bpmn:extensionElements><spiffworkflow:properties><spiffworkflow:property"
        f' name="formJsonSchemaFilename" value="{name}"/></spiffworkflow:properties>'
        "</bpmn:extensionElements>"
    )


def lanes(**members: str) -> str:
    rows = "".join(
        f'<bpmn:lane id="lane_{number}" name="{title}">'
        + "".join(f"<bpmn:flowNodeRef>{each}</bpmn:flowNodeRef>" for each in ids.split())
        + "</bpmn:lane>"
        for number, (title, ids) in enumerate(members.items())
    )
    return f'<bpmn:laneSet id="lanes">{rows}</bpmn:laneSet>'


def process(*parts: str, id: str = "flow", extra: str = "", executable: str = "true") -> bytes:
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{HEAD}{extra}'
        f'<bpmn:process id="{id}" name="{id}" isExecutable="{executable}">{"".join(parts)}'
        "</bpmn:process></bpmn:definitions>\n"
    )
    return text.encode()


START, END = node("startEvent", "begin"), node("endEvent", "finish")


def line(*middle: str, ids: str, extra: str = "") -> bytes:
    """A start, the given nodes in a row, an end."""
    return process(START, *middle, END, chain("begin", *ids.split(), "finish"), extra=extra)


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
