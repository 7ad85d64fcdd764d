"""What a diagram says of its own flow to people: what it is for, what to have ready, what follows.

The texts and choices stand in the diagram, so that a flow drawn anew needs no line of program:
the documentation of the process is its short description, the rest are its properties.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from processes import contents
from processes.definitions import Pinned
from processes.lint.diagram import Diagram, Scope
from processes.references import listed_in, property_of
from processes.xml import BPMN

LAST = 1_000
KEPT = 512
_kept: dict[str, "Description"] = {}


@dataclass(frozen=True)
class Description:
    """What is told where a flow is chosen, and how its cases are called and shown."""

    summary: str = ""
    """One or two sentences: what the flow is for."""
    prepare: tuple[str, ...] = ()
    """What to have ready, a paragraph each."""
    afterwards: str = ""
    """What follows once the first step is handed in."""
    order: int = LAST
    """The place among the flows offered; those without one follow by title."""
    method: str = ""
    """The way to select that a project registered in the flow has."""
    subject: str = ""
    """The variable that holds the name of the case, for cases that are no project's."""
    facts: tuple[str, ...] = ()
    """The variables that the page of a case shows."""


def description(session: Session, version: Pinned) -> Description:
    """Return what a version's diagram says of itself, read once per process."""
    found = _kept.get(version.diagram)
    if found is None:
        if len(_kept) >= KEPT:
            _kept.clear()
        found = _kept[version.diagram] = described(contents.get(session, version.diagram))
    return found


def described(bpmn: bytes) -> Description:
    """Return what a diagram says of its executable process."""
    processes = Diagram(bpmn).processes()
    one = next((each for each in processes if each.xml.get("isExecutable") == "true"), None)
    if one is None:
        return Description()
    order = property_of(one, "order").strip()
    return Description(
        summary=_documentation(one),
        prepare=tuple(_paragraphs(property_of(one, "prepare"))),
        afterwards=property_of(one, "afterwards").strip(),
        order=int(order) if order.isdecimal() else LAST,
        method=property_of(one, "method").strip(),
        subject=property_of(one, "subject").strip(),
        facts=tuple(listed_in(one, "facts")),
    )


def _documentation(process: Scope) -> str:
    return (process.xml.findtext(f"{{{BPMN}}}documentation") or "").strip()


def _paragraphs(text: str) -> Iterator[str]:
    return (line.strip() for line in text.splitlines() if line.strip())
