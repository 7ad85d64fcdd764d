"""Which variables have a value when a step is reached, and who sets them."""

from collections import defaultdict
from dataclasses import dataclass

from processes.lint import Catalogue
from processes.lint.diagram import B, Diagram, Node, before, reachable
from processes.lint.variables import form_keys, writes
from processes.references import takes_of

TITLES = {
    "county": "区县代码",
    "project": "项目编号",
    "parties": "各方单位",
    "people": "各环节的人员",
}


@dataclass(frozen=True)
class Known:
    """One variable: the steps that set it, and whether every way here comes past one of them."""

    name: str
    set_by: tuple[str, ...]
    title: str
    from_form: bool = False
    certain: bool = True


def variables_at(diagram: Diagram, catalogue: Catalogue, element: str = "") -> list[Known]:
    """Return the variables that may have a value at an element (a flow: where it leaves)."""
    here = _node(diagram, element)
    earlier = set(diagram.nodes.values()) if here is None else _before(here, element, diagram)
    setters: dict[str, list[Node]] = defaultdict(list)
    for node in earlier:
        for name in writes(node, catalogue) - {""}:
            setters[name].append(node)
    given = catalogue.variables | takes_of(diagram)
    found = [Known(name, (), TITLES.get(name, "发起时给出")) for name in given - setters.keys()]
    found += [_known(name, nodes, here, catalogue) for name, nodes in setters.items()]
    found += [Known(name, (here.id,), "循环的当前一项") for name in _items(here)] if here else []
    return sorted(found, key=lambda one: (one.set_by == (), one.name))


def _known(name: str, nodes: list[Node], here: Node | None, catalogue: Catalogue) -> Known:
    nodes = sorted(nodes, key=lambda node: node.id)
    title = "、".join(node.name or node.id for node in nodes[:3])
    filled = any(name in form_keys(node, catalogue) for node in nodes)
    certain = here is None or not _goes_round(here, set(nodes))
    return Known(name, tuple(node.id for node in nodes), title, filled, certain)


def _node(diagram: Diagram, element: str) -> Node | None:
    flow = diagram.flows.get(element)
    return flow.source if flow is not None else diagram.nodes.get(element)


def _before(here: Node, element: str, diagram: Diagram) -> set[Node]:
    """Return what may have been done: also what lies around an embedded part, and inside others."""
    found = reachable([here] if element in diagram.flows else before(here), backwards=True)
    around = diagram.nodes.get(here.scope.id)
    while around is not None:
        found |= reachable(before(around), backwards=True)
        around = diagram.nodes.get(around.scope.id)
    inner = {scope.id: scope for scope in diagram.scopes}
    waiting = [node for node in found if node.id in inner]
    while waiting:
        nodes = inner[waiting.pop().id].nodes
        waiting += [node for node in nodes if node.id in inner]
        found |= set(nodes)
    return found


def _goes_round(here: Node, setters: set[Node]) -> bool:
    """Return whether a start reaches the step without passing any of the setters."""
    stack, seen = [here], set()
    while stack:
        node = stack.pop()
        if node in seen or (node in setters and node is not here):
            continue
        seen.add(node)
        if node.kind == "startEvent":
            return True
        stack += [flow.source for flow in node.incoming]
        stack += [node.host] if node.host is not None else []
    return False


def _items(node: Node) -> list[str]:
    path = f"{B}multiInstanceLoopCharacteristics/{B}inputDataItem"
    return [str(each.get("id") or each.get("name")) for each in node.xml.iterfind(path)]
