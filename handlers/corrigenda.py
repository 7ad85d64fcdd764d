"""Corrigenda (更正公告) of a comparison: filed by its organiser, applied while others register."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from handlers.case_project import project_of
from handlers.context import OperatorContext
from handlers.draws import moment
from handlers.moments import shown
from handlers.registry import operator
from handlers.requests import SubmitParams, current_request, submit
from handlers.terms import PLAIN, Line, differences, proposed, text_of
from models.clock import iso
from models.errors import ConflictError
from models.project import Project
from models.project_request import CORRIGENDUM, ProjectRequest, RequestState
from models.selection import comparisons
from models.selection.comparison_errors import RegistrationTimesError

CLOSES_AT = "new_closes_at"
CLOSE = "报名截止"


class CorrigendumMissingError(ConflictError):
    """The message names no corrigendum of this project."""

    message = "没有找到本项目提交的更正内容，更正公告没有发布，请重新提交。"


class CorrigendumVoidError(ConflictError):
    """The owner has begun to end the project meanwhile."""

    message = "建设单位已经提出终止，这份更正作废，没有发布。项目没有终止的，请另行提出更正公告。"


class CorrigendumLateError(ConflictError):
    """What could still be corrected when it was filed cannot be any more."""

    message = "更正公告没有发布：{reason}"


@dataclass(frozen=True, kw_only=True)
class ProposeParams:
    """What is corrected in words, the new terms, and the new close if it is put off."""

    text: str = field(metadata={"label": "更正内容"})
    terms: dict[str, Any] = field(metadata={"label": "更正后的内容"})
    closes_at: str | None = field(default=None, metadata={"label": "新的报名截止"})


@operator("corrigendum.propose", title="登记更正内容")
def propose(params: ProposeParams, context: OperatorContext) -> str:
    """Note what is corrected, refused at once where it could not be published; return it."""
    if current_request(context).state is not RequestState.OPEN:
        raise CorrigendumVoidError
    submit(SubmitParams(kind=CORRIGENDUM, reason=params.text), context)
    row, project = current_request(context), project_of(context)
    comparison = comparisons.current(context.session, project.id)
    closes_at = moment(params.closes_at, CLOSES_AT) if params.closes_at else None
    comparisons.check_correction(context, comparison, closes_at, CLOSES_AT)
    full = proposed(project, params.terms)
    row.changes = [*differences(project, full), *_moved(context, project, closes_at)]
    row.terms = {name: full[name] for name in PLAIN}
    row.terms[CLOSES_AT] = iso(closes_at) if closes_at else None
    context.session.flush()
    return text_of(row.changes)


def _moved(context: OperatorContext, project: Project, closes_at: datetime | None) -> list[Line]:
    former = _close_of(context, project)
    if closes_at is None or closes_at == former:
        return []
    return [{"label": CLOSE, "before": shown(former), "after": shown(closes_at)}]


def _close_of(context: OperatorContext, project: Project) -> datetime | None:
    comparison = comparisons.current(context.session, project.id)
    return comparisons.draw_of(context.session, comparison).freeze_at


@dataclass(frozen=True, kw_only=True)
class ApplyParams:
    """The request that holds the corrigendum."""

    request: str = field(metadata={"label": "更正申请"})


@dataclass(frozen=True, kw_only=True)
class ApplyResult:
    """When registration closes now, and what changed in words."""

    closes_at: str
    text: str


@operator("corrigendum.apply", title="更正项目内容并顺延报名截止")
def apply(params: ApplyParams, context: OperatorContext) -> ApplyResult:
    """Correct the project as filed; who has registered stays registered (HR-4.5.3)."""
    project, row = project_of(context), context.session.get(ProjectRequest, params.request)
    if row is None or row.project_id != project.id or row.kind != CORRIGENDUM:
        raise CorrigendumMissingError
    _extend(context, project, row.terms.get(CLOSES_AT))
    _amend(context, project, row)
    closes_at = _close_of(context, project) or context.clock()
    return ApplyResult(closes_at=iso(closes_at), text=text_of(row.changes))


def _extend(context: OperatorContext, project: Project, closes_at: str | None) -> None:
    comparison = comparisons.current(context.session, project.id)
    try:
        if closes_at:
            comparisons.extend(context, comparison, datetime.fromisoformat(closes_at))
        else:
            comparisons.check_correction(context, comparison, None)
    except RegistrationTimesError as error:
        # filed in time and told too late: whoever filed it hears why, in the answer
        reason = "".join(error.fields.values())
        raise CorrigendumLateError(reason=reason) from None


def _amend(context: OperatorContext, project: Project, row: ProjectRequest) -> None:
    terms: Mapping[str, Any] = {name: row.terms[name] for name in PLAIN}
    if all(getattr(project, name) == value for name, value in terms.items()):
        return
    for name, value in terms.items():
        setattr(project, name, value)
    context.session.flush()
    before = {one["label"]: one["before"] for one in row.changes}
    after: dict[str, str] = {one["label"]: one["after"] for one in row.changes}
    context.log("project:amended", project.id, before=before, after=after | {"request": row.id})
