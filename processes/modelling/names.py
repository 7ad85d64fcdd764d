"""Every name that a diagram of a county may use, with its title, for the modeller's choosers."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy.orm import Session

import handlers  # noqa: F401 - importing it fills the catalogue of operators
from handlers.registry import registry
from models.clock import business_now
from models.flow.deadlines import PERIOD
from models.flow.definition import BASE
from models.flow.proposal import Proposal
from models.flow.rules import Rule, load_rules
from models.identity.granting import KEEPER_TITLES
from processes import proposals
from processes.catalogue import SWITCH, stem
from processes.forms.schema import bound_names, components_of, walk
from processes.lint import outputs_of
from processes.modelling.choices import FUNCTIONS, Choice, by_title, choice, fixed, pairs
from processes.packs.pack import RULES
from processes.packs.roles import PATH as ROLES
from processes.packs.roles import Role, read_roles
from processes.proposals.titles import form_titles
from processes.xml import BPMN, SPIFF, BadDiagramError, safe_tree

B, S = f"{{{BPMN}}}", f"{{{SPIFF}}}"
START = {
    "county": "区县代码",
    "project": "项目",
    "parties": "各角色的单位",
    "people": "各岗位的人员",
}
OFFICES = frozenset({"analyst", "publisher", "witness", "guardian", *KEEPER_TITLES})
"""Roles that keep the platform and begin no case."""
Files = Mapping[str, bytes]


def names(session: Session, proposal: Proposal) -> dict[str, Any]:
    """Return operators, forms, decisions, flows, roles, rules … as the proposal would have them."""
    county = proposal.county_code
    files = proposals.files_in(session, county, proposal)
    base = files if county == BASE else proposals.files_in(session, BASE)
    roles, flows = _roles(files, base), dict(_flows(files))
    rules = rules_declared(files, base)
    in_force = load_rules(session, county, business_now().date()).rules
    people = [choice(role.id, role.title) for role in roles.values()]
    notices, letters = by_title(_titled(files, "notices/")), by_title(_titled(files, "letters/"))
    messages = sorted({name for flow in flows.values() for name in flow["messages"]})
    return {
        "operators": operators(),
        "forms": _forms(files),
        "decisions": [dict(choice(n, t), outputs=sorted(o)) for n, t, o in _decisions(files)],
        "flows": by_title((key, flow["title"]) for key, flow in flows.items()),
        "lanes": [choice(word, word) for role in roles.values() for word in _words(role)],
        "roles": people,
        "starters": [one for one in people if one["value"] not in OFFICES],
        "rules": [
            dict(choice(key, rule["title"]), unit=rule["unit"], now=_now(in_force.get(key)))
            for key, rule in rules.items()
        ],
        "messages": [choice(name, name) for name in messages],
        "functions": pairs(FUNCTIONS),
        "variables": pairs(START),
        "choices": fixed()
        | {"role": people, "notice": notices, "letter": letters}
        | {"rule": [choice(key, rule["title"]) for key, rule in rules.items()]}
        | {"message_name": [choice(name, name) for name in messages]},
    }


def _now(rule: Rule | None) -> str:
    """Return what a period or switch is today, in words; other rules are read on their page."""
    if rule is None or rule.unit not in {PERIOD, SWITCH}:
        return ""
    if rule.unit == SWITCH:
        return "是" if rule.value else "否"
    return f"{rule.value}个工作日" if rule.value else "当日"


def operators() -> list[dict[str, Any]]:
    """Return every service with its parameters and what its result holds."""
    return [
        dict(choice(each.id, each.title), parameters=each.parameters(), results=each.results())
        for each in registry
    ]


def _words(role: Role) -> tuple[str, ...]:
    return (role.title, *role.synonyms)


def _roles(files: Files, base: Files) -> dict[str, Role]:
    known, _ = read_roles(base.get(ROLES, b""), None)
    own = files.get(ROLES)
    return known if own is None or own == base.get(ROLES) else read_roles(own, known)[0]


def rules_declared(files: Files, base: Files) -> dict[str, dict[str, str]]:
    """Return every rule a county knows with its ``title`` and ``unit``, by its key."""
    return _rules(base) | _rules(files)


def _rules(files: Files) -> dict[str, dict[str, str]]:
    """Return the declared rules: a county's own file may say only values, which declare nothing."""
    try:
        table = tomllib.loads(files.get(RULES, b"").decode())
    except (ValueError, RecursionError):
        return {}
    return dict(_declared(table, ""))


def _declared(table: Mapping[str, Any], above: str) -> Iterator[tuple[str, dict[str, str]]]:
    if isinstance(table.get("unit"), str):
        yield above, {"title": str(table.get("label") or above), "unit": table["unit"]}
        return
    for name, below in table.items():
        if isinstance(below, dict):
            yield from _declared(below, f"{above}.{name}" if above else name)


def _in_folder(files: Files, folder: str) -> Iterator[tuple[str, bytes]]:
    return ((stem(path), body) for path, body in files.items() if path.startswith(folder))


def _forms(files: Files) -> list[dict[str, Any]]:
    """Return the forms by what they are called: the steps that show them."""
    titles = form_titles(body for _, body in _in_folder(files, "diagrams/"))
    found = [
        dict(choice(name, titles.get(name, name)), fields=list(_fields(body)))
        for name, body in _in_folder(files, "forms/")
    ]
    return sorted(found, key=lambda one: str(one["title"]))


@lru_cache(maxsize=512)
def _fields(form: bytes) -> tuple[Choice, ...]:
    try:
        components = components_of(orjson.loads(form))
        kept = bound_names(components)
        labels = {str(one.get("key")): str(one.get("label") or "") for one in walk(components)}
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        return ()  # the form's own check says what is wrong with it
    in_order = [*(name for name in labels if name in kept), *sorted(kept - labels.keys())]
    return tuple(choice(name, labels.get(name, "")) for name in in_order)


def _decisions(files: Files) -> Iterator[tuple[str, str, frozenset[str]]]:
    for name, body in _in_folder(files, "decisions/"):
        yield name, _decision_title(body) or name, outputs_of(body)


@lru_cache(maxsize=256)
def _decision_title(body: bytes) -> str:
    try:
        return str(safe_tree(body).get("name") or "")
    except BadDiagramError:
        return ""


def _titled(files: Files, folder: str) -> Iterator[tuple[str, str]]:
    for name, body in _in_folder(files, folder):
        try:
            title = str(tomllib.loads(body.decode()).get("title") or name)
        except (ValueError, RecursionError):
            title = name
        yield name, title


def _flows(files: Files) -> Iterator[tuple[str, dict[str, Any]]]:
    for key, body in _in_folder(files, "diagrams/"):
        yield key, _flow(body) or {"title": key, "messages": ()}


@lru_cache(maxsize=256)
def _flow(body: bytes) -> dict[str, Any] | None:
    try:
        root = safe_tree(body)
    except BadDiagramError:
        return None
    process = root.find(f"{B}process")
    title = "" if process is None else process.get("name", "")
    return {
        "title": title,
        "messages": tuple(one.get("name", "") for one in root.iter(f"{B}message")),
    }
