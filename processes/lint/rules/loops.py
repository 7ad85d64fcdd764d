"""Cycles: one without a choice never ends, one without a wait eats a worker."""

from collections.abc import Callable, Mapping

from processes.lint.catalogue import Catalogue
from processes.lint.diagram import WAITS, Diagram, Node, Scope
from processes.lint.registry import Found, rule

CHOICES = frozenset({"exclusiveGateway", "inclusiveGateway", "eventBasedGateway"})


@rule("loop_without_choice")
def loop_without_choice(diagram: Diagram, _: Catalogue) -> Found:
    """The engine predicts such a loop without end, already when an instance starts."""
    for node in cyclic(diagram, lambda node: node.kind not in CHOICES and not node.boundary):
        yield node.id, f"{node.title}处在没有选择网关的循环中，流程无法开始，请加排他网关。"


@rule("loop_without_wait")
def loop_without_wait(diagram: Diagram, _: Catalogue) -> Found:
    """A loop contains a person's step, a timer or a message."""
    inner = {scope.id: scope for scope in diagram.scopes}
    for node in cyclic(diagram, lambda node: not waits(node, inner)):
        yield node.id, f"{node.title}处在全自动的循环中，会反复执行，请在循环中加人工环节或等待。"


def waits(node: Node, inner: Mapping[str, Scope]) -> bool:
    """Return whether the engine stops at a node until something outside happens."""
    if node.id in inner:
        return any(waits(each, inner) for each in inner[node.id].nodes)
    return node.kind in WAITS or node.kind in {"boundaryEvent", "callActivity"}


def cyclic(diagram: Diagram, inside: Callable[[Node], bool]) -> list[Node]:
    """Return one node of every cycle that lies wholly among the nodes ``inside`` allows."""
    allowed = {node for node in diagram.nodes.values() if inside(node)}
    found: list[Node] = []
    covered: set[Node] = set()
    for node in diagram.nodes.values():
        if node in allowed and node not in covered:
            ring = _ring(node, allowed)
            covered |= ring
            found += [node] if ring else []
    return found


def _ring(start: Node, allowed: set[Node]) -> set[Node]:
    after = _walk(start, allowed)
    if start not in after:
        return set()
    return {node for node in after if start in _walk(node, allowed)}


def _walk(start: Node, allowed: set[Node]) -> set[Node]:
    found: set[Node] = set()
    stack = list(start.next())
    while stack:
        node = stack.pop()
        if node in allowed and node not in found:
            found.add(node)
            stack.extend(node.next())
    return found
