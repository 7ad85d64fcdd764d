"""Writes a file of worked cases as a person would: one act a line, nothing that says nothing."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from processes.cases.format import VERBS, Act, CaseFile, Opening, RuleCase, WorkedCase

ORDER = {key: place for place, key in enumerate((*VERBS, "by", "about", "form"))}
SHORT = 96
"""A list of acts that fits into a line of this length stays in one."""


def write_cases(file: CaseFile) -> bytes:
    """Return a file's text; reading it again gives the same cases."""
    parts = [f"# {line}".rstrip() for line in file.note.splitlines()]
    blocks = ["\n".join(parts)] if parts else []
    blocks += ["\n".join(_opening(one)) for one in file.openings]
    blocks += ["\n".join(_case(one)) for one in file.cases]
    return ("\n\n".join(blocks) + "\n").encode()


def _opening(one: Opening) -> Iterator[str]:
    yield "[[opening]]"
    yield _line("name", one.name)
    yield from _beginning(one)
    yield from _acts(one.acts)


def _case(one: WorkedCase | RuleCase) -> Iterator[str]:
    yield "[[case]]"
    yield _line("name", one.name)
    if isinstance(one, RuleCase):
        yield _line("rule", one.rule)
        yield _line("on", one.on) if one.on else _line("from", one.began)
    else:
        yield _line("flow", one.flow)
        yield from _beginning(one)
        yield from _acts(one.acts)
    yield _line("expect", one.expect)
    yield _line("source", one.source)


def _beginning(one: WorkedCase | Opening) -> Iterator[str]:
    if one.begins:
        yield _line("begins", one.begins)
    if one.now:
        yield _line("now", one.now)


def _acts(acts: Sequence[Act]) -> Iterator[str]:
    written = [_value(_ordered(act)) for act in acts]
    line = f"acts = [{', '.join(written)}]"
    if len(line) <= SHORT:
        yield line
        return
    yield "acts = ["
    yield from (f"  {act}," for act in written)
    yield "]"


def _ordered(act: Act) -> dict[str, Any]:
    """Return an act as it is read: what is done, by whom, then the rest."""
    return dict(sorted(act.items(), key=lambda one: ORDER.get(one[0], len(ORDER))))


def _line(key: str, value: object) -> str:
    return f"{key} = {_value(value)}"


def _value(value: Any) -> str:  # noqa: ANN401 - as TOML has it
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_key(key)} = {_value(one)}" for key, one in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(one) for one in value)}]"
    if isinstance(value, datetime | date):
        return value.isoformat()
    # JSON's strings, numbers and truth values are TOML's, but for a character that TOML escapes
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(key: str) -> str:
    is_bare = key.isascii() and key.replace("_", "").replace("-", "").isalnum()
    return key if is_bare else json.dumps(key, ensure_ascii=False)
