"""Requests about a project: opened once per project, decided by the leader, closed with a state."""

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from handlers.context import OperatorContext
from handlers.registry import operator
from models.case_action import (
    RequestOpenError,
    check_action,
    check_no_tie,
    check_phase,
    is_outrun,
    project_about,
)
from models.errors import ConflictError, InvalidError
from models.flow.definition import BASE, Definition, DefinitionStatus
from models.flow.instance import Instance
from models.project import Project, ProjectPhase
from models.project_request import (
    STATE_TITLES,
    ProjectRequest,
    RequestState,
    title_of,
    unsettled_of,
)

DURING_PAUSE = ("resume", "terminate")
CANCEL = "cancel"
FOLLOWS = {
    RequestState.OPEN: (
        RequestState.APPROVED,
        RequestState.REFUSED,
        RequestState.WITHDRAWN,
        RequestState.APPLIED,
        RequestState.LATE,
    ),
    RequestState.APPROVED: (RequestState.APPLIED, RequestState.LATE),
}


class NoRequestError(ConflictError):
    """The flow has not opened a request."""

    message = "本案没有登记申请，请流程分析员在流程开头加上“提出申请”。"


class RequestStateError(ConflictError):
    """The request does not go from its state to that one."""

    message = "申请现在是“{state}”，不能改为“{wanted}”，请刷新后查看。"


class StateUnknownError(InvalidError):
    """The diagram names a state that does not exist."""

    message = "没有名为“{state}”的申请状态，请流程分析员改正流程图。"


class KindUnfitError(InvalidError):
    """What is asked does not fit the phase: a paused project is resumed or ended."""

    message = "项目{phase}，不能提出{kind}，请改选。"


@dataclass(frozen=True, kw_only=True)
class OpenParams:
    """The case of the project, and what is asked."""

    about: str = field(metadata={"label": "项目案卷"})
    kind: str = field(metadata={"label": "申请种类", "of": "request_kind"})


@operator("request.open", title="提出申请")
def open_request(params: OpenParams, context: OperatorContext) -> str:
    """Return the id of the request of this case; of a project only one may be unsettled."""
    found = _found(context)
    if found is not None:
        return found.id
    case, project = project_about(context.session, params.about, context.case.county)
    flow = _flow(context)
    check_action(
        context.session,
        case,
        project,
        context.actor,
        title=flow.title,
        starters=flow.starters,
        phases=flow.phases,
    )
    if params.kind == CANCEL:
        check_no_tie(context.session, project, flow.title)
    _leave_behind(context, project, flow.starters)
    row = ProjectRequest(
        project_id=project.id,
        instance_id=context.case.instance_id,
        about_instance_id=case.id,
        flow=flow.key,
        kind=params.kind,
        state=RequestState.OPEN,
        requested_by=context.actor.account_id,
        requested_at=context.clock(),
    )
    try:
        with context.session.begin_nested():
            context.session.add(row)
    except IntegrityError:  # two people at the same moment
        kind, state = title_of(params.kind), STATE_TITLES[RequestState.OPEN]
        raise RequestOpenError(kind=kind, state=state, title=flow.title) from None
    after = {"kind": row.kind, "request": row.id, "case": row.instance_id}
    context.log("request:opened", project.id, after=after)
    return row.id


def _leave_behind(context: OperatorContext, project: Project, starters: Collection[str]) -> None:
    """Settle as late what was asked in a phase that is over and never decided."""
    former = unsettled_of(context.session, project.id)
    if former is not None and is_outrun(context.session, project, former, starters):
        _settle(context, former, RequestState.LATE)


@dataclass(frozen=True, kw_only=True)
class SubmitParams:
    """What exactly is asked, and why."""

    kind: str = field(metadata={"label": "申请种类", "of": "request_kind"})
    reason: str = field(metadata={"label": "理由"})


