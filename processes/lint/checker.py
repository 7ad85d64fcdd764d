"""Runs every rule on one file."""

from functools import lru_cache

from processes.lint import rules
from processes.lint.catalogue import Catalogue
from processes.lint.diagram import Diagram
from processes.lint.finding import Finding
from processes.lint.registry import findings
from processes.lint.rehearse import rehearsed

LEVELS = ("error", "warning")
MAX_NODES, MAX_FLOWS = 500, 1_500
TOO_LARGE = (
    f"流程图超过 {MAX_NODES} 个环节或 {MAX_FLOWS} 条连线，请拆分为几个流程，用调用活动连接。"
)


def check(bpmn: bytes, catalogue: Catalogue, *, run: bool = True) -> list[Finding]:
    """Return what is wrong with a diagram, errors first; a file that is none raises.

    Without ``run`` it is only read: quick enough for every stroke in the modeller.
    """
    rules.load()
    diagram = Diagram(bpmn)
    if len(diagram.nodes) > MAX_NODES or len(diagram.flows) > MAX_FLOWS:
        return [Finding("", "too_large", "error", TOO_LARGE)]
    # each stroke in the modeller is another file: nothing of it is asked again
    found = sorted(set(findings(diagram, catalogue, keep=run)))
    if run and not any(each.level == "error" for each in found):
        # only what passes every rule is worth parsing and running
        found += _rehearsed(bpmn)
    return sorted(found, key=lambda each: (LEVELS.index(each.level), each))


# a diagram is checked where it is loaded, drafted and published, in each county that has its own
# binding of it; what a rehearsal shows hangs on its bytes alone
@lru_cache(maxsize=256)
def _rehearsed(bpmn: bytes) -> tuple[Finding, ...]:
    return tuple(rehearsed(Diagram(bpmn)))
