"""Ids that collide with the engine's own, elements without a label."""

from processes.lint.catalogue import Catalogue
from processes.lint.diagram import TASKS, Diagram, Node
from processes.lint.registry import Found, rule

RESERVED = frozenset({"Start", "End", "Root"})
RESERVED_ENDINGS = (".EndJoin", ".BoundaryEventSplit", ".BoundaryEventJoin", " [child]")


@rule("reserved_id")
def reserved_id(diagram: Diagram, _: Catalogue) -> Found:
    """The engine adds nodes of these names: a start event called Start empties the process."""
    for element in diagram.nodes:
        if element in RESERVED or element.endswith(RESERVED_ENDINGS):
            yield element, f"编号“{element}”是引擎保留的名称，请改用别的编号。"


@rule("unlabelled", "warning")
def unlabelled(diagram: Diagram, _: Catalogue) -> Found:
    """People read names in lists, history and letters."""
    for node in diagram.nodes.values():
        if not node.name and _speaks(node):
            yield node.id, f"{node.id}没有名称，请写上中文名称，办件人和历史记录要用。"


def _speaks(node: Node) -> bool:
    if node.kind in {"exclusiveGateway", "inclusiveGateway"}:
        return len(node.outgoing) > 1
    return node.kind in TASKS | {"boundaryEvent", "intermediateCatchEvent"}


@rule("unlabelled_branch", "warning")
def unlabelled_branch(diagram: Diagram, _: Catalogue) -> Found:
    """A choice is readable when its branches say what they mean."""
    for node in diagram.of_kind("exclusiveGateway", "inclusiveGateway"):
        if len(node.outgoing) < 2:  # noqa: PLR2004  (one way out is no choice)
            continue
        for flow in node.outgoing:
            if not (flow.xml.get("name") or "").strip():
                yield flow.id, f"{node.title}的一条分支没有名称，请写上走这条路的条件。"
