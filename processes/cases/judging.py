"""Compares what came of a worked case with what must come of it."""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from processes.cases.facts import TITLES

NOTHING = "没有"


def differences(expect: Mapping[str, Any], told: Mapping[str, Any]) -> list[str]:
    """Return in words every expected fact that did not come about."""
    return list(_differences(expect, told))


def _differences(expect: Mapping[str, Any], told: Mapping[str, Any]) -> Iterator[str]:
    if "refused" in told and "refused" not in expect:
        yield f"没有办成：{told.get('refusal', told['refused'])}"
    for name, wanted in expect.items():
        found = told.get(name)
        if not is_as(wanted, found):
            yield f"{TITLES.get(name, name)}应为{_said(wanted)}，实际为{_said(found)}"


def is_as(wanted: object, found: object) -> bool:
    """Return whether a fact is as expected; ``*`` in an expected text stands for anything."""
    if isinstance(wanted, str) and isinstance(found, str):
        return fnmatchcase(found, wanted)
    return wanted == found or (found is None and wanted in ("", [], 0, False))


def _said(value: Any) -> str:  # noqa: ANN401 - a fact
    if value is None or value == []:
        return NOTHING
    if isinstance(value, bool):
        return "是" if value else "否"
    return "、".join(map(str, value)) if isinstance(value, list) else f"{value}"
