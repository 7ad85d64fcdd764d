"""A file with several processes becomes one file each; the other pools stay as closed boxes."""

from copy import deepcopy

from processes.importing.drawing import DI
from processes.lint.diagram import NODES, B, kind_of
from processes.xml import Element


def processes(root: Element) -> list[Element]:
    """Return the processes with content, those marked executable and the largest first."""
    found = [each for each in root.iterfind(f"{B}process") if _size(each)]
    return sorted(found, key=lambda each: (each.get("isExecutable") != "true", -_size(each)))


def _size(process: Element) -> int:
    return sum(kind_of(each) in NODES for each in process.iter())


def alone(root: Element, process_id: str) -> Element:
    """Return a copy of the file in which only one process is open."""
    copy = deepcopy(root)
    pools = {
        each.get("processRef"): each.get("id")
        for each in copy.iter(f"{B}participant")
        if each.get("processRef")
    }
    for process in list(copy.iterfind(f"{B}process")):
        if process.get("id") != process_id:
            _close(copy, process, pools.get(process.get("id")))
    return copy


def _close(root: Element, process: Element, pool: str | None) -> None:
    """Take a process out; what pointed into it points to its pool."""
    inside = {each.get("id") for each in process.iter() if each.get("id")}
    root.remove(process)
    for each in root.iter(f"{B}participant"):
        if each.get("processRef") == process.get("id"):
            each.attrib.pop("processRef")
    inside |= _messages(root, inside, pool) | _arrows(root, inside)
    for mark in list(root.iter(f"{DI}BPMNShape", f"{DI}BPMNEdge")):
        if mark.get("bpmnElement") in inside:
            mark.getparent().remove(mark)
    for plane in list(root.iterfind(f"{DI}BPMNDiagram/{DI}BPMNPlane")):
        if plane.get("bpmnElement") in inside:
            root.remove(plane.getparent())


def _messages(root: Element, inside: set[str], pool: str | None) -> set[str]:
    """Let message flows end at the closed pool; return those that had both ends in it."""
    gone = set()
    for flow in list(root.iter(f"{B}messageFlow")):
        ends = [end for end in ("sourceRef", "targetRef") if flow.get(end) in inside]
        for end in ends:
            flow.set(end, pool or "")
        if len(ends) > 1 or (ends and pool is None):
            gone.add(flow.get("id"))
            flow.getparent().remove(flow)
    return gone


def _arrows(root: Element, inside: set[str]) -> set[str]:
    gone = set()
    for link in list(root.iter(f"{B}association")):
        if {link.get("sourceRef"), link.get("targetRef")} & inside:
            gone.add(link.get("id"))
            link.getparent().remove(link)
    return gone
