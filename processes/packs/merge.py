"""Three states of one thing put together: what the base was, what it is, what the county made.

Works on data as JSON and TOML have it: tables by key, lists by what names their entries. Where
both sides changed the same place differently, the county's stays and a conflict tells of it.
"""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any

MOST_LINES = 500
"""Comparing more lines of a text could take long; such a text clashes as a whole."""
NAMES = ("id", "key", "name", "from", "value")
"""What names an entry of a list, the most telling first."""


class Missing:
    """A place that is not there on one side."""

    def __repr__(self) -> str:
        """Return what stands in a conflict's words."""
        return "（没有）"


MISSING = Missing()


@dataclass(frozen=True)
class Conflict:
    """A place that the base and the county both changed, and differently."""

    place: str
    then: Any
    ours: Any
    theirs: Any


@dataclass
class Merge:
    """One run: which conflicts are settled for the base, and the conflicts met."""

    takes: Collection[str] = ()
    """Places where the base's is taken; everywhere else the county's stays."""
    conflicts: list[Conflict] = field(default_factory=list)

    def value(self, then: Any, ours: Any, theirs: Any, place: str = "") -> Any:  # noqa: ANN401
        """Return the merged value of one place, or ``MISSING`` when it is not to be there."""
        if same(ours, theirs) or same(theirs, then):
            return ours
        if same(ours, then):
            return theirs
        if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
            return self.table(then if isinstance(then, Mapping) else {}, ours, theirs, place)
        if isinstance(ours, list) and isinstance(theirs, list):
            return self._list(then if isinstance(then, list) else [], ours, theirs, place)
        if isinstance(then, str) and isinstance(ours, str) and isinstance(theirs, str):
            merged = merge_lines(then, ours, theirs)
            if merged is not None:
                return merged
        return self._conflict(then, ours, theirs, place)

    def table(
        self,
        then: Mapping[str, Any],
        ours: Mapping[str, Any],
        theirs: Mapping[str, Any],
        place: str,
    ) -> dict[str, Any]:
        """Return a table merged key by key, in the county's order."""
        merged = {}
        for key in in_order(list(then), list(ours), list(theirs)):
            before, mine, other = (one.get(key, MISSING) for one in (then, ours, theirs))
            value = self.value(before, mine, other, f"{place}/{key}" if place else str(key))
            if value is not MISSING:
                merged[key] = value
        return merged

    def _list(self, then: list[Any], ours: list[Any], theirs: list[Any], place: str) -> Any:  # noqa: ANN401
        naming = naming_of(then, ours, theirs)
        if naming is None:
            return self._conflict(then, ours, theirs, place)
        before, mine, other = (
            {naming(one): one for one in entries} for entries in (then, ours, theirs)
        )
        return list(self.table(before, mine, other, place).values())

    def _conflict(self, then: Any, ours: Any, theirs: Any, place: str) -> Any:  # noqa: ANN401
        self.conflicts.append(Conflict(place, then, ours, theirs))
        return theirs if place in self.takes else ours


def same(left: Any, right: Any) -> bool:  # noqa: ANN401
    """Return whether two values say the same; ``true`` is not 1, and tables have no order."""
    if left is MISSING or right is MISSING:
        return left is right
    return _canonical(left) == _canonical(right)


def merge_lines(then: str, ours: str, theirs: str) -> str | None:
    """Return a text of several lines with both sides' changes, or None where they touch."""
    if "\n" not in then:
        return None
    lines = then.splitlines(keepends=True)
    if max(len(lines), ours.count("\n"), theirs.count("\n")) > MOST_LINES:
        return None
    edits = sorted({*_edits(lines, ours), *_edits(lines, theirs)})
    for (_, end, _), (begin, _, _) in pairwise(edits):
        # changes side by side would be put together in an order that nobody wrote
        if begin <= end:
            return None
    merged, place = "", 0
    for begin, end, new in edits:
        merged += "".join(lines[place:begin]) + new
        place = end
    return merged + "".join(lines[place:])


def naming_of(*lists: Sequence[Any]) -> Callable[[Any], str] | None:
    """Return what names the entries of all these lists uniquely, or None when nothing does."""
    for name in _namings():
        if all(_is_named_by(name, entries) for entries in lists):
            return name
    return None


def in_order(then: list[str], ours: list[str], theirs: list[str]) -> list[str]:
    """Return every key once: the order of who changed it, additions after what they followed."""
    is_ours = _common(ours, then) != _common(then, ours) or _common(theirs, then) == _common(
        then, theirs
    )
    first, second = (ours, theirs) if is_ours else (theirs, ours)
    result = list(first)
    there = set(result)
    before: str | None = None
    for key in second:
        if key not in there:
            result.insert(result.index(before) + 1 if before is not None else 0, key)
            there.add(key)
        before = key
    return result


def _edits(lines: list[str], changed: str) -> Iterator[tuple[int, int, str]]:
    after = changed.splitlines(keepends=True)
    matcher = SequenceMatcher(None, lines, after, autojunk=False)
    for tag, begin, end, start, stop in matcher.get_opcodes():
        if tag != "equal":
            yield begin, end, "".join(after[start:stop])


def _canonical(value: Any) -> str:  # noqa: ANN401
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)


def _namings() -> Iterator[Callable[[Any], str]]:
    for name in NAMES:

        def by_name(one: Any, name: str = name) -> str:  # noqa: ANN401
            return str(one[name]) if isinstance(one, Mapping) and name in one else ""

        yield by_name

    def by_label(one: Any) -> str:  # noqa: ANN401
        # rows of a notice or a letter: [label, text]
        return str(one[0]) if isinstance(one, list) and len(one) == 2 else ""  # noqa: PLR2004

    yield by_label


def _is_named_by(name: Callable[[Any], str], entries: Sequence[Any]) -> bool:
    names = [name(one) for one in entries]
    return all(names) and len(set(names)) == len(names)


def _common(keys: list[str], others: list[str]) -> list[str]:
    there = set(others)
    return [key for key in keys if key in there]
