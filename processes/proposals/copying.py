"""A flow taken over under a new key, from the same county, another one or the base.

With it come the files that its diagram names and the county does not have, the flows that it calls
among them, and the roles and rules that only the other county declares.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from processes.outline import rule_keys
from processes.packs.pack import RULES
from processes.packs.roles import PATH as ROLES
from processes.packs.roles import Role, read_roles
from processes.packs.rules import Declared, read_rules
from processes.packs.toml_text import toml_text, toml_value
from processes.proposals.errors import FileUnknownError
from processes.references import named_in
from processes.xml import BPMN, safe_tree

B = f"{{{BPMN}}}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
Files = Mapping[str, bytes]


@dataclass(frozen=True)
class Side:
    """What a county sees, and the base below it."""

    files: Files
    base: Files

    @property
    def roles(self) -> dict[str, Role]:
        """Its roles by id."""
        known = read_roles(self.base.get(ROLES, b""), None)[0]
        own = self.files.get(ROLES)
        return known if own is None or own == self.base.get(ROLES) else read_roles(own, known)[0]

    @property
    def rules(self) -> dict[str, Declared]:
        """The rules that its own file declares or gives values for."""
        below = read_rules(self.base.get(RULES, b""), None)[0]
        return read_rules(self.files.get(RULES, b""), below)[0]


def copied(source: Side, target: Side, old: str, key: str, title: str) -> dict[str, bytes]:
    """Return path → content of what a county needs to have another's flow under a new key."""
    body = source.files.get(f"diagrams/{old}.bpmn")
    if body is None:
        raise FileUnknownError(path=f"diagrams/{old}.bpmn")
    found = {f"diagrams/{key}.bpmn": renamed(body, key, title)}
    waiting, bodies = [body], [body]
    while waiting:
        for path in _named(waiting.pop(), source.files):
            if path in target.files or path in found:
                continue
            found[path] = source.files[path]
            if path.startswith("diagrams/"):
                waiting.append(found[path])
                bodies.append(found[path])
    return found | _roles(source, target, bodies) | _rules(source, target, bodies)


def renamed(body: bytes, key: str, title: str) -> bytes:
    """Return a diagram as the flow of another key and title; its steps keep their ids."""
    root = safe_tree(body)
    process = next(one for one in root.iter(f"{B}process") if one.get("isExecutable") == "true")
    old = process.get("id", "")
    process.set("id", key)
    process.set("name", title)
    for one in root.iter(f"{B}participant"):
        if one.get("processRef") == old:
            one.set("processRef", key)
            one.set("name", title)
    for plane in root.iter(f"{DI}BPMNPlane"):
        if plane.get("bpmnElement") == old:
            plane.set("bpmnElement", key)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _named(body: bytes, files: Files) -> list[str]:
    named = named_in(body)
    paths = [*named.files, *(f"diagrams/{called}.bpmn" for called in named.calls)]
    text = body.decode("utf-8", "replace")
    paths += [
        path for path in files if path.startswith(("notices/", "letters/")) and _stem(path) in text
    ]
    return [path for path in dict.fromkeys(paths) if path in files]


def _stem(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".toml")


def _roles(source: Side, target: Side, bodies: list[bytes]) -> dict[str, bytes]:
    """Return the county's roles with those that the flow needs and only the other has."""
    theirs, mine, below = source.roles, target.roles, read_roles(source.base[ROLES], None)[0]
    words = {word for body in bodies for word in _lanes(body)}
    wanted = [
        role
        for role in theirs.values()
        if role.id not in below
        and role.id not in mine
        and words & {role.id, role.title, *role.synonyms}
    ]
    if not wanted:
        return {}
    held = target.files.get(ROLES, b"")
    return {ROLES: held.rstrip() + b"\n\n" + b"\n".join(map(_role_text, wanted))}


def _lanes(body: bytes) -> frozenset[str]:
    named = named_in(body)
    return named.lanes | named.escalates | named.starters


def _role_text(role: Role) -> bytes:
    return role_lines(role.id, role.title, role.of).encode()


def role_lines(key: str, title: str, of: str) -> str:
    """Return the lines by which a county's file declares a role of its own."""
    given = {"id": key, "title": title, "of": of}
    return "\n".join(["[[role]]", *(f"{k} = {toml_value(v)}" for k, v in given.items()), ""])


def _rules(source: Side, target: Side, bodies: list[bytes]) -> dict[str, bytes]:
    below = read_rules(source.base.get(RULES, b""), None)[0]
    keys = {key for body in bodies for key in rule_keys(body)}
    wanted = sorted(key for key in keys if key in source.rules and key not in below)
    wanted = [key for key in wanted if key not in target.rules]
    if not wanted:
        return {}
    table = tomllib.loads(source.files[RULES].decode())
    taken: dict[str, dict[str, object]] = {}
    for key in wanted:
        group, _, name = key.partition(".")
        taken.setdefault(group, {})[name] = table[group][name]
    held = target.files.get(RULES, b"")
    return {RULES: held.rstrip() + b"\n\n" + toml_text(taken).encode()}
