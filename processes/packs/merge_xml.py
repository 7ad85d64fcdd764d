"""Two changed diagrams or decision tables put together: the county's tree, changed as merged.

Incoming and outgoing are written anew; positions merge too, but never clash: the county's stay.
"""

from collections.abc import Mapping
from copy import deepcopy

from lxml import etree

from processes.packs.merge import Merge
from processes.packs.shape_xml import (
    DERIVED,
    DRAWN,
    EXTENSIONS,
    B,
    S,
    Shape,
    Table,
    holds_named,
    local_of,
    name_of,
)
from processes.xml import Element

FIRST = ("documentation", EXTENSIONS, "incoming", "outgoing")
REFERENCES = ("sourceRef", "targetRef", "attachedToRef", "default")


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
            if name := name_of(element):
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
    named = [one for one in element if name_of(one) or one.tag in DERIVED or holds_named(one)]
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


def _rank(element: Element) -> int:
    name = local_of(element)
    return FIRST.index(name) if name in FIRST else len(FIRST)


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
