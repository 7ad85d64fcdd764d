"""A county's catalogue of names as it would be with changed files laid over what holds."""

import dataclasses
from collections.abc import Mapping

from sqlalchemy.orm import Session

from models.flow.deadlines import PERIOD
from models.flow.definition import BASE
from processes import contents
from processes.catalogue import SWITCH, kept_keys, published_flows, stem
from processes.lint import Catalogue, FlowFacts, flow_facts, outputs_of
from processes.meaning import catalogue_of
from processes.packs.pack import RULES
from processes.packs.roles import PATH as ROLES
from processes.packs.roles import read_roles, roles_of, titles_of
from processes.packs.rules import Declared, read_rules

Overlay = Mapping[str, bytes | None]
"""Path → body of each changed file; nothing for one that is taken away."""


def catalogue_over(session: Session, county: str, overlay: Overlay) -> Catalogue:
    """Return every name that would exist in a county if the changed files were in force."""
    now = catalogue_of(session, county)
    forms = changed(session, county, overlay, "forms/")
    decisions = changed(session, county, overlay, "decisions/")
    notices = changed(session, county, overlay, "notices/")
    letters = changed(session, county, overlay, "letters/")
    over = dataclasses.replace(
        now,
        forms=_laid({name: kept_keys(body) for name, body in _present(forms)}, forms, now.forms),
        decisions=_laid(
            {name: outputs_of(body) for name, body in _present(decisions)}, decisions, now.decisions
        ),
        notices=(now.notices - notices.keys()) | {name for name, _ in _present(notices)},
        letters=(now.letters - letters.keys()) | {name for name, _ in _present(letters)},
        flows=_flows(session, county, overlay, now.flows),
        flow_facts=_facts(overlay, now),
    )
    return _declared(session, county, overlay, over)


def changed(
    session: Session, county: str, overlay: Overlay, folder: str
) -> dict[str, bytes | None]:
    """Return name → what would hold of each changed file; one taken away falls back to the base."""
    below = {} if county == BASE else contents.assets(session, BASE, folder)
    found: dict[str, bytes | None] = {}
    for path, body in overlay.items():
        if path.startswith(folder):
            fallen = contents.get(session, below[path]) if path in below else None
            found[stem(path)] = fallen if body is None else body
    return found


def _present(files: Mapping[str, bytes | None]) -> list[tuple[str, bytes]]:
    return [(name, body) for name, body in files.items() if body is not None]


def _laid(
    new: Mapping[str, frozenset[str]],
    touched: Mapping[str, object],
    now: Mapping[str, frozenset[str]],
) -> dict[str, frozenset[str]]:
    return {name: keys for name, keys in now.items() if name not in touched} | dict(new)


def _flows(session: Session, county: str, overlay: Overlay, now: frozenset[str]) -> frozenset[str]:
    drawn = {path: body for path, body in overlay.items() if path.startswith("diagrams/")}
    gone = {stem(path) for path, body in drawn.items() if body is None}
    below = set() if county == BASE or not gone else set(published_flows(session, BASE))
    return (now - (gone - below)) | {stem(path) for path, body in drawn.items() if body is not None}


def _facts(overlay: Overlay, now: Catalogue) -> dict[str, FlowFacts]:
    found = dict(now.flow_facts or {})
    for path, body in overlay.items():
        if path.startswith("diagrams/") and body is not None and (facts := flow_facts(body)):
            found[stem(path)] = facts
    return found


def _declared(session: Session, county: str, overlay: Overlay, over: Catalogue) -> Catalogue:
    """Take changed roles and newly declared rules into account."""
    roles, rules = overlay.get(ROLES), overlay.get(RULES)
    if roles is not None:
        known, _ = read_roles(roles, None if county == BASE else roles_of(session, BASE))
        over = dataclasses.replace(over, lanes=frozenset(titles_of(known)), roles=frozenset(known))
    if rules is not None:
        own = rules_over(session, county, overlay)
        units = {key: rule.unit for key, rule in own.items()}
        below = frozenset() if county == BASE else over.rules or frozenset()
        over = dataclasses.replace(
            over,
            rules=below | frozenset(units),
            periods=_with(over.periods, county, units, PERIOD),
            switches=_with(over.switches, county, units, SWITCH),
        )
    return over


def rules_over(session: Session, county: str, overlay: Overlay) -> dict[str, Declared]:
    """Return the rules that a county's changed file declares or gives values for."""
    body = overlay.get(RULES) or b""
    if county == BASE:
        return read_rules(body, None)[0]
    digest = contents.assets(session, BASE, RULES).get(RULES)
    below = read_rules(contents.get(session, digest), None)[0] if digest else {}
    return read_rules(body, below)[0]


def _with(
    known: frozenset[str], county: str, units: Mapping[str, str], unit: str
) -> frozenset[str]:
    new = frozenset(key for key, given in units.items() if given == unit)
    return new if county == BASE else known | new
