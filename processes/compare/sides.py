"""What a page shows of the two sides: decision tables as rows, texts as lines beside lines."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from processes.compare.facets import tag_of
from processes.xml import BadDiagramError, Element, safe_dmn

MOST_LINES = 3_000


@dataclass(frozen=True)
class TableSide:
    """A decision table: its columns by id with their titles, its rules by id with their cells."""

    columns: tuple[tuple[str, str], ...]
    rules: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class LinePair:
    """A line on the left, on the right, or both; ``kind`` is empty where they are the same."""

    left: str
    right: str
    kind: str


def tables_of(data: bytes | None) -> list[TableSide]:
    """Return the decision tables of a file, none of one that cannot be read."""
    if data is None:
        return []
    try:
        root = safe_dmn(data)
    except BadDiagramError:
        return []
    return [_table(each) for each in root.iter("{*}decisionTable")]


def _table(table: Element) -> TableSide:
    columns = [
        (each.get("id", ""), each.get("label") or each.get("name") or _text(each))
        for each in table
        if tag_of(each) in {"input", "output"}
    ]
    rules = [
        (each.get("id", ""), tuple(_text(cell) for cell in each if tag_of(cell).endswith("Entry")))
        for each in table
        if tag_of(each) == "rule"
    ]
    return TableSide(tuple(columns), tuple(rules))


def _text(xml: Element) -> str:
    return "".join(xml.itertext()).strip()


def line_pairs(before: bytes | None, after: bytes | None) -> list[LinePair]:
    """Return two texts line by line, long unchanged runs shortened."""
    old, new = _lines(before), _lines(after)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=True)
    return [
        pair
        for group in matcher.get_grouped_opcodes(3)
        for tag, a, b, c, d in group
        for pair in _pairs(tag, old[a:b], new[c:d])
    ]


def _pairs(tag: str, old: list[str], new: list[str]) -> Iterator[LinePair]:
    kind = {"equal": "", "insert": "added", "delete": "removed"}.get(tag, "changed")
    for number in range(max(len(old), len(new))):
        left = old[number] if number < len(old) else ""
        right = new[number] if number < len(new) else ""
        yield LinePair(left, right, kind)


def _lines(data: bytes | None) -> list[str]:
    return (data or b"").decode("utf-8", "replace").splitlines()[:MOST_LINES]
