"""Performance reviews as rules and pages ask for them: what is overdue, what a contractor has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from models.clock import to_china
from models.errors import ConflictError, ForbiddenError, InvalidError
from models.performance_review import PerformanceReview, ReviewGrade
from models.project import Project

MOST_NAMED = 3
PERCENT = 100


@dataclass(frozen=True)
class Overdue:
    """One review that is owed after its deadline."""

    review_id: str
    project_id: str
    instance_id: str
    number: str
    title: str
    due_at: datetime


@dataclass(frozen=True)
class Standing:
    """A contractor's credit evaluation: how many reviews, and the mean share of points."""

    reviews: int
    mean: int | None

    def as_dict(self) -> dict[str, Any]:
        """Return it as the log keeps it."""
        return {"reviews": self.reviews, "mean": self.mean}


class ReviewOverdueError(ConflictError):
    """An owner that owes reviews starts no new selection (附件4第9点)."""

    def __init__(self, overdue: Sequence[Overdue]) -> None:
        named = "、".join(_named(one) for one in overdue[:MOST_NAMED])
        more = f"等{len(overdue)}个项目" if len(overdue) > MOST_NAMED else ""
        text = (
            f"本单位有已验收的项目超过期限没有评价：{named}{more}。"
            "评价完成之前不能发起新的选取，请先到“评价”页面完成评价，完成后立即恢复。"
        )
        projects = [
            {"number": one.number, "title": one.title, "due_at": one.due_at.isoformat()}
            for one in overdue
        ]
        super().__init__(text, projects=projects)


class ReviewMissingError(ConflictError):
    """There is nothing to review: the works have not been accepted."""

    message = "本项目还没有登记验收，不能评价，请先登记验收。"


class NotOwnersReviewError(ForbiddenError):
    """Only the owner of the project reviews its contractor."""

    message = "只有本项目的业主可以评价施工企业，您的单位不是本项目的业主。"


class ReviewDoneError(ConflictError):
    """A review is done once."""

    message = "本项目已于{at}评价过，评价只有一次，不能重复或修改；有异议请联系交易中心。"


class ScoresInvalidError(InvalidError):
    """The scores do not fit the criteria."""

    message = "得分与评价指标不符：{problem}，请按指标逐项重新打分。"


class CriteriaInvalidError(ConflictError):
    """The decision table gives no criteria that anybody could score."""

    message = "评价指标不可用：{problem}，请流程分析员改正“评价指标”决策表。"


def overdue_of(session: Session, owner_id: str, now: datetime) -> list[Overdue]:
    """Return the reviews that an owner owes after their deadline, the oldest first."""
    review = PerformanceReview
    query = (
        select(
            review.id,
            review.project_id,
            review.instance_id,
            Project.number,
            Project.title,
            review.due_at,
        )
        .join(Project, Project.id == review.project_id)
        .where(review.owner_id == owner_id, review.reviewed_at.is_(None), review.due_at < now)
        .order_by(review.due_at, review.id)
    )
    return [Overdue(*row) for row in session.execute(query)]


def of_project(session: Session, project_id: str) -> PerformanceReview | None:
    """Return the project's review, owed or done."""
    query = select(PerformanceReview).where(PerformanceReview.project_id == project_id)
    return session.scalar(query)


def standing(session: Session, contractor_id: str) -> Standing:
    """Return what a contractor's reviews amount to, in one statement."""
    share = PerformanceReview.total * PERCENT / PerformanceReview.maximum
    query = select(func.count(), func.avg(share)).where(
        PerformanceReview.contractor_id == contractor_id,
        PerformanceReview.reviewed_at.is_not(None),
    )
    count, mean = session.execute(query).one()
    return Standing(count, None if mean is None else round(float(mean)))


def received(session: Session, contractor_id: str) -> list[PerformanceReview]:
    """Return the reviews that a contractor was given, the newest first."""
    query = (
        select(PerformanceReview)
        .options(joinedload(PerformanceReview.project))
        .where(
            PerformanceReview.contractor_id == contractor_id,
            PerformanceReview.reviewed_at.is_not(None),
        )
    )
    return list(session.scalars(query.order_by(PerformanceReview.reviewed_at.desc())))


def grade_of(total: int, maximum: int, limits: Sequence[int]) -> ReviewGrade:
    """Return the grade of a share of the points; ``limits`` fall from excellent to passed."""
    grades = (ReviewGrade.EXCELLENT, ReviewGrade.GOOD, ReviewGrade.PASSED)
    reached = (
        grade
        for grade, limit in zip(grades, limits, strict=True)
        if total * PERCENT >= limit * maximum
    )
    return next(reached, ReviewGrade.FAILED)


def done_error(review: PerformanceReview) -> ReviewDoneError:
    """Return the error of a second review, saying when the first one was."""
    at = to_china(review.reviewed_at) if review.reviewed_at else None
    return ReviewDoneError(at=f"{at:%Y-%m-%d %H:%M}" if at else "")


def _named(one: Overdue) -> str:
    due = to_china(one.due_at)
    return f"“{one.title}”（{one.number}，自{due:%Y-%m-%d %H:%M}起超期）"
