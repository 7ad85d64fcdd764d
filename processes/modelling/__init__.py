"""What the modeller asks while somebody draws: findings, expressions, variables."""

from processes.modelling.checking import check_text
from processes.modelling.context import Context, context_of
from processes.modelling.expressions import Ask, Reading, Trouble, read
from processes.modelling.variables import Known, variables_at

__all__ = [
    "Ask",
    "Context",
    "Known",
    "Reading",
    "Trouble",
    "check_text",
    "context_of",
    "read",
    "variables_at",
]