@operator("request.submit", title="登记申请内容")
def submit(params: SubmitParams, context: OperatorContext) -> str:
    """Note kind and reason of the open request; a kind that the phase rules out is refused."""
    row = current_request(context)
    project = context.session.get_one(Project, row.project_id)
    flow = _flow(context)
    check_phase(context.session, project, flow.phases, flow.title)
    if params.kind == CANCEL:
        check_no_tie(context.session, project, flow.title)
    is_paused = project.phase is ProjectPhase.PAUSED
    if is_paused != (params.kind in DURING_PAUSE) and params.kind != "terminate":
        text = KindUnfitError.message.format(
            phase="已经暂停，只能恢复或终止" if is_paused else "没有暂停",
            kind=title_of(params.kind),
        )
        raise KindUnfitError(text, fields={"kind": text})
    row.kind, row.reason = params.kind, params.reason
    context.session.flush()
    context.log("request:submitted", row.project_id, after={"kind": row.kind, "request": row.id})
    return row.kind


@dataclass(frozen=True, kw_only=True)
class DecideParams:
    """Approved or refused, and what the deciding person says."""

    state: str = field(metadata={"label": "审批结果", "of": "request_state"})
    reason: str | None = field(default=None, metadata={"label": "审批意见"})


@operator("request.decide", title="登记审批结果")
def decide(params: DecideParams, context: OperatorContext) -> str:
    """Note who decided what about the request, and return its state."""
    row = current_request(context)
    row.decision_reason = params.reason or ""
    row.decided_by, row.decided_at = context.actor.account_id, context.clock()
    return _move(context, row, _state(params.state))


@dataclass(frozen=True, kw_only=True)
class CloseParams:
    """What came of the request."""

    state: str = field(metadata={"label": "申请结果", "of": "request_state"})


@operator("request.close", title="办结申请")
def close(params: CloseParams, context: OperatorContext) -> str:
    """Settle the request: applied, late, or withdrawn."""
    row = current_request(context)
    return _move(context, row, _state(params.state))


def _move(context: OperatorContext, row: ProjectRequest, state: RequestState) -> str:
    if row.state in (state, RequestState.LATE):
        return state.value  # what came too late stays so; its case goes on to its end
    if state not in FOLLOWS.get(row.state, ()):
        raise RequestStateError(state=STATE_TITLES[row.state], wanted=STATE_TITLES[state])
    _settle(context, row, state)
    return state.value


def _settle(context: OperatorContext, row: ProjectRequest, state: RequestState) -> None:
    before, row.state = row.state, state
    if state is not RequestState.APPROVED:
        row.closed_at = context.clock()
    context.session.flush()
    after = {"request": row.id, "kind": row.kind, "state": state.value}
    context.log(f"request:{state.value}", row.project_id, before=before.value, after=after)


def _state(text: str) -> RequestState:
    try:
        return RequestState(text)
    except ValueError:
        raise StateUnknownError(state=text) from None


def _found(context: OperatorContext) -> ProjectRequest | None:
    query = select(ProjectRequest).where(ProjectRequest.instance_id == context.case.instance_id)
    return context.session.scalar(query)


def current_request(context: OperatorContext) -> ProjectRequest:
    """Return the request that this case is about; raise when it opened none."""
    found = _found(context)
    if found is None:
        raise NoRequestError
    return found


def _flow(context: OperatorContext) -> Definition:
    """Return the version on which the request's own case runs."""
    query = (
        select(Definition)
        .join(Instance, Instance.definition_id == Definition.id)
        .where(Instance.id == context.case.instance_id)
    )
    return context.session.scalar(query) or _in_force(context)


def _in_force(context: OperatorContext) -> Definition:
    # A case that has just begun is stored after its first steps: its version is the one in force.
    query = select(Definition).where(
        Definition.key == context.case.flow,
        Definition.county_code.in_((context.case.county, BASE)),
        Definition.status == DefinitionStatus.PUBLISHED,
    )
    found = sorted(context.session.scalars(query), key=lambda row: row.county_code == BASE)
    return found[0]
