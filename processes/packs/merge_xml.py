"""Diagrams and decision tables as tables of their elements, so that they merge element by element.

What follows from other elements (incoming, outgoing) is left out and written anew; positions merge
too, but never clash: the county's drawing stays.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from lxml import etree

from models.errors import InvalidError
from processes.packs.merge import Merge
from processes.xml import BPMN, SPIFF, Element, safe_dmn, safe_tree

B, S = f"{{{BPMN}}}", f"{{{SPIFF}}}"
DERIVED = frozenset({f"{B}incoming", f"{B}outgoing", f"{B}flowNodeRef"})
DRAWN_OF = ("bpmnElement", "dmnElementRef")
DRAWN = "di:"
EXTENSIONS = "extensionElements"
FIRST = ("documentation", EXTENSIONS, "incoming", "outgoing")
REFERENCES = ("sourceRef", "targetRef", "attachedToRef", "default")
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
            name = _name_of(element)
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


def merge_shapes(then: Shape, ours: Shape, theirs: Shape, run: Merge) -> tuple[bytes, list[str]]:
    """Return the merged file, and the ids of elements in it that hang on what is gone."""
    table = run.table(then.table, ours.table, theirs.table, "")
    drawn = Merge().table(then.drawn, ours.drawn, theirs.drawn, "")
    meant, lanes = table.get("elements", {}), table.get("lanes", {})
    kept = {key: one for key, one in drawn.items() if key.removeprefix(DRAWN) in meant}
    root = _Patch(ours, theirs, {**meant, **kept}).done(lanes)
    etree.indent(root, "  ")
    body: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return body + b"\n", _dangling(meant)


class _Patch:
    """The county's tree changed into what the merge said."""

    def __init__(self, ours: Shape, theirs: Shape, wanted: Mapping[str, Table]) -> None:
        self.root = deepcopy(ours.root)
        self.wanted = wanted
        self.there: dict[str, Element] = {}
        for element in self.root.iter():
            if name := _name_of(element):
                self.there[name] = element
        self.had = {**ours.meant, **ours.drawn}
        self.holders = theirs.elements

    def done(self, lanes: Mapping[str, str]) -> Element:
        """Return the changed tree."""
        for name in [one for one in self.there if one not in self.wanted]:
            element = self.there.pop(name)
            if element.getparent() is not None:
                element.getparent().remove(element)
        last: dict[str, Element] = {}
        for name, entry in self.wanted.items():
            element = self._placed(name, entry, last)
            if entry != self.had.get(name):
                _fill(element, entry)
            last[entry["parent"]] = element
        self._lanes(lanes)
        self._ends()
        prefixes = [prefix for prefix in self.root.nsmap if prefix]
        etree.cleanup_namespaces(self.root, keep_ns_prefixes=prefixes)
        return self.root

    def _placed(self, name: str, entry: Table, last: Mapping[str, Element]) -> Element:
        element = self.there.get(name)
        parent = self.there.get(entry["parent"])
        is_new = element is None
        if element is None:
            element = etree.Element(entry["tag"])
            if not name.startswith(DRAWN):
                element.set("id", name)
            elif own := self.holders[name].get("id"):
                element.set("id", own)
            self.there[name] = element
        if parent is None or (not is_new and entry["parent"] == self.had[name]["parent"]):
            return element
        before = last.get(entry["parent"])
        if before is not None and before.getparent() is parent:
            before.addnext(element)
        else:
            parent.insert(sum(_rank(one) < len(FIRST) for one in parent), element)
        return element

    def _lanes(self, lanes: Mapping[str, str]) -> None:
        members: dict[str, list[str]] = {}
        for node, lane in lanes.items():
            if node in self.wanted:
                members.setdefault(lane, []).append(node)
        for lane in self.root.iter(f"{B}lane"):
            _rewrite(lane, "flowNodeRef", members.get(lane.get("id"), []))

    def _ends(self) -> None:
        coming: dict[str, list[str]] = {}
        going: dict[str, list[str]] = {}
        for flow in self.root.iter(f"{B}sequenceFlow"):
            going.setdefault(flow.get("sourceRef"), []).append(flow.get("id"))
            coming.setdefault(flow.get("targetRef"), []).append(flow.get("id"))
        for name in {*coming, *going}:
            node = self.there.get(name)
            if node is not None:
                _rewrite(node, "incoming", coming.get(name, []))
                _rewrite(node, "outgoing", going.get(name, []))
        for node in self.root.iter(f"{B}incoming", f"{B}outgoing"):
            ends = coming if node.tag == f"{B}incoming" else going
            if (node.text or "").strip() not in ends.get(node.getparent().get("id"), []):
                node.getparent().remove(node)


