"""The picture of a diagram: shapes for what a repair adds, edges that follow."""

from lxml import etree

from processes.xml import Element

DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
DD = "{http://www.omg.org/spec/DD/20100524/DI}"
Box = tuple[float, float, float, float]
Point = tuple[float, float]
GAP = 30.0


class Drawing:
    """Shapes and edges by the element they stand for; a file may have none."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self.plane = next(iter(root.iter(f"{DI}BPMNPlane")), None)
        marks = [] if self.plane is None else root.iter(f"{DI}BPMNShape", f"{DI}BPMNEdge")
        self.marks = {each.get("bpmnElement"): each for each in marks}

    def box(self, element: str) -> Box | None:
        """Return where an element is drawn."""
        mark = self.marks.get(element)
        bounds = None if mark is None else mark.find(f"{DC}Bounds")
        if bounds is None:
            return None
        return (*(_number(bounds.get(name)) for name in ("x", "y", "width", "height")),)  # type: ignore[return-value]

    def shape(self, element: str, box: Box) -> None:
        """Draw a new shape."""
        if self.plane is None:
            return
        mark = etree.SubElement(
            self.plane, f"{DI}BPMNShape", id=f"{element}_shape", bpmnElement=element
        )
        names = ("x", "y", "width", "height")
        given = {name: f"{value:g}" for name, value in zip(names, box, strict=True)}
        etree.SubElement(mark, f"{DC}Bounds", given)
        self.marks[element] = mark

    def beside(self, element: str, near: str, size: tuple[float, float], *, left: bool) -> None:
        """Draw a new shape left or right of another, at the same height."""
        box = self.box(near)
        if box is None:
            return
        x, y, width, height = box
        place = x - GAP - size[0] if left else x + width + GAP
        self.shape(element, (place, y + (height - size[1]) / 2, *size))

    def connect(self, flow: str, source: str, target: str) -> None:
        """Draw a straight edge between two shapes."""
        ends = self.box(source), self.box(target)
        if self.plane is None or ends[0] is None or ends[1] is None:
            return
        mark = etree.SubElement(self.plane, f"{DI}BPMNEdge", id=f"{flow}_edge", bpmnElement=flow)
        self.marks[flow] = mark
        for x, y in _between(ends[0], ends[1]):
            etree.SubElement(mark, f"{DD}waypoint", x=f"{x:g}", y=f"{y:g}")

    def leave_from(self, flow: str, source: str) -> None:
        """Let an edge begin at another shape."""
        mark, box = self.marks.get(flow), self.box(source)
        points = [] if mark is None else mark.findall(f"{DD}waypoint")
        if box is None or not points:
            return
        x, y = box[0] + box[2], box[1] + box[3] / 2
        points[0].set("x", f"{x:g}")
        points[0].set("y", f"{y:g}")

    def erase(self, element: str) -> None:
        """Take a mark away."""
        mark = self.marks.pop(element, None)
        if mark is not None and mark.getparent() is not None:
            mark.getparent().remove(mark)


def _between(first: Box, second: Box) -> list[Point]:
    left = first[0] + first[2] <= second[0]
    begin = (first[0] + (first[2] if left else first[2] / 2), first[1] + first[3] / 2)
    end = (second[0] + (0 if left else second[2] / 2), second[1] + second[3] / 2)
    if not left:
        begin = (begin[0], first[1] + first[3])
        end = (end[0], second[1] + second[3])
        low = max(begin[1], end[1]) + GAP
        return [begin, (begin[0], low), (end[0], low), end]
    middle = (begin[0] + end[0]) / 2
    return (
        [begin, (middle, begin[1]), (middle, end[1]), end] if begin[1] != end[1] else [begin, end]
    )


def _number(text: str | None) -> float:
    try:
        return float(text or 0)
    except ValueError:
        return 0.0
