"""A diagram's XML as nodes and flows, the way the rules want to ask about it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from processes.xml import BPMN, SPIFF, Element, safe_tree

if TYPE_CHECKING:
    from processes.lint.family import FlowFacts
    from processes.lint.texts import Text

B, S = f"{{{BPMN}}}", f"{{{SPIFF}}}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
TASKS = frozenset(
    {
        "task",
        "userTask",
        "manualTask",
        "serviceTask",
        "scriptTask",
        "businessRuleTask",
        "sendTask",
        "receiveTask",
        "callActivity",
        "subProcess",
        "transaction",
        "adHocSubProcess",
    }
)
GATEWAYS = frozenset(
    {
        "exclusiveGateway",
        "parallelGateway",
        "inclusiveGateway",
        "eventBasedGateway",
        "complexGateway",
    }
)
EVENTS = frozenset(
    {
        "startEvent",
        "endEvent",
        "boundaryEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
    }
)
NODES = TASKS | GATEWAYS | EVENTS
SCOPES = frozenset({"process", "subProcess", "transaction", "adHocSubProcess"})
WAITS = frozenset(
    {"userTask", "manualTask", "receiveTask", "intermediateCatchEvent", "eventBasedGateway"}
)


@dataclass(eq=False)
class Node:
    """One flow node."""

    xml: Element
    kind: str
    id: str
    name: str
    scope: "Scope"
    lane: str | None = None
    outgoing: list["Flow"] = field(default_factory=list)
    incoming: list["Flow"] = field(default_factory=list)
    boundary: list["Node"] = field(default_factory=list)
    host: "Node | None" = None  # of a boundary event
    texts: "tuple[Text, ...] | None" = None  # once somebody has asked for them

    @property
    def title(self) -> str:
        """What a message calls the node."""
        return f"“{self.name}”" if self.name else self.id

    def next(self) -> list["Node"]:
        """Return the nodes that may come right after, boundary events of this one included."""
        return [flow.target for flow in self.outgoing] + self.boundary

    def extension(self, name: str) -> Element | None:
        """Return one of the engine's extension elements."""
        return self.xml.find(f"{B}extensionElements/{S}{name}")

    def properties(self) -> Mapping[str, str]:
        """Return the engine's properties of the node."""
        return self._properties

    @cached_property
    def _properties(self) -> Mapping[str, str]:
        path = f"{B}extensionElements/{S}properties/{S}property"
        return {each.get("name"): each.get("value", "") for each in self.xml.iterfind(path)}

    def definition(self, kind: str) -> Element | None:
        """Return an event definition such as ``timer``."""
        return self.xml.find(f"{B}{kind}EventDefinition")


@dataclass(eq=False)
class Flow:
    """One sequence flow with both ends."""

    xml: Element
    id: str
    source: Node
    target: Node

    @property
    def condition(self) -> str:
        """The text of its condition, or nothing."""
        return str(self.xml.findtext(f"{B}conditionExpression") or "").strip()


@dataclass(eq=False)
class Scope:
    """A process or embedded sub-process with its own nodes."""

    xml: Element
    id: str
    kind: str
    nodes: list[Node] = field(default_factory=list)

    @property
    def by_event(self) -> bool:
        """Whether it is an event sub-process."""
        return bool(self.xml.get("triggeredByEvent") == "true")

    def starts(self) -> list[Node]:
        """Return its start events."""
        return [node for node in self.nodes if node.kind == "startEvent"]


class Diagram:
    """One file."""

    def __init__(self, data: bytes) -> None:
        self.data, self.root = data, safe_tree(data)
        self.scopes: list[Scope] = []
        self.nodes: dict[str, Node] = {}
        self.flows: dict[str, Flow] = {}
        self.dangling: list[tuple[str, str]] = []
        self.facts: FlowFacts | None = None  # once somebody has asked for them
        for process in self.root.iterfind(f"{B}process"):
            self._scope(process)
        self._join()

    @cached_property
    def messages(self) -> dict[str, str]:
        """Message names by id."""
        return {each.get("id"): each.get("name", "") for each in self.root.iter(f"{B}message")}

    @cached_property
    def drawn(self) -> set[str]:
        """The ids that have a shape or an edge."""
        marks = self.root.iter(f"{DI}BPMNShape", f"{DI}BPMNEdge")
        return {each.get("bpmnElement") for each in marks}

    def of_kind(self, *kinds: str) -> Iterator[Node]:
        """Yield the nodes of these kinds."""
        return (node for node in self.nodes.values() if node.kind in kinds)

    def processes(self) -> list[Scope]:
        """Return the processes of the file."""
        return [scope for scope in self.scopes if scope.kind == "process"]

    def _scope(self, xml: Element) -> None:
        scope = Scope(xml, xml.get("id", ""), kind_of(xml))
        self.scopes.append(scope)
        for child in xml:
            kind = kind_of(child)
            if kind in NODES:
                self._node(child, kind, scope)
            if kind in SCOPES:
                self._scope(child)

    def _node(self, xml: Element, kind: str, scope: Scope) -> None:
        node = Node(xml, kind, xml.get("id", ""), (xml.get("name") or "").strip(), scope)
        scope.nodes.append(node)
        self.nodes[node.id] = node

    def _join(self) -> None:
        for xml in self.root.iter(f"{B}sequenceFlow"):
            source = self.nodes.get(xml.get("sourceRef", ""))
            target = self.nodes.get(xml.get("targetRef", ""))
            if source is None or target is None:
                self.dangling.append((xml.get("id", ""), "起点" if source is None else "终点"))
                continue
            flow = self.flows[xml.get("id", "")] = Flow(xml, xml.get("id", ""), source, target)
            source.outgoing.append(flow)
            target.incoming.append(flow)
        for node in self.of_kind("boundaryEvent"):
            host = self.nodes.get(node.xml.get("attachedToRef", ""))
            if host is not None:
                host.boundary.append(node)
                node.host = host
        self._lanes()

    def _lanes(self) -> None:
        for lane in self.root.iter(f"{B}lane"):
            for reference in lane.iterfind(f"{B}flowNodeRef"):
                node = self.nodes.get((reference.text or "").strip())
                if node is not None:
                    node.lane = lane.get("name", "")
        for scope in self.scopes:  # outer scopes come first
            host = self.nodes.get(scope.id)
            for node in scope.nodes:
                node.lane = node.lane or (host.lane if host is not None else None)


def kind_of(xml: Element) -> str:
    """Return the tag of a BPMN element without its namespace."""
    return xml.tag.removeprefix(B) if isinstance(xml.tag, str) else ""


def reachable(starts: Iterable[Node], *, backwards: bool = False) -> set[Node]:
    """Return the nodes that lie after (or before) the given ones, these included."""
    found, stack = set(), list(starts)
    while stack:
        node = stack.pop()
        if node not in found:
            found.add(node)
            stack.extend(before(node) if backwards else node.next())
    return found


def before(node: Node) -> list[Node]:
    """Return the nodes that may come right before."""
    sources = [flow.source for flow in node.incoming]
    return sources if node.host is None else [*sources, node.host]
