"""Two people's versions of one file over what both began with: what each changed, both in one."""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from models.errors import InvalidError
from processes.compare import Change, changes
from processes.compare import form as forms
from processes.compare import toml as texts
from processes.compare.words import side
from processes.packs.merge import MISSING, Conflict
from processes.packs.merging import WAYS, Merged
from processes.xml import safe_dmn

TAGS = re.compile(r"<[^<>]*>")
WHOLE = "整份文件"
ORDER = "全部内容"
NOTHING = "（没有）"
LONGEST = 1_500


@dataclass(frozen=True)
class Clash:
    """A place that both changed, and differently."""

    place: str
    words: str
    then: str
    mine: str
    theirs: str


@dataclass(frozen=True)
class ThreeWays:
    """What each side changed and, where it can be done, the file with both sides' changes."""

    mine: list[Change]
    theirs: list[Change]
    text: str | None
    clashes: list[Clash]
    dangling: list[str]
    """Elements of the merged file that hang on something that is gone."""


def three_ways(
    path: str, base: bytes, mine: bytes, theirs: bytes, takes: Collection[str] = ()
) -> ThreeWays:
    """Return both sides' changes and the two put together; ``takes`` are clashes decided theirs."""
    ours, others = changes(path, base, mine), changes(path, base, theirs)
    merged = _merged(path, base, mine, theirs, takes)
    if merged is None:
        return ThreeWays(ours, others, None, [], [])
    titles = _titles(path, mine, (*others, *ours))
    clashes = [_clash(path, one, titles) for one in merged.conflicts]
    dangling = [titles.get(one, one) for one in merged.dangling]
    return ThreeWays(ours, others, merged.body.decode(), clashes, dangling)


def _merged(
    path: str, base: bytes, mine: bytes, theirs: bytes, takes: Collection[str]
) -> Merged | None:
    way = WAYS.get(path.rpartition(".")[2])
    try:
        return way(base, mine, theirs, takes) if way else None
    except (InvalidError, ValueError, RecursionError, TypeError, AttributeError):
        return None  # one of them cannot be read: only one whole side can be kept


def _titles(path: str, mine: bytes, found: Collection[Change]) -> Mapping[str, str]:
    """Return what a person calls the elements, the cells of a decision table by their rule."""
    titles = {one.element: one.title for one in found if one.element}
    if path.endswith(".dmn"):
        for number, rule in enumerate(safe_dmn(mine).iter("{*}rule"), 1):
            titles |= {str(one.get("id")): f"第{number}条规则" for one in rule}
    return titles


def _clash(path: str, one: Conflict, titles: Mapping[str, str]) -> Clash:
    steps = one.place.split("/")
    named = next((place for place in reversed(steps) if place in titles), "")
    rest = steps[len(steps) - steps[::-1].index(named) :] if named else steps
    words = "".join([titles.get(named, ""), "：" if named else "", _aspect(path, rest)])
    return Clash(one.place, words, *map(_said, (one.then, one.ours, one.theirs)))


def _aspect(path: str, rest: list[str]) -> str:
    last = rest[-1].split("|") if rest else [""]
    if not last[-1]:
        return ORDER if rest else WHOLE
    if path.endswith(".json"):
        return forms.side(".".join(rest).removeprefix("components."))
    if path.endswith(".toml"):
        return texts.SIDES.get(rest[-1], rest[-1])
    if "properties" in last:
        return side(f"property:{last[-1]}")
    return side(f"@{last[-1]}" if rest[:1] == ["attributes"] else last[-1])


def _said(value: object) -> str:
    if value is MISSING:
        return NOTHING
    given = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    said = TAGS.sub(" ", given).strip()
    return said[:LONGEST]
