"""Diagrams and decision tables as tables of their elements, so that they merge element by element.

What follows from other elements (incoming, outgoing) is left out.
"""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from lxml import etree

from models.errors import InvalidError
from processes.xml import BPMN, SPIFF, Element, safe_dmn, safe_tree

B, S = f"{{{BPMN}}}", f"{{{SPIFF}}}"
DERIVED = frozenset({f"{B}incoming", f"{B}outgoing", f"{B}flowNodeRef"})
DRAWN_OF = ("bpmnElement", "dmnElementRef")
DRAWN = "di:"
EXTENSIONS = "extensionElements"
Table = dict[str, Any]


class TwiceNamedError(InvalidError):
    """Two elements of a file have the same id, so it cannot be merged by element."""

    message = "文件里有两个标识为“{id}”的元素，不能逐项合并，请整份选用一方。"


class Shape:
    """A file as elements by id: each with its parent, attributes and unnamed parts."""

    def __init__(self, body: bytes, *, is_decision: bool = False) -> None:
        self.root = safe_dmn(body) if is_decision else safe_tree(body)
        self.elements: dict[str, Element] = {}
        for element in self.root.iter():
            name = name_of(element)
            if name in self.elements:
                raise TwiceNamedError(id=name)
            if name:
                self.elements[name] = element
        self.names = {element: name for name, element in self.elements.items()}
        everything = {name: self._entry(one) for name, one in self.elements.items()}
        self.meant = {key: one for key, one in everything.items() if not key.startswith(DRAWN)}
        self.drawn = {key: one for key, one in everything.items() if key.startswith(DRAWN)}
        self.lanes = self._lanes()

    @property
    def table(self) -> Table:
        """What the file says, as data."""
        return {"elements": self.meant, "lanes": self.lanes}

    def parent_of(self, element: Element) -> str:
        """Return the id of the nearest named element around one."""
        around = element.getparent()
        while around is not None and around not in self.names:
            around = around.getparent()
        return self.names.get(around, "")

    def _entry(self, element: Element) -> Table:
        parts: dict[str, str] = {}
        for key, part in _parts(element):
            place, count = key, 1
            while place in parts:
                count += 1
                place = f"{key}#{count}"
            parts[place] = _written(part)
        attributes = {name: value for name, value in element.attrib.items() if name != "id"}
        return {
            "tag": element.tag,
            "parent": self.parent_of(element),
            "attributes": attributes,
            "text": (element.text or "").strip(),
            "parts": parts,
        }

    def _lanes(self) -> dict[str, str]:
        return {
            (one.text or "").strip(): self.names[one.getparent()]
            for one in self.root.iter(f"{B}flowNodeRef")
            if one.getparent() in self.names
        }


def _parts(element: Element) -> Iterator[tuple[str, Element]]:
    """Yield what an element holds that has no id of its own, each with a name."""
    for child in element:
        if name_of(child) or child.tag in DERIVED or holds_named(child):
            continue
        if local_of(child) == EXTENSIONS:
            yield from _extensions(child)
        else:
            yield local_of(child), child


def _extensions(holder: Element) -> Iterator[tuple[str, Element]]:
    for child in holder:
        if child.tag == f"{S}properties":
            for one in child:
                yield f"{EXTENSIONS}|properties|{one.get('name')}", one
        else:
            yield f"{EXTENSIONS}|{local_of(child)}", child


def name_of(element: Element) -> str:
    """Return what names an element in its file: its id, or what it draws; nothing for parts."""
    for name in DRAWN_OF:
        if drawn := element.get(name):
            # a plane draws its whole flow: it is the page, not the shape of an element
            return f"{DRAWN}{drawn}" if "Plane" not in element.tag else ""
    given = element.get("id")
    if not given or any(local_of(one) == EXTENSIONS for one in element.iterancestors()):
        return ""
    # what holds shapes may not be told from one side to the other by its id
    return "" if local_of(element) in {"BPMNDiagram", "DMNDiagram", "BPMNPlane"} else str(given)


def holds_named(element: Element) -> bool:
    """Return whether an unnamed part holds elements that have names."""
    return local_of(element) != EXTENSIONS and any(
        name_of(one) for one in element.iterdescendants()
    )


def local_of(element: Element) -> str:
    """Return an element's kind without its namespace."""
    return str(element.tag).rpartition("}")[2]


def _written(part: Element) -> str:
    copy = deepcopy(part)
    copy.tail = None
    for one in copy.iter():
        if len(one) and not (one.text or "").strip():
            one.text = None
        if not (one.tail or "").strip():
            one.tail = None
    written: bytes = etree.tostring(copy, method="c14n", exclusive=True)
    return written.decode()
