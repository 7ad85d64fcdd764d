"""The list of rules: a rule is a function of a diagram and a catalogue that yields findings."""

from collections.abc import Callable, Iterator

from processes.lint.catalogue import Catalogue
from processes.lint.diagram import Diagram
from processes.lint.finding import Finding, Level

Found = Iterator[tuple[str, str]]
Rule = Callable[[Diagram, Catalogue], Found]
RULES: dict[str, tuple[Level, Rule]] = {}


def rule(name: str, level: Level = "error") -> Callable[[Rule], Rule]:
    """Register a function that yields ``(element id, message)`` pairs."""

    def register(function: Rule) -> Rule:
        if name in RULES:
            raise ValueError(f"two rules are called {name}")
        RULES[name] = (level, function)
        return function

    return register


def findings(diagram: Diagram, catalogue: Catalogue) -> Iterator[Finding]:
    """Run every rule."""
    for name, (level, function) in RULES.items():
        for element, message in function(diagram, catalogue):
            yield Finding(element, name, level, message)
