"""The table of a flow's figures as a file for spreadsheets."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response

from processes.insight.figures import StepFigures
from processes.insight.places import Place as StepPlace

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


def as_csv(lines: Sequence[Line], name: str) -> Response:
    """Return the table as a file that spreadsheets open."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADS)
    writer.writerows(_cells(line) for line in lines)
    # Excel takes the file for UTF-8 only when it begins with a mark
    response = Response("\ufeff" + text.getvalue(), mimetype="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _cells(line: Line) -> list[str | int]:
    of = line.of
    return [
        _plain(line.title),
        _plain(line.place.part_title),
        of.waiting,
        of.waiting_late,
        of.oldest.isoformat() if of.oldest else "",
        of.done,
        _hours(of.median),
        _hours(of.most),
        of.returns,
        of.late,
    ]


def _hours(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds / HOUR:.2f}"


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text
