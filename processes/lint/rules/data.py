"""Data that parallel branches or loops would overwrite or lose."""

from collections import Counter

from processes.lint.catalogue import Catalogue
from processes.lint.diagram import B, Diagram, Node, reachable
from processes.lint.registry import Found, rule
from processes.lint.rules.gateways import reachable_until_join, shared
from processes.lint.variables import collections, writes


@rule("parallel_write")
def parallel_write(diagram: Diagram, catalogue: Catalogue) -> Found:
    """A join keeps one branch's value, by order of completion."""
    for split in diagram.of_kind("parallelGateway", "inclusiveGateway"):
        setting: Counter[str] = Counter()
        common = shared(split)
        for flow in split.outgoing:
            setting.update(_set(reachable_until_join(flow.target) - common, catalogue))
        for name in sorted(name for name, count in setting.items() if count > 1):
            yield (
                split.id,
                f"{split.title}的并行分支都给变量{name}赋值，合并时会丢失，请用不同的变量名。",
            )


def _set(nodes: set[Node], catalogue: Catalogue) -> set[str]:
    return {name for node in nodes for name in writes(node, catalogue)}


@rule("multi_instance")
def multi_instance(diagram: Diagram, catalogue: Catalogue) -> Found:
    """A loop by number must not find its output collection already there."""
    for node in diagram.nodes.values():
        loop = node.xml.find(f"{B}multiInstanceLoopCharacteristics")
        if loop is None:
            continue
        by_number = loop.find(f"{B}loopCardinality") is not None
        if not by_number and loop.find(f"{B}loopDataInputRef") is None:
            yield node.id, f"{node.title}是多实例，但没有次数或输入集合，请填写其一。"
        if by_number:
            earlier = _set(reachable([node], backwards=True) - {node}, catalogue)
            earlier |= catalogue.variables
            for name in sorted(collections(node) & earlier):
                yield node.id, f"{node.title}的输出集合{name}之前已有值，请换一个变量名。"
