"""What a diagram names: its key, forms, decisions, called flows, lanes and starters."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from processes.lint.diagram import Diagram, Node, Scope
from processes.lint.variables import form_of
from processes.properties import form_path
from processes.spiff.errors import UnsupportedDiagramError
from processes.xml import SPIFF

PEOPLE = frozenset({"userTask", "manualTask"})
S = f"{{{SPIFF}}}"
B = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


@dataclass(frozen=True)
class References:
    """The names in a diagram; ``starters`` are role titles or ids that may begin it.

    ``phases`` are those of a project in which the flow is a case action; empty if it is none.
    """

    key: str
    title: str
    files: frozenset[str]
    calls: frozenset[str]
    lanes: frozenset[str]
    first_lanes: frozenset[str]
    first_calls: frozenset[str]
    starters: frozenset[str]
    escalates: frozenset[str]
    phases: tuple[str, ...]
    is_matter: bool = False
    """Whether it names the variable that its cases are called by: they are no project's."""


@lru_cache(maxsize=512)
def named_in(body: bytes) -> References:
    """Return what a diagram names, read once for the same bytes."""
    return references_of(Diagram(body))


def references_of(diagram: Diagram) -> References:
    """Return what the diagram's executable process names."""
    process = next(
        (each for each in diagram.processes() if each.xml.get("isExecutable") == "true"), None
    )
    if process is None:
        raise UnsupportedDiagramError("流程图里没有可执行的流程，请勾选“可执行”后重新上传。")
    nodes = list(diagram.nodes.values())
    first = list(first_steps(diagram, process))
    return References(
        key=process.id,
        title=(process.xml.get("name") or process.id)[:200],
        files=frozenset(_files(nodes)),
        calls=frozenset(
            each.xml.get("calledElement", "") for each in diagram.of_kind("callActivity")
        ),
        lanes=frozenset(each.lane for each in nodes if each.lane),
        first_lanes=frozenset(each.lane for each in first if each.kind in PEOPLE and each.lane),
        first_calls=frozenset(
            each.xml.get("calledElement", "") for each in first if each.kind == "callActivity"
        ),
        starters=frozenset(listed_in(process, "starters")),
        escalates=frozenset(filter(None, map(escalate_of, nodes))),
        phases=phases_of(process),
        is_matter=bool(property_of(process, "subject").strip()),
    )


def first_steps(diagram: Diagram, process: Scope) -> Iterator[Node]:
    """Yield the user tasks and called flows that come first, before any other of them."""
    inner = {scope.id: scope for scope in diagram.scopes}
    seen: set[Node] = set()
    waiting = process.starts()
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        if node.kind in PEOPLE or node.kind == "callActivity":
            yield node
        elif node.id in inner:
            waiting += inner[node.id].starts()
        else:
            waiting += [flow.target for flow in node.outgoing]


def _files(nodes: list[Node]) -> Iterator[str]:
    for node in nodes:
        if node.kind in PEOPLE and form_of(node):
            yield form_path(form_of(node))
        decision = node.extension("calledDecisionId")
        if decision is not None and decision.text:
            yield f"decisions/{decision.text.strip()}.dmn"


def escalate_of(node: Node) -> str:
    """Return the title of the role that is told when the step is late."""
    return node.properties().get("escalate", "").strip()


def phases_of(process: Scope) -> tuple[str, ...]:
    """Return the phases of a project in which a process is an action of its case page."""
    is_action = list(listed_in(process, "case_action")) == ["true"]
    return tuple(listed_in(process, "phases")) if is_action else ()


def takes_of(diagram: Diagram) -> frozenset[str]:
    """Return the names that whoever begins the flow hands over, as its process ``takes`` them."""
    processes = [one for one in diagram.processes() if one.xml.get("isExecutable") == "true"]
    return frozenset(name for one in processes for name in listed_in(one, "takes"))


def property_of(process: Scope, name: str) -> str:
    """Return a property of a process as it is written, or nothing."""
    path = f"{B}extensionElements/{S}properties/{S}property"
    found = (one for one in process.xml.iterfind(path) if one.get("name") == name)
    return next((one.get("value", "") for one in found), "")


def listed_in(process: Scope, name: str) -> Iterator[str]:
    """Yield the parts of a property of a process that is a list."""
    parts = property_of(process, name).split(",")
    return (part.strip() for part in parts if part.strip())
