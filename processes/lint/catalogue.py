"""What a diagram may name: the check compares every reference with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from processes.lint.family import FlowFacts


@dataclass(frozen=True)
class Parameter:
    """One parameter of an operator, as the modeller sees it."""

    id: str
    type: str = "any"
    required: bool = True
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """The names that exist where the flow will run."""

    operators: Mapping[str, tuple[Parameter, ...]] = field(default_factory=dict)
    forms: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Form name to the keys it fills in."""
    lanes: frozenset[str] = frozenset()
    decisions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Decision to the variables it sets."""
    flows: frozenset[str] = frozenset()
    """Process ids of published flows that may be called."""
    flow_facts: "Mapping[str, FlowFacts] | None" = None
    """What each flow sets and calls; nothing when the other flows are not known here."""
    notices: frozenset[str] = frozenset()
    letters: frozenset[str] = frozenset()
    roles: frozenset[str] | None = None
    """Ids of roles; nothing when they are not known here."""
    functions: frozenset[str] = frozenset()
    """Functions that the platform offers to expressions beside the built-in ones."""
    rules: frozenset[str] | None = None
    """Every rule of the county; nothing when they are not known here."""
    periods: frozenset[str] = frozenset()
    """Rules that are a number of working days."""
    switches: frozenset[str] = frozenset()
    """Rules that are yes or no."""
    variables: frozenset[str] = frozenset({"county", "project", "parties", "people"})
    """Process data that exists from the start."""
