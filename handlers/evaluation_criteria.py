"""The criteria of an evaluation: from the county's decision table to rows, and back with scores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from handlers.context import OperatorContext
from handlers.registry import operator
from models import reviews

MOST_CRITERIA = 20
COLUMNS = ("title", "guide", "points")


@dataclass(frozen=True, kw_only=True)
class CriteriaParams:
    """The columns of the decision table, one list each."""

    titles: list[Any] = field(metadata={"label": "指标名称"})
    guides: list[Any] = field(metadata={"label": "评分说明"})
    points: list[Any] = field(metadata={"label": "满分"})


@operator("evaluation.list_criteria", title="列出评价指标")
def list_criteria(params: CriteriaParams, context: OperatorContext) -> list[dict[str, Any]]:  # noqa: ARG001
    """Return one row for each criterion, as the form scores it."""
    columns = (params.titles, params.guides, params.points)
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in _rows(columns)]
    problem = _problem(rows)
    if problem:
        raise reviews.CriteriaInvalidError(problem=problem)
    return rows


def _rows(columns: Sequence[list[Any]]) -> list[tuple[Any, ...]]:
    if len({len(one) for one in columns}) != 1:
        raise reviews.CriteriaInvalidError(problem="各列的行数不一")
    return list(zip(*columns, strict=True))


def _problem(rows: Sequence[Mapping[str, Any]]) -> str | None:
    if not 1 <= len(rows) <= MOST_CRITERIA:
        return f"指标须有1至{MOST_CRITERIA}项"
    if len({row["title"] for row in rows}) < len(rows):
        return "指标名称有重复"
    points = [row["points"] for row in rows]
    if any(isinstance(one, bool) or not isinstance(one, int) or one < 1 for one in points):
        return "满分须是大于零的整数"
    return None


def scored(rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Return the rows as they are kept, each with its score; raise when one does not fit."""
    kept = [_score(one if isinstance(one, dict) else {}) for one in rows]
    problem = _problem(kept)
    if problem:
        raise reviews.ScoresInvalidError(problem=problem)
    return kept


def _score(row: Mapping[str, Any]) -> dict[str, Any]:
    score, points = row.get("score"), row.get("points")
    if (
        not _is_count(score)
        or not _is_count(points)
        or not 0 <= int(score or 0) <= int(points or 0)
    ):
        title = row.get("title") or "某一项"
        raise reviews.ScoresInvalidError(problem=f"“{title}”须打0至{points}的整数分")
    return {"title": row.get("title"), "points": points, "score": score}


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
