"""What a project offers, and how a proposed change of it differs, in words people read."""

from collections.abc import Mapping
from typing import Any

from handlers.eligibility import wanted
from models.errors import InvalidError
from models.money import format_fen
from models.project import Project
from models.roster.eligibility import requirement_text

Line = dict[str, str]
"""One thing that changes: ``label``, ``before``, ``after``."""


class TermInvalidError(InvalidError):
    """A proposed value cannot stand."""

    message = "变更后的内容有误，请按提示改正后重新提交。"


PLAIN = ("ceiling_price", "scope", "duration_days")
LABELS = {"ceiling_price": "最高限价", "scope": "施工内容", "duration_days": "计划工期"}


def plain_terms(project: Project) -> dict[str, Any]:
    """Return the terms that a form shows as they stand."""
    return {name: getattr(project, name) for name in PLAIN}


def proposed(project: Project, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the full terms that a proposal comes to; what it does not name stays."""
    terms = {name: given.get(name) or getattr(project, name) for name in PLAIN}
    terms["scope"] = str(terms["scope"]).strip()
    if int(terms["ceiling_price"]) <= 0 or int(terms["duration_days"]) <= 0:
        raise TermInvalidError
    terms["requirements"] = project.requirements
    if given.get("category"):
        terms["requirements"] = wanted(
            str(given["scheme"]), str(given["category"]), str(given["level"]), safety_licence=True
        )
    return terms


def differences(project: Project, terms: Mapping[str, Any]) -> list[Line]:
    """Return what would change, one line each; none when only the time does."""
    found = [
        {"label": LABELS[name], "before": _words(name, now), "after": _words(name, terms[name])}
        for name in PLAIN
        if (now := getattr(project, name)) != terms[name]
    ]
    if project.requirements != terms["requirements"]:
        before, after = _conditions(project.requirements), _conditions(terms["requirements"])
        found.append({"label": "参与条件", "before": before, "after": after})
    return found


def text_of(lines: list[Line]) -> str:
    """Return the lines as one text."""
    return "；".join(
        f"{one['label']}由“{_quoted(one['before'])}”改为“{_quoted(one['after'])}”" for one in lines
    )


def _quoted(text: str) -> str:
    # the sentence around it has a full stop of its own
    return text.removesuffix("。")


def _words(name: str, value: Any) -> str:  # noqa: ANN401 - a term of any kind
    if name == "ceiling_price":
        return format_fen(value)
    return f"{value}个日历天" if name == "duration_days" else str(value)


def _conditions(requirements: list[dict[str, object]]) -> str:
    return "、".join(requirement_text(one) for one in requirements)
