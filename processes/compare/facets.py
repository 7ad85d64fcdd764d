"""A diagram as its elements, each with its sides: what it says, apart from how it is written."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from processes.lint.diagram import NODES, SCOPES, B
from processes.xml import BadDiagramError, Element

OWN = (
    NODES
    | SCOPES
    | {
        *("participant", "lane", "sequenceFlow", "messageFlow", "message", "signal", "error"),
        *("escalation", "dataObject", "dataObjectReference", "dataStore", "dataStoreReference"),
        *("textAnnotation", "association", "group", "category", "categoryValue"),
        *("collaboration", "itemDefinition", "correlationKey", "correlationProperty"),
    }
)
# Written from both ends of a flow or a lane: the flow says it, and the node's own lane.
REDUNDANT = frozenset({"incoming", "outgoing", "flowNodeRef"})
TRANSPARENT = frozenset(
    {"extensionElements", "laneSet", "childLaneSet", "properties", "parameters"}
)
ORDERED = frozenset({"exclusiveGateway", "inclusiveGateway", "complexGateway"})
DEFAULTS = frozenset(
    {
        *(("cancelActivity", "true"), ("isInterrupting", "true"), ("triggeredByEvent", "false")),
        *(("isCollection", "false"), ("isClosed", "false"), ("isForCompensation", "false")),
        *(("startQuantity", "1"), ("completionQuantity", "1"), ("instantiate", "false")),
        *(("gatewayDirection", "Unspecified"), ("eventGatewayType", "Exclusive")),
        *(("parallelMultiple", "false"), ("isSequential", "false"), ("behavior", "All")),
        *(("processType", "None"), ("associationDirection", "None"), ("isUnlimited", "true")),
        *(("implementation", "##unspecified"), ("testBefore", "false"), ("ordering", "Parallel")),
    }
)
PRESENT = "有"
MOST_ATTRIBUTES = 200
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"


@dataclass
class Facets:
    """One element: its kind, its name and everything else it says, by aspect."""

    id: str
    kind: str
    name: str
    says: dict[str, str] = field(default_factory=dict)


def elements_of(root: Element) -> dict[str, Facets]:
    """Return the elements of a file by id; ids that stand twice are told apart."""
    found: dict[str, Facets] = {}
    lanes = _lanes(root)
    for xml, scope in _own(root, ""):
        facets = _facets(xml, scope, lanes)
        key = facets.id
        while key in found:
            key += "*"
        found[key] = facets
    _order(root, found)
    return found


def _own(parent: Element, scope: str) -> Iterator[tuple[Element, str]]:
    for child in parent:
        kind = tag_of(child)
        if kind in OWN:
            yield child, scope
        if kind in OWN or kind in TRANSPARENT:
            inner = child.get("id", "") if kind in SCOPES else scope
            yield from _own(child, inner)


def _facets(xml: Element, scope: str, lanes: dict[str, str]) -> Facets:
    kind = tag_of(xml)
    made = Facets(xml.get("id", ""), kind, (xml.get("name") or "").strip(), {"kind": kind})
    if scope:
        made.says["scope"] = scope
    if made.id in lanes:
        made.says["lane"] = lanes[made.id]
    _attributes(xml, "", made.says)
    _inside(xml, "", made.says)
    return made


def _inside(xml: Element, path: str, says: dict[str, str]) -> None:
    children = [child for child in xml if not _elsewhere(child)]
    seen: Counter[str] = Counter()
    for child in children:
        tag = tag_of(child)
        if tag in TRANSPARENT:
            _inside(child, path, says)
            continue
        if tag == "property" and child.get("name"):
            says[f"property:{child.get('name')}"] = child.get("value", "").strip()
            continue
        step = tag + _mark(child)
        seen[step] += 1
        _nested(child, _join(path, step, seen[step]), says)


def _elsewhere(child: Element) -> bool:
    return tag_of(child) in OWN or tag_of(child) in REDUNDANT


def _nested(xml: Element, path: str, says: dict[str, str]) -> None:
    before = len(says)
    # the id of an event definition is made up by whatever drew it, and nothing refers to it
    _attributes(xml, f"{path}/", says, also_id=not xml.tag.startswith(B))
    _inside(xml, f"{path}/", says)
    text = _text(xml)
    if text or len(says) == before:
        says[path] = text or PRESENT


def _attributes(xml: Element, path: str, says: dict[str, str], *, also_id: bool = False) -> None:
    names = xml.keys()
    if len(names) > MOST_ATTRIBUTES:  # each value is looked for among all of them
        raise BadDiagramError("流程图的元素属性过多，请从建模器重新导出。")
    for name, value in ((name, xml.get(name, "")) for name in names):
        plain = name.rpartition("}")[2]
        if name == XSI_TYPE or (plain, value) in DEFAULTS or (plain == "id" and not also_id):
            continue
        says[f"{path}@{plain}"] = value.strip()


def _mark(child: Element) -> str:
    given = child.get("id") if tag_of(child) == "parameter" else child.get("name")
    return f"[{given}]" if given and not child.tag.startswith(B) else ""


def _join(path: str, step: str, count: int) -> str:
    return f"{path}{step}" if count == 1 else f"{path}{step}[{count}]"


def _text(xml: Element) -> str:
    return (xml.text or "").replace("\r\n", "\n").strip()


def _lanes(root: Element) -> dict[str, str]:
    return {
        (reference.text or "").strip(): lane.get("name") or lane.get("id", "")
        for lane in root.iter(f"{B}lane")
        for reference in lane.iterfind(f"{B}flowNodeRef")
    }


def _order(root: Element, found: dict[str, Facets]) -> None:
    # conditions are tried in the order in which the flows stand in the file
    order: dict[str, list[str]] = {}
    for flow in root.iter(f"{B}sequenceFlow"):
        order.setdefault(flow.get("sourceRef", ""), []).append(flow.get("id", ""))
    for element, flows in order.items():
        if element in found and found[element].kind in ORDERED:
            found[element].says["order"] = " ".join(flows)


def tag_of(xml: Element) -> str:
    """Return an element's tag without its namespace; comments have none."""
    return xml.tag.rpartition("}")[2] if isinstance(xml.tag, str) else ""
