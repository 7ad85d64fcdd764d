"""Where each step stands: on the flow's own diagram, or in a part that it calls."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.flow.definition import Definition
from processes import contents, definitions
from processes.compare.facets import elements_of
from processes.insight.figures import Spot
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


def places_of(session: Session, definition_id: str, spots: Iterable[Spot]) -> dict[Spot, Place]:
    """Return where these steps stand in a version; older ones are asked where it has none."""
    top = definitions.pinned(session, definition_id)
    found: dict[Spot, Place] = {}
    for key, (version, leads) in _parts(session, definition_id).items():
        title = definitions.pinned(session, version).title
        for node in Diagram(definitions.diagram(session, version)).nodes.values():
            found[Spot(key, node.id)] = Place(node.name, key, title, _leading(leads, node.id))
    wanted = set(spots)
    known = {spot: place for spot in wanted if (place := _known(found, spot, top.key))}
    return known | _older(session, top.key, wanted - set(known))


def _leading(leads: Collection[str], node: str) -> str:
    """Return the flow's element that stands for a node; none where two of them call its part."""
    return node if not leads else next(iter(leads)) if len(leads) == 1 else ""


def _known(found: Mapping[Spot, Place], spot: Spot, top: str) -> Place | None:
    if spot.part:
        return found.get(spot)
    # an item of before its part was noted: the flow's own step of this name goes first
    own = found.get(Spot(top, spot.step))
    return own or next((place for each, place in found.items() if each.step == spot.step), None)


def parts_of(session: Session, definition_id: str) -> list[tuple[str, str, str]]:
    """Return the parts a flow is made of, itself first: key, title, version."""
    return [
        (key, definitions.pinned(session, version).title, version)
        for key, (version, _) in _parts(session, definition_id).items()
    ]


def _parts(session: Session, definition_id: str) -> dict[str, tuple[str, set[str]]]:
    """Return each part's version and the top flow's elements that lead there, by key."""
    found: dict[str, tuple[str, set[str]]] = {}
    stack: list[tuple[str, str]] = [(definition_id, "")]
    while stack:
        version, leads = stack.pop(0)
        pinned = definitions.pinned(session, version)
        known = found.setdefault(pinned.key, (version, set()))[1]
        if leads in known or (known and not leads):
            continue
        known |= {leads} - {""}
        for node in Diagram(definitions.diagram(session, version)).of_kind("callActivity"):
            called = pinned.resources.get(f"calls/{node.xml.get('calledElement', '')}")
            if called is not None:
                stack.append((called, leads or node.id))
    return found


def _older(session: Session, key: str, missing: Collection[Spot]) -> dict[Spot, Place]:
    """Return the names of steps that the version drawn has no longer, from older ones."""
    return {
        spot: Place(names.get(spot.step, ""), spot.part or key, "", "")
        for part in sorted({spot.part for spot in missing})
        for names in [_names(session, part or key)]
        for spot in missing
        if spot.part == part
    }


def _names(session: Session, key: str) -> dict[str, str]:
    named: dict[str, str] = {}
    query = select(Definition.diagram).where(Definition.key == key)
    for sha in session.scalars(query.order_by(Definition.created_at.desc()).limit(OLDER)):
        try:
            elements = elements_of(safe_tree(contents.get(session, sha)))
        except BadDiagramError:
            continue
        named |= {one.id: one.name for one in elements.values() if one.id not in named}
    return named


def on_elements(counts: Mapping[Spot, int], places: Mapping[Spot, Place]) -> Counter[str]:
    """Return counts of steps by the element of the flow's own diagram that leads to them."""
    found: Counter[str] = Counter()
    for spot, count in counts.items():
        place = places.get(spot)
        if place is not None and place.element:
            found[place.element] += count
    return found
