"""A flow taken over under a new key, from the same county, another one or the base.

With it come the files that its diagram names and the county does not have, the flows that it calls
among them, the roles and rules that only the other county declares, and its words for roles.
"""

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from lxml import etree

from processes.outline import rule_keys
from processes.packs.pack import RULES
from processes.packs.roles import PATH as ROLES
from processes.packs.roles import Role, read_roles, titles_of
from processes.packs.rules import Declared, read_rules
from processes.packs.toml_edit import edited
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
    """Return the county's roles with those, and the words for them, that only the other has."""
    theirs, mine, below = source.roles, target.roles, read_roles(source.base[ROLES], None)[0]
    words = {word for body in bodies for word in _lanes(body)}
    meant = [one for one in theirs.values() if words & {one.id, one.title, *one.synonyms}]
    taken = titles_of(mine)
    new = [_less(one, taken) for one in meant if one.id not in below and one.id not in mine]
    said = {
        one.id: [word for word in one.synonyms if word in words and word not in taken]
        for one in meant
        if one.id in mine
    }
    held = target.files.get(ROLES, b"")
    text = b"\n\n".join([held.rstrip(), *map(_role_text, new)]).lstrip() if new else held
    text = _with_words(text, {role: known for role, known in said.items() if known}, below)
    return {ROLES: text} if text != held else {}


def _less(role: Role, taken: Mapping[str, str]) -> Role:
    """Return a role without the other words that mean a role already."""
    return replace(role, synonyms=tuple(word for word in role.synonyms if word not in taken))


def _with_words(body: bytes, said: Mapping[str, list[str]], below: Collection[str]) -> bytes:
    """Return a county's file with more words for roles; the base's, or a wrong one, stays."""
    try:
        table = tomllib.loads(body.decode())
        if any(one["id"] in below for one in table.get("role", ())):
            return body
        held = table.setdefault("synonyms", {})
        held |= {role: [*held.get(role, ()), *words] for role, words in said.items()}
    except (LookupError, ValueError, TypeError, RecursionError):
        return body
    return edited(body, table) if said else body


def _lanes(body: bytes) -> frozenset[str]:
    named = named_in(body)
    return named.lanes | named.escalates | named.starters


def _role_text(role: Role) -> bytes:
    return role_lines(role.id, role.title, role.of, role.synonyms).encode()


def role_lines(key: str, title: str, of: str, synonyms: Sequence[str] = ()) -> str:
    """Return the lines by which a county's file declares a role of its own."""
    given: dict[str, object] = {"id": key, "title": title, "of": of}
    if synonyms:
        given["synonyms"] = list(synonyms)
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
