"""Runs every rule on one file."""

from processes.lint import rules
from processes.lint.catalogue import Catalogue
from processes.lint.diagram import Diagram
from processes.lint.finding import Finding
from processes.lint.registry import findings
from processes.lint.rehearse import rehearsed

LEVELS = ("error", "warning")


def check(bpmn: bytes, catalogue: Catalogue) -> list[Finding]:
    """Return what is wrong with a diagram, errors first; a file that is none raises."""
    rules.load()
    diagram = Diagram(bpmn)
    found = sorted(set(findings(diagram, catalogue)))
    if not any(each.level == "error" for each in found):
        # only what passes every rule is worth parsing and running
        found += rehearsed(diagram)
    return sorted(found, key=lambda each: (LEVELS.index(each.level), each))
