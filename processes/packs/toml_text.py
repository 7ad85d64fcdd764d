"""Writes tables as TOML, as packs hold them: what is written reads back as what was given."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, time
from typing import Any

BARE = re.compile(r"[A-Za-z0-9_-]+")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def toml_text(table: Mapping[str, Any]) -> str:
    """Return a table as TOML text; long texts stand on lines of their own."""
    lines = list(_lines(table, ()))
    return "\n".join(lines).strip("\n") + "\n" if lines else ""


def toml_value(value: Any) -> str:  # noqa: ANN401
    """Return one value as it stands behind an equals sign."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_key(key)} = {toml_value(one)}" for key, one in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    return _list(value)


def _lines(table: Mapping[str, Any], place: tuple[str, ...]) -> Iterator[str]:
    later = []
    for key, value in table.items():
        if isinstance(value, Mapping) or _is_tables(value):
            later.append((key, value))
        else:
            yield f"{_key(key)} = {toml_value(value)}"
    for key, value in later:
        yield from _inner(value, (*place, key))


def _inner(value: Any, place: tuple[str, ...]) -> Iterator[str]:  # noqa: ANN401
    name = ".".join(map(_key, place))
    if not isinstance(value, Mapping):
        for one in value:
            yield from ("", f"[[{name}]]", *_lines(one, place))
        return
    if not value or not all(isinstance(one, Mapping) for one in value.values()):
        yield from ("", f"[{name}]")
    yield from _lines(value, place)


def _is_tables(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, list) and bool(value) and all(isinstance(o, Mapping) for o in value)


def _list(value: Any) -> str:  # noqa: ANN401
    if any(isinstance(one, list) for one in value):
        return "[\n" + "".join(f"  {toml_value(one)},\n" for one in value) + "]"
    return "[" + ", ".join(map(toml_value, value)) + "]"


def _text(value: str) -> str:
    if "\n" in value and not CONTROL.search(value) and '"""' not in value and "\r" not in value:
        inner = value.replace("\\", "\\\\")
        # a quotation mark at the very end would lengthen the closing ones
        return f'"""\n{inner[:-1]}\\""""' if inner.endswith('"') else f'"""\n{inner}"""'
    return '"' + "".join(map(_sign, value)) + '"'


def _sign(sign: str) -> str:
    if sign in ESCAPES:
        return ESCAPES[sign]
    return f"\\u{ord(sign):04x}" if CONTROL.match(sign) else sign


def _key(key: str) -> str:
    return key if BARE.fullmatch(key) else _text(key.replace("\n", " "))
