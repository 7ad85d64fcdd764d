"""Puts a dated value into the text of a ``rules.toml``, or takes one out; the rest stays."""

import re
import tomllib
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from models.errors import InvalidError
from processes.packs.rules import Value
from processes.packs.toml_text import toml_text, toml_value

HEADER = re.compile(r"\s*(\[\[?)\s*([A-Za-z0-9_.-]+)\s*\]\]?\s*(#.*)?")
VALUES = ".values"


class RulesUnreadableError(InvalidError):
    """The file has a mistake of its own, so no value can be put into it."""

    message = "rules.toml 现在不是正确的 TOML（{problem}），请先在文件编辑器中改正，再改数值。"


@dataclass
class _Block:
    """The lines from one heading to the next."""

    name: str
    lines: list[str] = field(default_factory=list)


def set_value(body: bytes, key: str, value: Value) -> bytes:
    """Return the file with this value of a rule, in place of one of the same day."""
    wanted = _wanted(body, key, value.from_on, value)
    blocks = _blocks(body.decode())
    blocks = [one for one in blocks if not _is_of(one, key, value.from_on)]
    mine = [place for place, one in enumerate(blocks) if one.name in (key, key + VALUES)]
    lines = [f"[[{key}{VALUES}]]", *_written(value), ""]
    if mine:
        last = blocks[mine[-1]]
        while last.lines and not last.lines[-1].strip():
            last.lines.pop()
        blocks.insert(mine[-1] + 1, _Block(key + VALUES, lines))
    else:
        is_apart = not blocks or not blocks[-1].lines[-1].strip()
        blocks.append(_Block(key, [*([] if is_apart else [""]), f"[{key}]", *lines]))
    return _checked(blocks, wanted)


def remove_value(body: bytes, key: str, from_on: date) -> bytes:
    """Return the file without the value of a rule from this day on."""
    wanted = _wanted(body, key, from_on, None)
    blocks = [one for one in _blocks(body.decode()) if not _is_of(one, key, from_on)]
    if not any(one.name == key + VALUES for one in blocks):
        blocks = [one for one in blocks if one.name != key]
    return _checked(blocks, wanted)


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


def _checked(blocks: list[_Block], wanted: dict[str, Any]) -> bytes:
    text = "\n".join(line for one in blocks for line in one.lines).strip("\n") + "\n"
    try:
        is_right = tomllib.loads(text) == wanted
    except (ValueError, RecursionError):
        is_right = False
    # a file written in another way than usual is written anew
    return (text if is_right else toml_text(wanted)).encode()


def _blocks(text: str) -> list[_Block]:
    blocks = [_Block("")]
    for line in text.splitlines():
        header = HEADER.fullmatch(line)
        if header:
            blocks.append(_Block(header[2]))
        blocks[-1].lines.append(line)
    return [one for one in blocks if one.lines]


def _is_of(block: _Block, key: str, from_on: date) -> bool:
    if block.name != key + VALUES:
        return False
    try:
        table = tomllib.loads("\n".join(block.lines[1:]))
    except (ValueError, RecursionError):
        return False
    return bool(table.get("from") == from_on)


def _written(value: Value) -> Iterator[str]:
    yield f"from = {value.from_on.isoformat()}"
    yield f"value = {toml_value(value.value)}"
    yield f"source = {toml_value(value.source)}"
