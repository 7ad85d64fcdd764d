"""A flow in plain words: its steps in order, each with who does it and what comes next."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from processes.lint.diagram import Diagram, Node

PERSON, PLATFORM, WAIT, CHOICE, PART, BEGIN, END = (
    "person",
    "platform",
    "wait",
    "choice",
    "part",
    "begin",
    "end",
)
KINDS = {
    "userTask": PERSON,
    "manualTask": PERSON,
    "callActivity": PART,
    "startEvent": BEGIN,
    "endEvent": END,
    "receiveTask": WAIT,
    "intermediateCatchEvent": WAIT,
    "boundaryEvent": WAIT,
}
REMIND = re.compile(r'name="remind" value="([a-z_.]+)"')
RULE = re.compile(r"""(?:deadline|rule|rules|working_days)\s*[(\[]\s*["']([a-z_.]+)["']""")


@dataclass(frozen=True)
class Way:
    """What comes next: the number of the step, and on which answer."""

    to: int
    label: str


@dataclass(frozen=True)
class Step:
    """One line of the outline."""

    number: int
    id: str
    title: str
    role: str
    kind: str
    calls: str
    due_rule: str
    remind_rule: str
    escalate: str
    ways: tuple[Way, ...]


def outline(bpmn: bytes) -> list[Step]:
    """Return the steps of a diagram's executable process in the order they are met."""
    diagram = Diagram(bpmn)
    nodes = [node for node in _ordered(diagram) if not _is_silent(node)]
    numbers = {node.id: place for place, node in enumerate(nodes, 1)}
    return [_step(node, numbers) for node in nodes]


def rule_keys(bpmn: bytes) -> set[str]:
    """Return the keys of county rules that a diagram's expressions name."""
    text = bpmn.decode("utf-8", "replace").replace("&quot;", '"').replace("&#34;", '"')
    return {*RULE.findall(text), *REMIND.findall(text)}


def _ordered(diagram: Diagram) -> list[Node]:
    """Return the nodes so that each stands before what follows it, loops back apart."""
    found: list[Node] = []
    seen: set[str] = set()
    inner = {scope.id: scope for scope in diagram.scopes}

    def visit(node: Node) -> None:
        if node.id in seen:
            return
        seen.add(node.id)
        for following in reversed(node.next()):
            visit(following)
        if node.id in inner:
            for start in inner[node.id].starts():
                visit(start)
        found.append(node)

    for process in diagram.processes():
        for start in process.starts():
            visit(start)
    return found[::-1]


def _is_silent(node: Node) -> bool:
    """Return whether a node says nothing to a reader: a joining gateway without a name."""
    return node.kind.endswith("Gateway") and not node.name and len(node.outgoing) == 1


def _step(node: Node, numbers: dict[str, int]) -> Step:
    given = node.properties()
    due = RULE.search(given.get("due", ""))
    ways = dict.fromkeys(_ways(node, numbers))
    return Step(
        number=numbers[node.id],
        id=node.id,
        title=node.name or {"startEvent": "开始", "endEvent": "结束"}.get(node.kind, "分别办理"),
        role=node.lane or "",
        kind=CHOICE if node.kind.endswith("Gateway") else KINDS.get(node.kind, PLATFORM),
        calls=node.xml.get("calledElement", ""),
        due_rule=due[1] if due else "",
        remind_rule=given.get("remind", "").strip(),
        escalate=given.get("escalate", "").strip(),
        ways=tuple(ways),
    )


def _ways(node: Node, numbers: dict[str, int]) -> Iterator[Way]:
    for flow in node.outgoing:
        target = flow.target
        while target.id not in numbers and target.outgoing:
            target = target.outgoing[0].target
        if target.id in numbers:
            yield Way(numbers[target.id], flow.xml.get("name") or "")
    for event in node.boundary:
        yield Way(numbers[event.id], event.name)
