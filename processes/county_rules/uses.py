"""Where flows use a rule: deadlines, reminders, conditions and scripts of their diagrams."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from models.errors import SmallworksError
from processes.lint.diagram import Diagram, Node
from processes.outline import RULE

DUE, REMIND, TIMER, EXPRESSION = "due", "remind", "timer", "expression"
KIND_WORDS: Mapping[str, str] = {
    DUE: "办理期限",
    REMIND: "到期前提醒",
    TIMER: "定时",
    EXPRESSION: "条件或脚本",
}
KEPT = 256


@dataclass(frozen=True)
class Use:
    """One element of a flow that asks for a rule."""

    rule: str
    flow: str
    element: str
    title: str
    kind: str
    text: str = ""
    """The expression of a deadline or a timer."""
    remind: str = ""
    """The rule by which people are reminded of this deadline."""

    @property
    def words(self) -> str:
        """What the rule is for there."""
        return KIND_WORDS[self.kind]


def uses_of(rule: str, files: Mapping[str, bytes]) -> list[Use]:
    """Return the elements of a county's diagrams that ask for a rule."""
    found = []
    for path, body in sorted(files.items()):
        if path.startswith("diagrams/"):
            found += [one for one in _uses(body, path[9:-5]) if one.rule == rule]
    return found


@lru_cache(maxsize=KEPT)
def _uses(body: bytes, flow: str) -> tuple[Use, ...]:
    try:
        diagram = Diagram(body)
    except SmallworksError:
        return ()
    nodes = (node for scope in diagram.scopes for node in scope.nodes)
    return tuple(dict.fromkeys(use for node in nodes for use in _of_node(node, flow)))


def _of_node(node: Node, flow: str) -> Iterator[Use]:
    given = node.properties()
    name, due = node.name or node.id, given.get("due", "").strip()
    remind = given.get("remind", "").strip()
    for rule in RULE.findall(due):
        yield Use(rule, flow, node.id, name, DUE, due, remind)
    if remind:
        yield Use(remind, flow, node.id, name, REMIND, due)
    timer = timer_text(node)
    for rule in RULE.findall(timer):
        yield Use(rule, flow, node.id, name, TIMER, timer)
    for rule in RULE.findall(_texts(node).replace(timer, "")):
        yield Use(rule, flow, node.id, name, EXPRESSION)
    for way in node.outgoing:
        for rule in RULE.findall(way.condition):
            yield Use(
                rule, flow, way.id, f"{name} → {way.target.name or way.target.id}", EXPRESSION
            )


def timer_text(node: Node) -> str:
    """Return the expression of an element's timer, or nothing."""
    timer = node.definition("timer")
    return "" if timer is None else "".join(timer.itertext()).strip()


def _texts(node: Node) -> str:
    """Return what an element's own scripts, timers and parameters say, its properties apart."""
    said = ["".join(node.xml.itertext())]
    for one in node.xml.iter():
        if not str(one.tag).endswith("}property"):
            said += [one.get("value") or ""]
    return "\n".join(said)
