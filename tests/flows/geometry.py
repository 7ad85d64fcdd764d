"""The drawing of a diagram as rectangles and lines, and what is wrong with it to the eye."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from pathlib import Path

from lxml import etree

NS = {
    "b": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "bi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
}
B = f"{{{NS['b']}}}"
FRAMES = {"participant", "lane", "subProcess"}
"""Shapes that edges may cross: they hold others."""

Point = tuple[float, float]
Line = tuple[Point, Point]


@dataclass(frozen=True)
class Box:
    """A shape."""

    id: str
    kind: str
    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height

    def is_crossed_by(self, line: Line) -> bool:
        """Return whether a line runs through the inside of the box (upright or level lines)."""
        (ax, ay), (bx, by) = line
        return (
            max(ax, bx) > self.left + 1
            and min(ax, bx) < self.right - 1
            and max(ay, by) > self.top + 1
            and min(ay, by) < self.bottom - 1
        )

    def overlaps(self, other: "Box") -> bool:
        beside = self.right <= other.left + 1 or other.right <= self.left + 1
        above = self.bottom <= other.top + 1 or other.bottom <= self.top + 1
        return not (beside or above)


@dataclass(frozen=True)
class Edge:
    """A sequence flow as it is drawn."""

    id: str
    source: str
    target: str
    points: tuple[Point, ...]

    @property
    def lines(self) -> list[Line]:
        return list(pairwise(self.points))


@dataclass
class Drawing:
    """Every shape, label and edge of one diagram."""

    boxes: dict[str, Box] = field(default_factory=dict)
    labels: dict[str, Box] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    flows: dict[str, tuple[str, str]] = field(default_factory=dict)
    nodes: set[str] = field(default_factory=set)
    hosts: dict[str, str] = field(default_factory=dict)


def drawing_of(path: Path) -> Drawing:
    """Read the drawing of a file."""
    tree = etree.parse(path)
    kinds = {each.get("id"): etree.QName(each).localname for each in tree.iterfind(".//b:*", NS)}
    made = Drawing()
    for flow in tree.iterfind(".//b:sequenceFlow", NS):
        made.flows[flow.get("id")] = (flow.get("sourceRef"), flow.get("targetRef"))
    for event in tree.iterfind(".//b:boundaryEvent", NS):
        made.hosts[event.get("id")] = event.get("attachedToRef")
    made.nodes = {node for ends in made.flows.values() for node in ends} | set(made.hosts)
    for shape in tree.iterfind(".//bi:BPMNShape", NS):
        name = shape.get("bpmnElement")
        made.boxes[name] = _box(name, kinds[name], shape.find("dc:Bounds", NS))
        _label(made, name, shape)
    for drawn in tree.iterfind(".//bi:BPMNEdge", NS):
        name = drawn.get("bpmnElement")
        points = tuple(
            (float(p.get("x")), float(p.get("y"))) for p in drawn.iterfind("di:waypoint", NS)
        )
        made.edges.append(Edge(name, *made.flows[name], points))
        _label(made, name, drawn)
    return made


def _label(made: Drawing, name: str, shape: etree._Element) -> None:
    bounds = shape.find("bi:BPMNLabel/dc:Bounds", NS)
    if bounds is not None:
        made.labels[name] = _box(name, "label", bounds)


def _box(name: str, kind: str, bounds: etree._Element) -> Box:
    return Box(name, kind, *(float(bounds.get(one)) for one in ("x", "y", "width", "height")))


def loops_back(made: Drawing) -> set[str]:
    """Return the flows that lead back to a step already met, seen from the starts."""
    following: dict[str, list[tuple[str, str]]] = {}
    for name, (source, target) in made.flows.items():
        following.setdefault(source, []).append((name, target))
    for event, host in made.hosts.items():
        following.setdefault(host, []).append(("", event))
    found: set[str] = set()
    open_: set[str] = set()
    done: set[str] = set()

    def visit(node: str) -> None:
        open_.add(node)
        for name, target in following.get(node, []):
            if target in open_:
                found.add(name)
            elif target not in done:
                visit(target)
        open_.discard(node)
        done.add(node)

    reached = {target for _, target in made.flows.values()} | set(made.hosts)
    for node in sorted(made.nodes - reached):
        visit(node)
    return found


def faults_of(made: Drawing) -> Iterator[str]:
    """Yield what a reader would stumble over."""
    yield from (f"{name} is not drawn" for name in made.nodes - set(made.boxes))
    yield from (f"{name} is not drawn" for name in set(made.flows) - {e.id for e in made.edges})
    back = loops_back(made)
    for edge in made.edges:
        yield from _faults_of_edge(made, edge, edge.id in back)
    for one, other in combinations(made.edges, 2):
        if any(_cross(a, b) for a in one.lines for b in other.lines):
            yield f"{one.id} crosses {other.id}"
    solid = [box for box in made.boxes.values() if box.kind not in FRAMES]
    for one, other in combinations(solid, 2):
        if one.overlaps(other) and "boundaryEvent" not in {one.kind, other.kind}:
            yield f"{one.id} lies over {other.id}"
    yield from _faults_of_labels(made, solid)


def _faults_of_labels(made: Drawing, solid: list[Box]) -> Iterator[str]:
    for name, label in made.labels.items():
        yield from (f"words of {name} lie over {box.id}" for box in solid if label.overlaps(box))
        for edge in made.edges:
            if any(label.is_crossed_by(line) for line in edge.lines):
                yield f"{edge.id} runs through the words of {name}"
    for (one, label), (other, second) in combinations(made.labels.items(), 2):
        if label.overlaps(second):
            yield f"words of {one} lie over words of {other}"


def _faults_of_edge(made: Drawing, edge: Edge, is_back: bool) -> Iterator[str]:
    if not all(a[0] == b[0] or a[1] == b[1] for a, b in edge.lines):
        yield f"{edge.id} is drawn aslant"
    source, target = made.boxes[edge.source], made.boxes[edge.target]
    if not is_back and target.left + target.width / 2 < source.left + source.width / 2:
        yield f"{edge.id} leads from right to left"
    if not is_back and any(b[0] < a[0] - 1 for a, b in edge.lines):
        yield f"{edge.id} turns back to the left"
    for box in made.boxes.values():
        own = {edge.source, edge.target, made.hosts.get(edge.source, "")}
        if box.kind in FRAMES or box.id in own:
            continue
        if any(box.is_crossed_by(line) for line in edge.lines):
            yield f"{edge.id} runs through {box.id}"


def _cross(one: Line, other: Line) -> bool:
    """Return whether two lines cross away from their ends; edges may meet where they arrive."""
    upright, level = (one, other) if one[0][0] == one[1][0] else (other, one)
    if upright[0][0] != upright[1][0] or level[0][1] != level[1][1]:
        return False
    x, y = upright[0][0], level[0][1]
    low, high = sorted((upright[0][1], upright[1][1]))
    left, right = sorted((level[0][0], level[1][0]))
    return low + 1 < y < high - 1 and left + 1 < x < right - 1
