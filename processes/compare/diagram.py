"""Two diagrams element by element: names, texts, conditions, ends of flows; the drawing apart."""

from collections.abc import Iterator

from processes.compare.change import Change, Kind, differing
from processes.compare.facets import Facets, elements_of
from processes.compare.words import element_title, side
from processes.lint.diagram import DI
from processes.xml import Element, safe_tree

DC = "{http://www.omg.org/spec/DD/20100524/DC}"
DD = "{http://www.omg.org/spec/DD/20100524/DI}"
RANK = [Kind.REMOVED, Kind.ADDED, Kind.CHANGED, Kind.MOVED]
NAMED = {"@sourceRef", "@targetRef", "@attachedToRef", "@default", "order", "scope"}
"""Sides that name other elements: a reader wants their names, not their ids."""


def diagram_changes(before: bytes, after: bytes) -> list[Change]:
    """Return what differs, what was removed first; an unreadable file raises."""
    old, new = safe_tree(before), safe_tree(after)
    left, right = elements_of(old), elements_of(new)
    found = [
        *(_whole(each, left, Kind.REMOVED) for each in left if each not in right),
        *(_whole(each, right, Kind.ADDED) for each in right if each not in left),
    ]
    for each in left.keys() & right.keys():
        found += _changed(each, left, right)
    found += _moved(_drawing(old), _drawing(new), left, right)
    return sorted(found, key=lambda one: (RANK.index(one.kind), one.element, one.aspect))


def _whole(element: str, elements: dict[str, Facets], kind: Kind) -> Change:
    facets = elements[element]
    said = "；".join(
        f"{side(aspect)}：{_said(aspect, value, elements)}"
        for aspect, value in facets.says.items()
        if value and aspect not in {"kind", "@name", "scope", "order"}
    )
    old, new = (said, "") if kind == Kind.REMOVED else ("", said)
    title = element_title(facets.kind, facets.name, element)
    return Change(element, kind, "整个元素", old, new, title, "element")


def _changed(element: str, left: dict[str, Facets], right: dict[str, Facets]) -> Iterator[Change]:
    one, other = left[element], right[element]
    title = element_title(other.kind, other.name or one.name, element)
    for aspect, old, new in differing(one.says, other.says):
        if aspect == "order" and set(old.split()) != set(new.split()):
            continue  # told by the flows that came or went
        shown = (_said(aspect, old, left), _said(aspect, new, right))
        yield Change(element, Kind.CHANGED, side(aspect), *shown, title, aspect)


def _said(aspect: str, value: str, elements: dict[str, Facets]) -> str:
    if aspect not in NAMED:
        return value
    return "、".join(_name(each, elements) for each in value.split())


def _name(element: str, elements: dict[str, Facets]) -> str:
    facets = elements.get(element)
    if facets is None:
        return element
    if facets.kind == "sequenceFlow" and not facets.name:
        return f"→{_name(facets.says.get('@targetRef', ''), elements)}"
    return facets.name or element


def _moved(
    old: dict[str, str], new: dict[str, str], left: dict[str, Facets], right: dict[str, Facets]
) -> Iterator[Change]:
    for element, drawn in new.items():
        both = element in left and element in right
        if both and old.get(element, "") != drawn:
            facets = right[element]
            title = element_title(facets.kind, facets.name, element)
            given = (old.get(element, ""), drawn)
            yield Change(element, Kind.MOVED, "位置或形状", *given, title, "drawing")
    for element in old.keys() - new.keys():
        if element in left and element in right:
            title = element_title(right[element].kind, right[element].name, element)
            yield Change(element, Kind.MOVED, "图上不再画出", old[element], "", title, "drawing")


def _drawing(root: Element) -> dict[str, str]:
    return {
        shape.get("bpmnElement", ""): " ".join(_marks(shape))
        for shape in root.iter(f"{DI}BPMNShape", f"{DI}BPMNEdge")
    }


def _marks(shape: Element) -> Iterator[str]:
    for each in shape.iterchildren(f"{DC}Bounds", f"{DD}waypoint"):
        numbers = (each.get(name) for name in ("x", "y", "width", "height"))
        yield ",".join(str(round(float(number))) for number in numbers if number is not None)
    if shape.get("isExpanded") == "false":
        yield "collapsed"
