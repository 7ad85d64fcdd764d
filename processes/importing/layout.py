"""A simple picture for a diagram that came without one: columns from the start to the end."""

from collections import defaultdict

from lxml import etree

from processes.importing.drawing import DI, Drawing
from processes.importing.sheet import Sheet
from processes.lint.diagram import EVENTS, GATEWAYS, NODES, B, kind_of
from processes.xml import Element

COLUMN, ROW, LEFT, TOP = 170.0, 120.0, 80.0, 80.0
SIZES = {"event": (36.0, 36.0), "gateway": (50.0, 50.0), "task": (100.0, 80.0)}
MAX_ROUNDS = 2_000


def draw(sheet: Sheet) -> None:
    """Draw a process of which nothing is drawn."""
    nodes = [each for each in sheet.process if kind_of(each) in NODES]
    if any(each.get("id") in sheet.drawing.marks for each in nodes):
        return
    for page in sheet.root.findall(f"{DI}BPMNDiagram"):
        sheet.root.remove(page)
    page = etree.Element(f"{DI}BPMNDiagram", id=sheet.fresh("diagram"))
    last = next(sheet.root.iterfind(f"{B}relationship"), None)
    sheet.root.insert(len(sheet.root) if last is None else sheet.root.index(last), page)
    etree.SubElement(
        page, f"{DI}BPMNPlane", id=sheet.fresh("plane"), bpmnElement=sheet.process.get("id", "")
    )
    sheet.drawing = Drawing(sheet.root)
    _without_pools(sheet)
    _place(sheet, nodes)
    for flow in sheet.process.iterfind(f"{B}sequenceFlow"):
        sheet.drawing.connect(flow.get("id"), flow.get("sourceRef"), flow.get("targetRef"))
    sheet.done(sheet.process, "文件里没有图形，已自动排出，请在建模器中调整。")


def _without_pools(sheet: Sheet) -> None:
    for each in sheet.root.findall(f"{B}collaboration"):
        sheet.root.remove(each)


def _place(sheet: Sheet, nodes: list[Element]) -> None:
    columns = _columns(sheet.process, nodes)
    filled: dict[int, int] = defaultdict(int)
    for node in nodes:
        host = node.get("attachedToRef")
        width, height = _size(node)
        if host:
            box = sheet.drawing.box(host)
            if box is not None:
                sheet.drawing.shape(
                    node.get("id"), (box[0] + box[2] / 2, box[1] + box[3] - 18, width, height)
                )
            continue
        column = columns[node.get("id")]
        x = LEFT + column * COLUMN + (100 - width) / 2
        y = TOP + filled[column] * ROW + (80 - height) / 2
        filled[column] += 1
        sheet.drawing.shape(node.get("id"), (x, y, width, height))


def _columns(process: Element, nodes: list[Element]) -> dict[str, int]:
    """Return how far from a beginning each node stands; a way back does not count."""
    after: dict[str, list[str]] = defaultdict(list)
    for flow in process.iterfind(f"{B}sequenceFlow"):
        after[flow.get("sourceRef")].append(flow.get("targetRef"))
    for node in nodes:
        if node.get("attachedToRef"):
            after[node.get("attachedToRef")].append(node.get("id"))
    targets = {each for many in after.values() for each in many}
    columns = dict.fromkeys((each.get("id") for each in nodes), 0)
    waiting = [each for each in columns if each not in targets] or list(columns)[:1]
    seen = set(waiting)
    while waiting:
        node = waiting.pop(0)
        for each in after[node]:
            if each in columns and each not in seen:
                seen.add(each)
                columns[each] = columns[node] + 1
                waiting.append(each)
    return columns


def _size(node: Element) -> tuple[float, float]:
    kind = kind_of(node)
    return SIZES["event" if kind in EVENTS else "gateway" if kind in GATEWAYS else "task"]
