"""Case actions: flows that are begun from the page of a project's case."""

from models.project import ProjectPhase
from processes.lint.catalogue import Catalogue
from processes.lint.diagram import Diagram
from processes.lint.registry import Found, rule
from processes.references import phases_of

KNOWN = frozenset(phase.value for phase in ProjectPhase)


@rule("phases_known")
def phases_known(diagram: Diagram, _: Catalogue) -> Found:
    """``phases`` of a case action are states of a project; without any it is never offered."""
    for process in diagram.processes():
        unknown = [each for each in phases_of(process) if each not in KNOWN]
        if unknown:
            names = "、".join(unknown)
            yield process.id, f"流程属性 phases 中的“{names}”不是项目状态，请改正。"
