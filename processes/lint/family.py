"""Flows that call one another share their data: which names the whole family may have set."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from processes.lint.catalogue import Catalogue
from processes.lint.diagram import B, Diagram, S
from processes.lint.variables import decision_of, form_of, known_variables, sets
from processes.xml import BadDiagramError

ABOUT = "about"
"""What an action of a case's page is handed: the case it is about."""


@dataclass(frozen=True)
class FlowFacts:
    """What the check of other flows wants to know of one."""

    calls: frozenset[str]
    names: frozenset[str]
    """Set by its own scripts, services and messages, or handed over at its start."""
    forms: frozenset[tuple[str, str]]
    """Form and the key that a handler takes out of it."""
    decisions: frozenset[str]
    is_part: bool = False
    """Whether nobody begins it but other flows."""


@lru_cache(maxsize=256)
def flow_facts(bpmn: bytes) -> FlowFacts | None:
    """Return the facts of a flow by its diagram; of one that cannot be read, none."""
    try:
        return facts_of(Diagram(bpmn))
    except BadDiagramError:
        return None


def facts_of(diagram: Diagram) -> FlowFacts:
    """Return the facts of a flow that hang on its own diagram alone."""
    if diagram.facts is None:
        diagram.facts = _facts_of(diagram)
    return diagram.facts


def _facts_of(diagram: Diagram) -> FlowFacts:
    names = set(diagram.messages.values()) | _given(diagram)
    for node in diagram.nodes.values():
        names |= sets(node)
    return FlowFacts(
        frozenset(each.xml.get("calledElement", "") for each in diagram.of_kind("callActivity")),
        frozenset(names - {""}),
        frozenset(
            (form_of(node), node.properties().get("accepts", ""))
            for node in diagram.nodes.values()
            if form_of(node)
        ),
        frozenset(filter(None, map(decision_of, diagram.nodes.values()))),
        set(_properties(diagram, "starters")) == {"platform"},
    )


def called_by_any(diagram: Diagram, others: Mapping[str, FlowFacts]) -> bool:
    """Return whether another flow calls this one."""
    own = {each.id for each in diagram.processes()}
    return any(own & facts.calls for key, facts in others.items() if key not in own)


def _given(diagram: Diagram) -> set[str]:
    """Return what the process is handed when it begins."""
    is_action = "true" in _properties(diagram, "case_action")
    return {*_properties(diagram, "takes"), *([ABOUT] if is_action else [])}


def _properties(diagram: Diagram, name: str) -> list[str]:
    path = f"{B}extensionElements/{S}properties/{S}property[@name='{name}']"
    found = [each for one in diagram.processes() for each in one.xml.iterfind(path)]
    return [part.strip() for each in found for part in each.get("value", "").split(",")]


def known_in_family(diagram: Diagram, catalogue: Catalogue) -> frozenset[str]:
    """Return every name that this flow, its callers or what it calls may have set."""
    known = known_variables(diagram, catalogue) | facts_of(diagram).names
    others: Mapping[str, FlowFacts] = catalogue.flow_facts or {}
    own = {each.id for each in diagram.processes()}
    for key in _family(own, facts_of(diagram).calls, others) - own:
        known |= _names(others[key], catalogue) if key in others else set()
    return frozenset(known)


def _family(own: set[str], calls: frozenset[str], others: Mapping[str, FlowFacts]) -> set[str]:
    found, waiting = set(own), [*calls, *own]
    while waiting:
        key = waiting.pop()
        found.add(key)
        near = others[key].calls if key in others and key not in own else frozenset()
        callers = {each for each, facts in others.items() if key in facts.calls}
        waiting += (near | callers) - found
    return found


def _names(facts: FlowFacts, catalogue: Catalogue) -> set[str]:
    found = set(facts.names)
    for form, taken_out in facts.forms:
        found |= catalogue.forms.get(form, frozenset()) - {taken_out}
    for decision in facts.decisions:
        found |= catalogue.decisions.get(decision, frozenset())
    return found
