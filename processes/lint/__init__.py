"""The publish check: what the parser accepts and the engine would hang on, lose or end early."""

from processes.lint.catalogue import Catalogue, Parameter
from processes.lint.checker import check
from processes.lint.decision import check_decision, outputs_of
from processes.lint.family import FlowFacts, flow_facts
from processes.lint.finding import Finding

__all__ = [
    "Catalogue",
    "Finding",
    "FlowFacts",
    "Parameter",
    "check",
    "check_decision",
    "flow_facts",
    "outputs_of",
]
