"""Puts a dated value into the text of a ``rules.toml``, or takes one out; the rest stays."""

import tomllib
from collections.abc import Iterator, Sequence
from copy import deepcopy
from datetime import date
from typing import Any

from models.errors import InvalidError
from processes.packs.rules import Declared, Value, head_lines
from processes.packs.toml_edit import Block, blocks, edited
from processes.packs.toml_text import toml_value

VALUES = ".values"


class RulesUnreadableError(InvalidError):
    """The file has a mistake of its own, so no value can be put into it."""

    message = "rules.toml 现在不是正确的 TOML（{problem}），请先在文件编辑器中改正，再改数值。"


def set_value(body: bytes, key: str, value: Value) -> bytes:
    """Return the file with this value of a rule, in place of one of the same day."""
    wanted = _wanted(body, key, value.from_on, value)
    found = [one for one in blocks(body.decode()) if not _is_of(one, key, value.from_on)]
    mine = [place for place, one in enumerate(found) if one.name in (key, key + VALUES)]
    lines = [f"[[{key}{VALUES}]]", *_written(value), ""]
    if mine:
        last = found[mine[-1]]
        while last.lines and not last.lines[-1].strip():
            last.lines.pop()
        found.insert(mine[-1] + 1, Block(key + VALUES, lines))
    else:
        is_apart = not found or not found[-1].lines[-1].strip()
        found.append(Block(key, [*([] if is_apart else [""]), f"[{key}]", *lines]))
    return _checked(body, found, wanted)


def new_rule(body: bytes, head: Declared, value: Value) -> bytes:
    """Return the file with a rule of the county's own, declared with its first value."""
    try:
        known = tomllib.loads(body.decode())
    except (ValueError, RecursionError) as error:
        raise RulesUnreadableError(problem=str(error)) from None
    group, _, name = head.key.partition(".")
    if name in known.get(group, {}):
        return set_value(body, head.key, value)
    lines = [f"[{head.key}]", *head_lines(head), "", f"[[{head.key}{VALUES}]]", *_written(value)]
    start = body.decode().rstrip() + "\n\n" if body.strip() else ""
    return (start + "\n".join(lines) + "\n").encode()


def remove_value(body: bytes, key: str, from_on: date) -> bytes:
    """Return the file without the value of a rule from this day on."""
    wanted = _wanted(body, key, from_on, None)
    found = [one for one in blocks(body.decode()) if not _is_of(one, key, from_on)]
    if not any(one.name == key + VALUES for one in found):
        found = [one for one in found if one.name != key]
    return _checked(body, found, wanted)


def _wanted(body: bytes, key: str, from_on: date, value: Value | None) -> dict[str, Any]:
    """Return what the file is to say afterwards."""
    try:
        table = deepcopy(tomllib.loads(body.decode()))
    except (ValueError, RecursionError) as error:
        raise RulesUnreadableError(problem=str(error)) from None
    group, _, name = key.partition(".")
    rule = table.setdefault(group, {}).setdefault(name, {})
    values = [one for one in rule.get("values", []) if one.get("from") != from_on]
    if value is not None:
        values.append({"from": from_on, "value": value.value, "source": value.source})
    rule["values"] = values
    if not values:
        del table[group][name]
    if not table[group]:
        del table[group]
    return table


def _checked(body: bytes, found: Sequence[Block], wanted: dict[str, Any]) -> bytes:
    text = "\n".join(line for one in found for line in one.lines).strip("\n") + "\n"
    try:
        is_right = tomllib.loads(text) == wanted
    except (ValueError, RecursionError):
        is_right = False
    # a file written in another way than usual keeps what it can
    return text.encode() if is_right else edited(body, wanted)


def _is_of(block: Block, key: str, from_on: date) -> bool:
    if block.name != key + VALUES:
        return False
    try:
        table = tomllib.loads("\n".join(block.lines[block.at + 1 :]))
    except (ValueError, RecursionError):
        return False
    return bool(table.get("from") == from_on)


def _written(value: Value) -> Iterator[str]:
    yield f"from = {value.from_on.isoformat()}"
    yield f"value = {toml_value(value.value)}"
    yield f"source = {toml_value(value.source)}"
