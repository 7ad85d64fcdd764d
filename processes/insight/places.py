"""Where each step stands: on the flow's own diagram, or in a part that it calls."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.flow.definition import Definition
from processes import contents, definitions
from processes.compare.facets import elements_of
from processes.lint.diagram import Diagram
from processes.xml import BadDiagramError, safe_tree

OLDER = 20
"""How many older versions are asked for the name of a step that the present one lacks."""


@dataclass(frozen=True)
class Place:
    """One step: its name, the part it stands in, the element of the flow that leads there."""

    title: str
    part: str
    part_title: str
    element: str


def places_of(session: Session, definition_id: str, steps: Iterable[str]) -> dict[str, Place]:
    """Return where these steps stand in a version; older ones are asked where it has none."""
    top = definitions.pinned(session, definition_id)
    found: dict[str, Place] = {}
    for key, (version, element) in _parts(session, definition_id).items():
        pinned = definitions.pinned(session, version)
        for node in Diagram(definitions.diagram(session, version)).nodes.values():
            part = Place(node.name, key, pinned.title, element or node.id)
            if node.id not in found or not element:
                found[node.id] = part
    missing = set(steps) - set(found)
    return found | _older(session, top.key, missing)


def parts_of(session: Session, definition_id: str) -> list[tuple[str, str, str]]:
    """Return the parts a flow is made of, itself first: key, title, version."""
    return [
        (key, definitions.pinned(session, version).title, version)
        for key, (version, _) in _parts(session, definition_id).items()
    ]


def _parts(session: Session, definition_id: str) -> dict[str, tuple[str, str]]:
    """Return each part's version and the top flow's element that leads there, by key."""
    found: dict[str, tuple[str, str]] = {}
    stack = [(definition_id, "")]
    while stack:
        version, leads = stack.pop(0)
        pinned = definitions.pinned(session, version)
        if pinned.key in found:
            continue
        found[pinned.key] = (version, leads)
        for node in Diagram(definitions.diagram(session, version)).of_kind("callActivity"):
            called = pinned.resources.get(f"calls/{node.xml.get('calledElement', '')}")
            if called is not None:
                stack.append((called, leads or node.id))
    return found


def _older(session: Session, key: str, missing: set[str]) -> dict[str, Place]:
    if not missing:
        return {}
    named: dict[str, str] = {}
    query = select(Definition.diagram).where(Definition.key == key)
    for sha in session.scalars(query.order_by(Definition.created_at.desc()).limit(OLDER)):
        try:
            elements = elements_of(safe_tree(contents.get(session, sha)))
        except BadDiagramError:
            continue
        named |= {one.id: one.name for one in elements.values() if one.id not in named}
    return {step: Place(named.get(step, ""), key, "", "") for step in missing}


def on_elements(counts: Mapping[str, int], places: Mapping[str, Place]) -> Counter[str]:
    """Return counts of steps by the element of the flow's own diagram that leads to them."""
    found: Counter[str] = Counter()
    for step, count in counts.items():
        place = places.get(step)
        if place is not None and place.element:
            found[place.element] += count
    return found
