"""Every text of a diagram that the sandbox will run, with its place."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from processes.lint.diagram import B, Diagram, Node, S

TIMERS = ("timeDuration", "timeDate", "timeCycle")
PLACES = {
    "condition": "条件",
    "script": "脚本",
    "pre_script": "前置脚本",
    "post_script": "后置脚本",
    "timer": "定时",
    "parameter": "参数",
    "loop": "多实例次数",
    "loop_condition": "循环条件",
    "message": "消息内容",
    "due": "办理期限",
    "party": "办理单位",
}
Place = Literal[
    "condition",
    "script",
    "pre_script",
    "post_script",
    "timer",
    "parameter",
    "loop",
    "loop_condition",
    "message",
    "due",
    "party",
]
OF_STEPS: tuple[Place, ...] = ("due", "party")
"""Properties of a step that are expressions: until when it is owed, and by whom."""
SCRIPTS = frozenset({"script", "pre_script", "post_script"})


@dataclass(frozen=True)
class Text:
    """One expression or script; ``label`` tells the author which."""

    element: str
    place: Place
    text: str
    name: str = ""

    @property
    def is_script(self) -> bool:
        """Whether it is a script and no expression."""
        return self.place in SCRIPTS

    @property
    def label(self) -> str:
        """What a message calls it."""
        return PLACES[self.place] + (f"“{self.name}”" if self.name else "")


def texts(diagram: Diagram) -> Iterator[Text]:
    """Yield every text of a diagram."""
    for flow in diagram.flows.values():
        if flow.condition:
            yield Text(flow.id, "condition", flow.condition)
    for node in diagram.nodes.values():
        yield from of_node(node)


def of_node(node: Node) -> tuple[Text, ...]:
    """Return the texts of one node, read once: nearly every rule asks for them."""
    if node.texts is None:
        node.texts = tuple(_of_node(node))
    return node.texts


def _of_node(node: Node) -> Iterator[Text]:
    yield from _scripts(node)
    yield from _timers(node)
    yield from _parameters(node)
    yield from _loops(node)
    for payload in node.xml.iter(f"{S}messagePayload"):
        yield Text(node.id, "message", (payload.text or "").strip())
    for place in OF_STEPS:
        given = node.properties().get(place, "").strip()
        if given:
            yield Text(node.id, place, given)


def _scripts(node: Node) -> Iterator[Text]:
    if node.kind == "scriptTask":
        yield Text(node.id, "script", node.xml.findtext(f"{B}script") or "")
    for name, place in (("preScript", "pre_script"), ("postScript", "post_script")):
        extension = node.extension(name)
        if extension is not None and (extension.text or "").strip():
            yield Text(node.id, place, extension.text)  # type: ignore[arg-type]


def _timers(node: Node) -> Iterator[Text]:
    definition = node.definition("timer")
    if definition is None:
        return
    for kind in TIMERS:
        given = definition.find(f"{B}{kind}")
        if given is not None:
            yield Text(node.id, "timer", (given.text or "").strip(), kind)


def _parameters(node: Node) -> Iterator[Text]:
    operator = node.extension("serviceTaskOperator")
    if operator is not None:
        for parameter in operator.iter(f"{S}parameter"):
            value = (parameter.get("value") or "").strip()
            yield Text(node.id, "parameter", value, parameter.get("id", ""))


def _loops(node: Node) -> Iterator[Text]:
    for tag, place in (
        ("loopCardinality", "loop"),
        ("completionCondition", "loop_condition"),
        ("loopCondition", "loop_condition"),
    ):
        for given in node.xml.iterfind(f"*/{B}{tag}"):
            yield Text(node.id, place, (given.text or "").strip())  # type: ignore[arg-type]
