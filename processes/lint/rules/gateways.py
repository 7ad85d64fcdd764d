"""Choices without a way out, splits merged the wrong way."""

from collections import Counter

from processes.lint.catalogue import Catalogue
from processes.lint.diagram import Diagram, Node, reachable
from processes.lint.registry import Found, rule

MANY = 2


@rule("default_flow")
def default_flow(diagram: Diagram, _: Catalogue) -> Found:
    """Without a default the instance fails when no condition holds."""
    for node in diagram.of_kind("exclusiveGateway", "inclusiveGateway"):
        if len(node.outgoing) < MANY:
            continue
        default = node.xml.get("default")
        if default not in {flow.id for flow in node.outgoing}:
            yield node.id, f"{node.title}没有默认分支，请指定一条默认出线，以免条件都不满足。"


@rule("missing_condition")
def missing_condition(diagram: Diagram, _: Catalogue) -> Found:
    """Every branch of a choice but the default has a condition."""
    for node in diagram.of_kind("exclusiveGateway", "inclusiveGateway"):
        if len(node.outgoing) < MANY:
            continue
        for flow in node.outgoing:
            if not flow.condition and flow.id != node.xml.get("default"):
                yield flow.id, f"{node.title}的分支没有条件，请填写条件或设为默认分支。"


@rule("ignored_condition")
def ignored_condition(diagram: Diagram, _: Catalogue) -> Found:
    """A condition is looked at behind a choice only."""
    for flow in diagram.flows.values():
        if flow.condition and flow.source.kind not in {"exclusiveGateway", "inclusiveGateway"}:
            yield flow.id, f"{flow.source.title}不是选择网关，其出线条件不起作用，请改用排他网关。"


@rule("mixed_gateway", "warning")
def mixed_gateway(diagram: Diagram, _: Catalogue) -> Found:
    """Joining and splitting in one gateway is hard to read."""
    for node in diagram.of_kind("parallelGateway", "inclusiveGateway"):
        if len(node.incoming) > 1 and len(node.outgoing) > 1:
            yield node.id, f"{node.title}既合并又分支，请拆成两个网关。"


@rule("split_merged_by_choice")
def split_merged_by_choice(diagram: Diagram, _: Catalogue) -> Found:
    """An exclusive merge of parallel branches runs everything behind it once per branch."""
    for split in diagram.of_kind("parallelGateway", "inclusiveGateway"):
        for node in first_merges(split):
            if node.kind != split.kind and node.kind not in {"parallelGateway", "inclusiveGateway"}:
                yield (
                    node.id,
                    f"{split.title}的并行分支在{node.title}汇合，其后会执行多次，请用并行网关合并。",
                )


def first_merges(split: Node) -> set[Node]:
    """Return the nodes where two branches of a split first meet."""
    if len(split.outgoing) < MANY:
        return set()
    met = {node for node in shared(split) if len(node.incoming) > 1 and node.kind != "endEvent"}
    behind: dict[Node, set[Node]] = {node: reachable([node]) for node in met}
    # a merge that lies behind another merge is not where the branches meet
    return {
        node
        for node in met
        if split in behind[node]
        or not any(node in behind[other] for other in met if other is not node)
    }


def shared(split: Node) -> set[Node]:
    """Return the nodes that more than one branch of a split reaches before it is joined."""
    counts = Counter(node for flow in split.outgoing for node in reachable_until_join(flow.target))
    return {node for node, count in counts.items() if count > 1}


def reachable_until_join(start: Node) -> set[Node]:
    """Return what a branch reaches without passing a joining parallel or inclusive gateway."""
    found: set[Node] = set()
    stack = [start]
    while stack:
        node = stack.pop()
        if node in found:
            continue
        found.add(node)
        if node.kind in {"parallelGateway", "inclusiveGateway"} and len(node.incoming) > 1:
            continue
        stack.extend(node.next())
    return found
