"""The subset of FEEL that forms and decisions use; nothing is ever handed to an interpreter."""

from processes.forms.feel.evaluator import evaluate, is_true
from processes.forms.feel.functions import is_equal
from processes.forms.feel.parser import names_in, parse
from processes.forms.feel.syntax import FeelSyntaxError, Node

__all__ = ["FeelSyntaxError", "Node", "evaluate", "is_equal", "is_true", "names_in", "parse"]
