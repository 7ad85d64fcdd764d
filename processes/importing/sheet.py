"""A foreign diagram on the workbench: its tree, fresh ids, what was changed so far."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from processes.importing.drawing import Drawing
from processes.importing.report import Change
from processes.lint.diagram import NODES, SCOPES, B, S, kind_of
from processes.lint.rules.todo import TODO
from processes.xml import Element

HEAD = frozenset({"documentation", "extensionElements"})
ARTIFACTS = frozenset({"association", "group", "textAnnotation"})
TAIL = frozenset({"resourceRole", "performer", "humanPerformer", "potentialOwner", "supports"})
LAST = ARTIFACTS | TAIL | {"correlationSubscription"}


@dataclass(eq=False)
class Sheet:
    """One process being repaired."""

    root: Element
    process: Element
    changes: list[Change] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ids = {each.get("id") for each in self.root.iter() if each.get("id")}
        self.drawing = Drawing(self.root)

    def done(self, element: Element, message: str) -> None:
        """Tell of a change that keeps the meaning."""
        self.changes.append(Change(element.get("id", ""), "done", message))

    def check(self, element: Element, message: str) -> None:
        """Tell of a change whose meaning its author should look at."""
        self.changes.append(Change(element.get("id", ""), "check", message))

    def todo(self, element: Element, message: str) -> None:
        """Tell of something to do and mark the element with it, until it is done."""
        self.changes.append(Change(element.get("id", ""), "todo", message))
        mark(element, message)

    def fresh(self, wanted: str) -> str:
        """Return an id that nothing has yet."""
        name, number = wanted, 1
        while name in self.ids:
            number += 1
            name = f"{wanted}_{number}"
        self.ids.add(name)
        return name

    def scopes(self) -> list[Element]:
        """Return the process and the parts embedded in it, outermost first."""
        inner = [each for each in self.process.iter() if kind_of(each) in SCOPES]
        return list(dict.fromkeys([self.process, *inner]))

    def nodes(self, *kinds: str) -> list[Element]:
        """Return the flow nodes of these kinds (of any, when none is given)."""
        wanted = frozenset(kinds) or NODES
        return [each for each in self.process.iter() if kind_of(each) in wanted]

    def flow(self, scope: Element, source: Element, target: Element) -> Element:
        """Connect two nodes."""
        name = self.fresh(f"flow_{source.get('id')}")
        made = insert(scope, "sequenceFlow", id=name)
        made.set("sourceRef", source.get("id"))
        made.set("targetRef", target.get("id"))
        self.drawing.connect(name, source.get("id"), target.get("id"))
        return made

    def node(self, scope: Element, kind: str, name: str) -> Element:
        """Add a node without a shape."""
        return insert(scope, kind, id=self.fresh(name))


def insert(scope: Element, kind: str, **attributes: str) -> Element:
    """Put a flow element where the schema wants it: before artifacts and what follows them."""
    made = etree.Element(f"{B}{kind}", attributes)
    places = [place for place, each in enumerate(scope) if kind_of(each) in LAST]
    scope.insert(places[0] if places else len(scope), made)
    return made


def insert_artifact(scope: Element, kind: str, **attributes: str) -> Element:
    """Put an artifact behind the flow elements."""
    made = etree.Element(f"{B}{kind}", attributes)
    places = [place for place, each in enumerate(scope) if kind_of(each) in TAIL]
    scope.insert(places[0] if places else len(scope), made)
    return made


def extensions(element: Element) -> Element:
    """Return the extension elements, made when there are none."""
    found = element.find(f"{B}extensionElements")
    if found is None:
        found = etree.Element(f"{B}extensionElements")
        element.insert(len(element.findall(f"{B}documentation")), found)
    return found


def mark(element: Element, message: str) -> None:
    """Write on the element what is still to do."""
    around = extensions(element)
    properties = around.find(f"{S}properties")
    if properties is None:
        properties = etree.SubElement(around, f"{S}properties")
    former = properties.find(f"{S}property[@name='{TODO}']")
    if former is None:
        etree.SubElement(properties, f"{S}property", name=TODO, value=message)
    elif message not in former.get("value", ""):
        former.set("value", f"{former.get('value')}\n{message}")


def outgoing(scope: Element, node: Element) -> list[Element]:
    """Return the sequence flows out of a node."""
    return [each for each in flows(scope) if each.get("sourceRef") == node.get("id")]


def incoming(scope: Element, node: Element) -> list[Element]:
    """Return the sequence flows into a node."""
    return [each for each in flows(scope) if each.get("targetRef") == node.get("id")]


def flows(scope: Element) -> Iterator[Element]:
    """Yield the sequence flows of a scope."""
    yield from scope.iterfind(f"{B}sequenceFlow")


def called(element: Element) -> str:
    """Return what a message calls an element."""
    name = " ".join((element.get("name") or "").split())
    return f"“{name}”" if name else str(element.get("id", ""))


def retag(element: Element, kind: str, *, drop: tuple[str, ...] = ()) -> None:
    """Make an element one of another kind, without the attributes that kind does not have."""
    element.tag = f"{B}{kind}"
    for name in drop:
        element.attrib.pop(name, None)
