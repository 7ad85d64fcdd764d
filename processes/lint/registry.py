"""The list of rules: a rule is a function of a diagram and a catalogue that yields findings."""

from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import cast

from processes.lint.catalogue import Catalogue
from processes.lint.diagram import Diagram
from processes.lint.finding import Finding, Level
from processes.lint.kept import Silence, Watched

Found = Iterator[tuple[str, str]]
Rule = Callable[[Diagram, Catalogue], Found]
RULES: dict[str, tuple[Level, Rule]] = {}
SILENCE = Silence()


def rule(name: str, level: Level = "error") -> Callable[[Rule], Rule]:
    """Register a function that yields ``(element id, message)`` pairs."""

    def register(function: Rule) -> Rule:
        if name in RULES:
            raise ValueError(f"two rules are called {name}")
        RULES[name] = (level, function)
        return function

    return register


def findings(diagram: Diagram, catalogue: Catalogue, *, keep: bool = True) -> Iterator[Finding]:
    """Run every rule that is not known to find nothing here; ``keep`` for the next time."""
    digest = sha256(diagram.data).hexdigest()
    silent = SILENCE.rules(digest, catalogue)
    for name, (level, function) in RULES.items():
        if function in silent:
            continue
        watched, count = Watched(catalogue), 0
        for element, message in function(diagram, cast("Catalogue", watched)):
            count += 1
            yield Finding(element, name, level, message)
        if keep and not count:
            SILENCE.keep(digest, function, watched.read)
