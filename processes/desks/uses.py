"""Where a form or a decision is used: in which flow, at which step, by whom."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from models.errors import SmallworksError
from processes.lint.diagram import Diagram, Node
from processes.lint.variables import decision_of, form_of
from processes.properties import form_path

DIAGRAMS = "diagrams/"
Files = Mapping[str, bytes]


@dataclass(frozen=True)
class Use:
    """One step of one flow."""

    key: str
    flow: str
    element: str
    step: str
    role: str
    submit: str
    instructions: str


def uses_of_form(files: Files, name: str) -> list[Use]:
    """Return the steps that people do with a form, flow by flow."""
    return list(_uses(files, form_path(name).rpartition("/")[2], name, form_of))


def uses_of_decision(files: Files, name: str) -> list[Use]:
    """Return the steps that ask a decision, flow by flow."""
    return list(_uses(files, name, name, decision_of))


def _uses(files: Files, sign: str, name: str, reads: Callable[[Node], str]) -> Iterator[Use]:
    stem = sign.removesuffix(".json").encode()
    for path, body in sorted(files.items()):
        if not path.startswith(DIAGRAMS) or stem not in body:
            continue
        for one in _steps(body, reads):
            if one[0] == name:
                yield one[1]


@lru_cache(maxsize=256)
def _steps(body: bytes, reads: Callable[[Node], str]) -> tuple[tuple[str, Use], ...]:
    try:
        diagram = Diagram(body)
    except (SmallworksError, ValueError, LookupError):
        return ()  # a diagram that cannot be read has findings of its own
    return tuple((named, _use(diagram, node)) for node, named in _named(diagram, reads))


def _named(diagram: Diagram, reads: Callable[[Node], str]) -> Iterator[tuple[Node, str]]:
    for node in diagram.nodes.values():
        if named := reads(node):
            yield node, named


def _use(diagram: Diagram, node: Node) -> Use:
    process = next(iter(diagram.processes()))
    said = node.extension("instructionsForEndUser")
    return Use(
        key=process.id,
        flow=process.xml.get("name") or process.id,
        element=node.id,
        step=node.name or node.id,
        role=node.lane or "",
        submit=node.properties().get("submit", ""),
        instructions=(said.text or "").strip() if said is not None else "",
    )