def _rewrite(element: Element, kind: str, names: list[str]) -> None:
    held = list(element.findall(f"{B}{kind}"))
    if {(one.text or "").strip() for one in held} == set(names):
        return
    for one in held:
        element.remove(one)
    rank = FIRST.index(kind) if kind in FIRST else len(FIRST)
    place = sum(_rank(one) < rank for one in element)
    for offset, name in enumerate(names):
        made = etree.Element(f"{B}{kind}")
        made.text = name
        element.insert(place + offset, made)


def _fill(element: Element, entry: Table) -> None:
    own = element.get("id")
    element.attrib.clear()
    if own:
        element.set("id", own)
    for name, value in entry["attributes"].items():
        element.set(name, value)
    element.text = entry["text"] or None
    named = [one for one in element if _name_of(one) or one.tag in DERIVED or _holds_named(one)]
    for one in element:
        if one not in named:
            element.remove(one)
    groups: dict[str, Element] = {}
    for place, written in entry["parts"].items():
        _put(element, place, etree.fromstring(written.encode()), groups)
    element[:] = sorted(element, key=_rank)


def _put(element: Element, place: str, part: Element, groups: dict[str, Element]) -> None:
    *around, _ = place.split("|")
    holder = element
    for name in around:
        if name not in groups:
            space = S if name == "properties" else element.tag.partition("}")[0] + "}"
            groups[name] = etree.SubElement(holder, f"{space}{name}")
        holder = groups[name]
    holder.append(part)


def _parts(element: Element) -> Iterator[tuple[str, Element]]:
    """Yield what an element holds that has no id of its own, each with a name."""
    for child in element:
        if _name_of(child) or child.tag in DERIVED or _holds_named(child):
            continue
        if _local(child) == EXTENSIONS:
            yield from _extensions(child)
        else:
            yield _local(child), child


def _extensions(holder: Element) -> Iterator[tuple[str, Element]]:
    for child in holder:
        if child.tag == f"{S}properties":
            for one in child:
                yield f"{EXTENSIONS}|properties|{one.get('name')}", one
        else:
            yield f"{EXTENSIONS}|{_local(child)}", child


def _name_of(element: Element) -> str:
    """Return what names an element in its file: its id, or what it draws; nothing for parts."""
    for name in DRAWN_OF:
        if drawn := element.get(name):
            # a plane draws its whole flow: it is the page, not the shape of an element
            return f"{DRAWN}{drawn}" if "Plane" not in element.tag else ""
    given = element.get("id")
    if not given or any(_local(one) == EXTENSIONS for one in element.iterancestors()):
        return ""
    # what holds shapes may not be told from one side to the other by its id
    return "" if _local(element) in {"BPMNDiagram", "DMNDiagram", "BPMNPlane"} else str(given)


def _holds_named(element: Element) -> bool:
    return _local(element) != EXTENSIONS and any(_name_of(one) for one in element.iterdescendants())


def _rank(element: Element) -> int:
    name = _local(element)
    return FIRST.index(name) if name in FIRST else len(FIRST)


def _local(element: Element) -> str:
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


def _dangling(meant: Mapping[str, Table]) -> list[str]:
    """Return the ids of what hangs on an element that is gone."""
    gone = []
    for name, entry in meant.items():
        attributes = entry["attributes"]
        named = [attributes[one] for one in REFERENCES if one in attributes]
        if entry["parent"] and entry["parent"] not in meant:
            named.append(entry["parent"])
        if any(one not in meant for one in named):
            gone.append(name)
    return gone
