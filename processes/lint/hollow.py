"""A diagram made ready for a rehearsal: called flows and decisions are steps without content."""

from lxml import etree

from processes.lint.diagram import B, Diagram
from processes.specs import Prepared
from processes.spiff.link import Linker
from processes.spiff.parsing import parse
from processes.spiff.prepare import prepare
from processes.xml import SAFE, Element


def hollowed(diagram: Diagram) -> Prepared:
    """Parse and prepare the executable process by itself."""
    root = etree.fromstring(diagram.data, etree.XMLParser(**SAFE))
    for element in list(root.iter(f"{B}businessRuleTask", f"{B}callActivity")):
        _hollow(element)
    executable = [each for each in diagram.processes() if each.xml.get("isExecutable") == "true"]
    linker = Linker(lambda _: parse(executable[0].id, etree.tostring(root)), lambda _, name: name)
    top = linker.link("rehearsal")
    prepare(top, linker.subprocesses)
    return Prepared("rehearsal", top, linker.subprocesses, ())


def _hollow(element: Element) -> None:
    element.tag = f"{B}task"
    for name in ("calledElement", "implementation"):
        element.attrib.pop(name, None)
    extensions = element.find(f"{B}extensionElements")
    if extensions is not None:
        element.remove(extensions)
