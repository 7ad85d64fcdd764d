"""Evaluation (评价): owed from the acceptance on, done once by the owner; overdue, it locks."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from handlers.case_project import project_of
from handlers.context import OperatorContext
from handlers.evaluation_criteria import scored
from handlers.registry import operator
from handlers.sms import send_sms
from models import completions, reviews
from models.clock import iso
from models.flow.deadlines import closing
from models.ids import new_id
from models.performance_review import GRADE_TITLES, PerformanceReview

WITHIN, LOCKS = "evaluation.within", "evaluation.locks"
LIMITS = ("evaluation.excellent_from", "evaluation.good_from", "evaluation.passed_from")


@dataclass(frozen=True, kw_only=True)
class RequireParams:
    """Nothing to fill in: the organisation of who starts the selection is meant."""


@operator("evaluation.require_done", title="检查有无超期未评价")
def require_done(params: RequireParams, context: OperatorContext) -> bool:  # noqa: ARG001
    """Refuse a new selection while the owner owes a review after its deadline (附件4第9点)."""
    check_done(context, context.actor.party_id)
    return True


def check_done(context: OperatorContext, party: str | None) -> None:
    """Raise while an organisation owes a review after its deadline, where the county says so."""
    if party is None or not context.rules[LOCKS]:
        return
    overdue = reviews.overdue_of(context.session, party, context.clock())
    if overdue:
        raise reviews.ReviewOverdueError(overdue)


@dataclass(frozen=True, kw_only=True)
class OpenParams:
    """Nothing to fill in: the accepted works of the case's project are meant."""


@dataclass(frozen=True, kw_only=True)
class OpenResult:
    """Until when, of whom, and from how many per cent of the points which grade begins."""

    review: str
    due: str
    contractor: str
    accepted_on: str
    excellent_from: int
    good_from: int
    passed_from: int


@operator("evaluation.open", title="登记待评价及期限")
def open_review(params: OpenParams, context: OperatorContext) -> OpenResult:  # noqa: ARG001
    """Owe the review from the day of the acceptance on; once owed it stays as it is."""
    project = project_of(context)
    row = reviews.of_project(context.session, project.id) or _owe(context)
    excellent, good, passed = _limits(context)
    return OpenResult(
        review=row.id,
        due=iso(row.due_at),
        contractor=row.contractor.name,
        accepted_on=row.accepted_on.isoformat(),
        excellent_from=excellent,
        good_from=good,
        passed_from=passed,
    )


def _owe(context: OperatorContext) -> PerformanceReview:
    project = project_of(context)
    works = completions.of_project(context.session, project.id)
    if works is None or works.accepted_on is None or project.winner_id is None:
        raise reviews.ReviewMissingError
    row = PerformanceReview(
        id=new_id(),
        project_id=project.id,
        instance_id=context.case.instance_id,
        county_code=project.county_code,
        owner_id=project.owner_id,
        contractor_id=project.winner_id,
        accepted_on=works.accepted_on,
        due_at=_due(context, works.accepted_on),
        opened_at=context.clock(),
    )
    context.session.add(row)
    context.session.flush()
    after = {"review": row.id, "due_at": iso(row.due_at)}
    context.log("evaluation:owed", project.id, after=after)
    return row


def _due(context: OperatorContext, accepted_on: date) -> datetime:
    """Return when the office closes on the last day: it counts from the acceptance itself."""
    last = context.calendar.add(accepted_on, int(context.rules[WITHIN]))
    return closing(context.rules, last)


def _limits(context: OperatorContext) -> tuple[int, ...]:
    return tuple(int(context.rules[key]) for key in LIMITS)


@dataclass(frozen=True, kw_only=True)
class RecordParams:
    """The scored criteria and the owner's words."""

    scores: list[Any] = field(metadata={"label": "各项得分"})
    comment: str | None = field(default=None, metadata={"label": "评语"})


@dataclass(frozen=True, kw_only=True)
class RecordResult:
    """What the review came to."""

    total: int
    maximum: int
    grade: str


@operator("evaluation.record", title="记入信用评价")
def record(params: RecordParams, context: OperatorContext) -> RecordResult:
    """Keep the review with the contractor, once; the lock falls with it."""
    row = _owed(context)
    if row.reviewed_at is not None:
        if row.step and row.step == context.case.task_id:
            return _result(row)
        raise reviews.done_error(row)
    before = reviews.standing(context.session, row.contractor_id)
    _fill(context, row, params)
    context.session.flush()
    after = reviews.standing(context.session, row.contractor_id)
    context.log("evaluation:recorded", row.project_id, role="owner", after=_result_of(row))
    context.log("credit:changed", row.contractor_id, before=before.as_dict(), after=after.as_dict())
    _tell(context, row)
    return _result(row)


def _owed(context: OperatorContext) -> PerformanceReview:
    project = project_of(context)
    row = reviews.of_project(context.session, project.id)
    if row is None:
        raise reviews.ReviewMissingError
    if context.actor.party_id != row.owner_id:
        raise reviews.NotOwnersReviewError
    return row


def _fill(context: OperatorContext, row: PerformanceReview, params: RecordParams) -> None:
    row.scores = scored(params.scores)
    row.total = sum(one["score"] for one in row.scores)
    row.maximum = sum(one["points"] for one in row.scores)
    row.grade = reviews.grade_of(row.total, row.maximum, _limits(context))
    row.comment = (params.comment or "").strip()
    row.reviewed_by, row.reviewed_at = context.actor.account_id, context.clock()
    row.step = context.case.task_id


def _result(row: PerformanceReview) -> RecordResult:
    return RecordResult(
        total=row.total or 0, maximum=row.maximum or 0, grade=row.grade.value if row.grade else ""
    )


def _result_of(row: PerformanceReview) -> dict[str, Any]:
    result = _result(row)
    points = {str(one["title"]): one["score"] for one in row.scores}
    return {
        "review": row.id,
        "total": result.total,
        "grade": result.grade,
        "points": points,
    }


def _tell(context: OperatorContext, row: PerformanceReview) -> None:
    project, contractor = project_of(context), row.contractor
    if not contractor.mobile or row.grade is None:
        return
    text = (
        f"“{project.title}”（{project.number}）的业主已对贵企业作出评价：{row.total}分，"
        f"{GRADE_TITLES[row.grade]}。详情请登录平台查看。"
    )
    send_sms(context, "evaluated", text, contractor.mobile, party_id=contractor.id)
