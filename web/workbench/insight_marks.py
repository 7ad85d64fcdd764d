"""What stands on the diagram of a flow, or of a part it calls, element by element."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from models.flow.instance import WaitKind
from processes.insight.places import Place
from web.workbench.insight_csv import Line, WaitLine

MINUTE, HOUR, DAY = 60, 3_600, 86_400


@dataclass
class Mark:
    """One element's figures."""

    waiting: int = 0
    """Items that wait for a person, and how many of them are late."""
    late: int = 0
    waits: int = 0
    """Cases that wait for a date, a message or several things."""
    failed: int = 0
    inside: int = 0
    """Cases that are in the flow called here."""
    median: str = ""


def marks_of(
    lines: Sequence[Line], waits: Sequence[WaitLine], part: str, *, is_top: bool
) -> dict[str, dict[str, Any]]:
    """Return the figures by element of a part's diagram; on the flow's own, a called part's sums.

    Where two elements call the same part, its figures stand on neither: what is inside does.
    """
    marks: dict[str, Mark] = {}
    for line in lines:
        mark = marks.setdefault(_at(line.place, line.of.step, part, is_top=is_top), Mark())
        mark.waiting += line.of.waiting
        mark.late += line.of.waiting_late
        if line.place.part == part and line.of.done:
            mark.median = duration(line.of.median)
    for wait in waits:
        mark = marks.setdefault(_at(wait.place, wait.of.spot.step, part, is_top=is_top), Mark())
        _count(mark, wait, is_own=wait.place.part == part)
    marks.pop("", None)
    return {element: asdict(mark) for element, mark in marks.items() if mark != Mark()}


def _at(place: Place, step: str, part: str, *, is_top: bool) -> str:
    if is_top:
        return place.element
    return step if place.part == part else ""


def _count(mark: Mark, wait: WaitLine, *, is_own: bool) -> None:
    if wait.of.kind is WaitKind.CALL:
        mark.inside += wait.of.count if is_own else 0
    elif wait.of.kind is WaitKind.FAILED:
        mark.failed += wait.of.count
    else:
        mark.waits += wait.of.count


def duration(seconds: float | None) -> str:
    """Return how long something took, as one says it."""
    if seconds is None:
        return "—"
    if seconds < HOUR:
        return f"{max(round(seconds / MINUTE), 1)}分钟"
    if seconds < 2 * DAY:
        return f"{seconds / HOUR:.1f}小时".replace(".0", "")
    return f"{seconds / DAY:.1f}天".replace(".0", "")
