"""The table of a flow's figures as a file for spreadsheets."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import Response

from processes.insight.figures import StepFigures
from processes.insight.places import Place as StepPlace
from processes.insight.waits import WaitFigures

HOUR = 3_600
HEADS = (
    "步骤",
    "所在流程",
    "待办",
    "其中超期",
    "最早到达",
    "办结",
    "中位用时（小时）",
    "九成用时（小时）",
    "返回次数",
    "超期办结",
)
WAIT_HEADS = ("环节", "所在流程", "等什么", "案卷", "最早开始等", "最近到点", "已过点")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Line:
    """One step of the table."""

    of: StepFigures
    place: StepPlace

    @property
    def title(self) -> str:
        """What a person calls the step."""
        return self.place.title or self.of.step


@dataclass(frozen=True)
class WaitLine:
    """One element at which cases wait for something else than a person."""

    of: WaitFigures
    place: StepPlace

    @property
    def title(self) -> str:
        """What a person calls the element."""
        return self.place.title or self.of.spot.step


def as_csv(lines: Sequence[Line], name: str) -> Response:
    """Return the table as a file that spreadsheets open."""
    return file_of(HEADS, (_cells(line) for line in lines), name)


def waits_as_csv(lines: Sequence[WaitLine], name: str) -> Response:
    """Return where cases wait as a file that spreadsheets open."""
    return file_of(WAIT_HEADS, (_wait_cells(line) for line in lines), name)


def file_of(heads: Sequence[str], rows: Iterable[Sequence[str | int]], name: str) -> Response:
    """Return a table as a file that spreadsheets open, no cell of it a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(heads)
    writer.writerows([_plain(one) for one in row] for row in rows)
    # Excel takes the file for UTF-8 only when it begins with a mark
    response = Response("\ufeff" + text.getvalue(), mimetype="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _cells(line: Line) -> list[str | int]:
    of = line.of
    return [
        line.title,
        line.place.part_title,
        of.waiting,
        of.waiting_late,
        of.oldest.isoformat() if of.oldest else "",
        of.done,
        _hours(of.median),
        _hours(of.most),
        of.returns,
        of.late,
    ]


def _wait_cells(line: WaitLine) -> list[str | int]:
    of = line.of
    return [
        line.title,
        line.place.part_title,
        of.words,
        of.count,
        of.oldest.isoformat(),
        of.next_due.isoformat() if of.next_due else "",
        of.overdue,
    ]


def _hours(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds / HOUR:.2f}"


def _plain(cell: str | int) -> str | int:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
