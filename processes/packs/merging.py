"""One file of a county under which the base has changed: the three put together, by its kind."""

import json
import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from models.errors import InvalidError
from processes.packs.merge import MISSING, Conflict, Merge, same
from processes.packs.merge_xml import merge_shapes
from processes.packs.shape_xml import Shape
from processes.packs.toml_edit import edited

RULES, ROLES, MANIFEST = "rules.toml", "roles.toml", "pack.toml"
WHOLE = ""
"""The place of a conflict about a whole file."""


@dataclass(frozen=True)
class Merged:
    """The file put together: what clashed, and what hangs on something that is gone."""

    body: bytes
    conflicts: tuple[Conflict, ...] = ()
    dangling: tuple[str, ...] = ()


def merge_file(
    path: str, then: bytes, ours: bytes, theirs: bytes | None, takes: Collection[str] = ()
) -> Merged:
    """Return a county's file with the base's changes in it; clashes keep the county's side.

    ``takes`` names the places of conflicts where the base's side is taken. A file that cannot be
    read clashes as a whole.
    """
    if theirs is None:
        return _whole(then, ours, None)
    try:
        return _by_kind(path)(then, ours, theirs, takes)
    except (InvalidError, ValueError, RecursionError, TypeError, AttributeError):
        return _whole(then, ours, theirs)


Way = Callable[[bytes, bytes, bytes, Collection[str]], Merged]


def _by_kind(path: str) -> Way:
    if path in (RULES, ROLES, MANIFEST):
        return _overlay
    return WAYS[path.rpartition(".")[2]]


def _diagram(then: bytes, ours: bytes, theirs: bytes, takes: Collection[str]) -> Merged:
    return _shapes(then, ours, theirs, takes, is_decision=False)


def _decision(then: bytes, ours: bytes, theirs: bytes, takes: Collection[str]) -> Merged:
    return _shapes(then, ours, theirs, takes, is_decision=True)


def _shapes(
    then: bytes, ours: bytes, theirs: bytes, takes: Collection[str], *, is_decision: bool
) -> Merged:
    run = Merge(takes)
    before, mine, other = (Shape(one, is_decision=is_decision) for one in (then, ours, theirs))
    body, dangling = merge_shapes(before, mine, other, run)
    return Merged(body, tuple(run.conflicts), tuple(dangling))


def _form(then: bytes, ours: bytes, theirs: bytes, takes: Collection[str]) -> Merged:
    run = Merge(takes)
    value = run.value(json.loads(then), json.loads(ours), json.loads(theirs))
    body = json.dumps(value, ensure_ascii=False, indent=2).encode() + b"\n"
    return Merged(body, tuple(run.conflicts))


def _text(then: bytes, ours: bytes, theirs: bytes, takes: Collection[str]) -> Merged:
    run = Merge(takes)
    value = run.value(_table(then), _table(ours), _table(theirs))
    return Merged(edited(ours, value), tuple(run.conflicts))


def _overlay(then: bytes, ours: bytes, theirs: bytes, takes: Collection[str]) -> Merged:
    """Rules, roles and the manifest only add to the base's: told is what they stand over.

    A county's value stays until it is given up; a changed default below it is worth a look.
    """
    before, mine, other = (_flat(_table(one)) for one in (then, ours, theirs))
    conflicts = []
    for key, value in mine.items():
        old, new = before.get(key, MISSING), other.get(key, MISSING)
        if not same(old, new) and not same(value, new):
            conflicts.append(Conflict(key, old, value, new))
    gone = {one.place for one in conflicts if one.place in takes}
    return Merged(_without(ours, gone) if gone else ours, tuple(conflicts))


def _flat(table: Mapping[str, Any]) -> dict[str, Any]:
    return {
        f"{group}.{name}": value
        for group, inner in table.items()
        if isinstance(inner, Mapping)
        for name, value in inner.items()
    }


def _without(body: bytes, keys: Collection[str]) -> bytes:
    table = _table(body)
    for key in keys:
        group, _, name = key.partition(".")
        del table[group][name]
        if not table[group]:
            del table[group]
    return edited(body, table)


def _table(body: bytes) -> dict[str, Any]:
    return tomllib.loads(body.decode())


def _whole(then: bytes, ours: bytes, theirs: bytes | None) -> Merged:
    before, mine = (one.decode("utf-8", "replace") for one in (then, ours))
    other = MISSING if theirs is None else theirs.decode("utf-8", "replace")
    return Merged(ours, (Conflict(WHOLE, before, mine, other),))


WAYS: Mapping[str, Way] = {"bpmn": _diagram, "dmn": _decision, "json": _form, "toml": _text}
