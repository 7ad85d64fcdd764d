"""Changes what a TOML file says and leaves the rest of its text: comments, order, ways of writing.

``tomlkit`` keeps the text of a file beside its values; only what differs is written anew.
"""

import re
import tomllib
from collections.abc import Mapping, MutableMapping, MutableSequence, Sequence
from dataclasses import dataclass, field
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Array, Item

from processes.packs.merge import same
from processes.packs.toml_text import toml_text, toml_value

LARGEST = 256 * 1024
"""A larger text would take seconds to be read with its comments; it is written anew."""

HEADER = re.compile(r"\s*(\[\[?)\s*([A-Za-z0-9_.-]+)\s*\]\]?\s*(#.*)?")


@dataclass
class Block:
    """A heading with the remarks above it and the lines below, up to the next one's."""

    name: str
    lines: list[str] = field(default_factory=list)
    at: int = 0
    """Which of the lines is the heading."""


def blocks(text: str) -> list[Block]:
    """Return the text cut at its headings; remarks right above a heading belong to it."""
    found = [Block("")]
    for line in text.splitlines():
        header = HEADER.fullmatch(line)
        if header:
            above = _remarks(found[-1].lines) if found[-1].name else []
            found.append(Block(header[2], above, len(above)))
        found[-1].lines.append(line)
    return [one for one in found if one.lines]


def _remarks(lines: list[str]) -> list[str]:
    """Take the remarks at the end of these lines off them."""
    start = len(lines)
    while start and lines[start - 1].lstrip().startswith("#"):
        start -= 1
    taken = lines[start:]
    del lines[start:]
    return taken


def edited(body: bytes, wanted: Mapping[str, Any]) -> bytes:
    """Return the file's text saying what is wanted; a text that cannot be kept is written anew."""
    anew = toml_text(wanted).encode()
    if len(body) > LARGEST:
        return anew
    try:
        text = body.decode()
        if same(tomllib.loads(text), wanted):
            return body
        document = tomlkit.parse(_without_gone(text, wanted))
        _bring(document, wanted)
        made = tomlkit.dumps(document)
        is_right = same(tomllib.loads(made), wanted)
    except (TOMLKitError, ValueError, TypeError, AttributeError, LookupError, RecursionError):
        return anew
    return made.encode() if is_right else anew


def _without_gone(text: str, wanted: Mapping[str, Any]) -> str:
    """Take out the headings of what is gone: the library would take the next one's remarks too."""
    found = blocks(text)
    held = tomllib.loads(text)
    kept = [one for one in found if not one.name or _is_there(wanted, one.name)]
    for name in {one.name for one in found} - {one.name for one in kept}:
        _take_out(held, name.split("."))
    less = "\n".join(line for one in kept for line in one.lines) + "\n"
    try:
        return less if len(kept) < len(found) and same(tomllib.loads(less), held) else text
    except tomllib.TOMLDecodeError:
        return text


def _is_there(table: Any, name: str) -> bool:  # noqa: ANN401
    for part in name.split("."):
        if not isinstance(table, Mapping) or part not in table:
            return False
        table = table[part]
    return True


def _take_out(table: Any, path: list[str]) -> None:  # noqa: ANN401
    if not isinstance(table, MutableMapping) or path[0] not in table:
        return
    if len(path) > 1:
        _take_out(table[path[0]], path[1:])
    if len(path) == 1 or not table[path[0]]:
        del table[path[0]]


def _bring(held: MutableMapping[str, Any], wanted: Mapping[str, Any]) -> None:
    """Make a table say what is wanted, touching only what differs."""
    for key in [one for one in held if one not in wanted]:
        del held[key]
    for key, value in wanted.items():
        if key not in held:
            held[key] = _item(value)
        elif not same(_plain(held[key]), value):
            _change(held, key, value)


def _change(held: MutableMapping[str, Any], key: str, value: Any) -> None:  # noqa: ANN401
    there = held[key]
    if isinstance(there, MutableMapping) and isinstance(value, Mapping):
        _bring(there, value)
    elif _is_list_of(AoT, there, value) or _is_list_of(Array, there, value):
        _sequence(there, value)
    else:
        held[key] = _as_before(there, _item(value))


def _sequence(held: MutableSequence[Any], wanted: Sequence[Any]) -> None:
    """Change entries where they differ; what is equal before and after stays with its comments."""
    before = [_plain(one) for one in held]
    first = _equal(before, wanted)
    last = _equal(before[first:][::-1], wanted[first:][::-1])
    middle = wanted[first : len(wanted) - last]
    spare = len(before) - last - first
    for place, value in enumerate(middle, first):
        if place - first >= spare:
            held.insert(place, _item(value))
        elif isinstance(held[place], MutableMapping) and isinstance(value, Mapping):
            _bring(held[place], value)
        else:
            held[place] = _item(value)
    for _ in range(spare - len(middle)):
        del held[first + len(middle)]


def _equal(held: Sequence[Any], wanted: Sequence[Any]) -> int:
    """Return how many entries from the front say the same."""
    pairs = enumerate(zip(held, wanted, strict=False))
    return next(
        (n for n, (one, other) in pairs if not same(one, other)), min(len(held), len(wanted))
    )


def _item(value: Any) -> Any:  # noqa: ANN401 - an item of the library
    """Return a value as packs write it: long texts on lines of their own."""
    if isinstance(value, Mapping) or (isinstance(value, list) and _are_tables(value)):
        return tomlkit.item(value)
    return tomlkit.value(toml_value(value))


def _as_before(there: Any, new: Any) -> Any:  # noqa: ANN401 - items of the library
    """Let the remark behind a value stay behind the new one."""
    if isinstance(there, Item) and isinstance(new, Item):
        new.trivia.indent, new.trivia.trail = there.trivia.indent, there.trivia.trail
        new.trivia.comment_ws, new.trivia.comment = there.trivia.comment_ws, there.trivia.comment
    return new


def _is_list_of(kind: type[Any], there: Any, value: Any) -> bool:  # noqa: ANN401
    if not isinstance(there, kind) or not isinstance(value, list):
        return False
    return _are_tables(value) == (kind is AoT)


def _are_tables(value: list[Any]) -> bool:
    return bool(value) and all(isinstance(one, Mapping) for one in value)


def _plain(value: Any) -> Any:  # noqa: ANN401
    return value.unwrap() if isinstance(value, Item) else value
