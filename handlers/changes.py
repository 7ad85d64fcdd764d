"""Change, pause and termination during the announcement (第八十一条): asked, amended, announced."""

from dataclasses import dataclass, field
from typing import Any

from handlers.case_project import project_of
from handlers.context import OperatorContext
from handlers.draws import current
from handlers.registry import operator
from handlers.requests import SubmitParams, current_request, submit
from handlers.terms import differences, plain_terms, proposed, text_of
from models.errors import ConflictError
from models.project import Project
from models.project_request import ProjectRequest, RequestState, title_of
from models.selection import auctions, changing

CHANGE, TERMINATE, KEEPS = "change", "terminate", "change.keeps_interest"
ONLY_TIME = "只改报名截止和选取时间，其他内容不变"


class RequestMissingError(ConflictError):
    """The message names no approved request of this project."""

    message = "没有找到已获同意的变更申请，不能办理变更，请联系系统管理员。"


@dataclass(frozen=True, kw_only=True)
class NoParams:
    """Nothing to fill in: the case's project is meant."""


@operator("project.terms", title="读出现行条件")
def terms(params: NoParams, context: OperatorContext) -> dict[str, Any]:  # noqa: ARG001
    """Return what the project offers now, for a form to start from."""
    project = project_of(context)
    return plain_terms(project) | {"phase": project.phase.value, "title": project.title}


@dataclass(frozen=True, kw_only=True)
class ProposeParams(SubmitParams):
    """What is asked, why, and what the project shall offer instead."""

    terms: dict[str, Any] = field(metadata={"label": "变更后的内容"})


@operator("request.propose", title="登记变更申请")
def propose(params: ProposeParams, context: OperatorContext) -> dict[str, str]:
    """Note what is asked with every difference, and return it in words for who decides."""
    submit(params, context)
    row, project = current_request(context), project_of(context)
    full = proposed(project, params.terms if params.kind == CHANGE else {})
    row.terms, row.changes = full, differences(project, full)
    context.session.flush()
    return {"title": title_of(row.kind), "text": _in_words(row)}


def _in_words(row: ProjectRequest) -> str:
    if row.kind != CHANGE:
        return title_of(row.kind)
    return text_of(row.changes) or ONLY_TIME


@dataclass(frozen=True, kw_only=True)
class AmendParams:
    """The approved request."""

    request: str = field(metadata={"label": "变更申请"})


@dataclass(frozen=True, kw_only=True)
class AmendResult:
    """Whether anything but the time changes, as it does when all ends; and what, in words."""

    changed: bool
    text: str


@operator("project.amend", title="变更项目内容")
def amend(params: AmendParams, context: OperatorContext) -> AmendResult:
    """Change the project as approved; what it was before stays in the log and the request."""
    project, row = project_of(context), context.session.get(ProjectRequest, params.request)
    known = (RequestState.APPROVED, RequestState.APPLIED)
    if row is None or row.project_id != project.id or row.state not in known:
        raise RequestMissingError
    if row.kind == CHANGE and row.changes:
        _amend(context, project, row)
    changed = row.kind == TERMINATE or (row.kind == CHANGE and bool(row.changes))
    return AmendResult(changed=changed, text=_in_words(row))


def _amend(context: OperatorContext, project: Project, row: ProjectRequest) -> None:
    before = {one["label"]: one["before"] for one in row.changes}
    for name, value in row.terms.items():
        setattr(project, name, value)
    context.session.flush()
    after: dict[str, str] = {one["label"]: one["after"] for one in row.changes}
    context.log("project:amended", project.id, before=before, after=after | {"request": row.id})


@dataclass(frozen=True, kw_only=True)
class StopParams:
    """Why the draw ends, and whether only its time changes."""

    reason: str = field(metadata={"label": "理由"})
    only_time: bool = field(metadata={"label": "只改时间"})


@operator("draw.cancel", title="结束本轮选取")
def cancel(params: StopParams, context: OperatorContext) -> bool:
    """End the round before its freeze; return whether those who joined go over to the next."""
    keeps = params.only_time and bool(context.rules[KEEPS])
    draw = current(context)
    auction = auctions.of_draw(context.session, draw.id)
    if auction is None:
        return changing.stop(context, draw, params.reason, keeps=keeps).keeps_interest
    # an amended project's round has a floor of its own: the sealed one is never opened
    auctions.cancel(context, auction, params.reason, keeps=keeps)
    return draw.keeps_interest
