"""Performance reviews (评价): an owner's on a contractor, kept as its credit evaluation."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, id_pk, text40
from models.identity.party import Party
from models.project import Project


class ReviewGrade(StrEnum):
    """How well the contractor did, from the share of the points it got."""

    EXCELLENT = "excellent"
    GOOD = "good"
    PASSED = "passed"
    FAILED = "failed"


GRADE_TITLES: Mapping[ReviewGrade, str] = {
    ReviewGrade.EXCELLENT: "优秀",
    ReviewGrade.GOOD: "良好",
    ReviewGrade.PASSED: "合格",
    ReviewGrade.FAILED: "不合格",
}
IS_OPEN = text("reviewed_at IS NULL")


class PerformanceReview(Base):
    """One review: owed from the acceptance on, done once and never changed."""

    __tablename__ = "performance_review"
    __table_args__ = (
        Index(
            "ix_performance_review_owed",
            *("owner_id", "due_at"),
            sqlite_where=IS_OPEN,
            postgresql_where=IS_OPEN,
        ),
        Index(None, "owner_id", "due_at"),
        Index(None, "contractor_id", "reviewed_at"),
        Index(None, "county_code", "due_at"),
        Index(None, "accepted_on"),
    )

    id: Mapped[id_pk]
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"), unique=True)
    instance_id: Mapped[str] = mapped_column(String(32))
    county_code: Mapped[str] = mapped_column(ForeignKey("county.code"), info={"label": "区县"})
    owner_id: Mapped[str] = mapped_column(ForeignKey("party.id"), info={"label": "项目业主"})
    contractor_id: Mapped[str] = mapped_column(ForeignKey("party.id"), info={"label": "施工企业"})
    accepted_on: Mapped[date] = mapped_column(info={"label": "验收日期"})
    due_at: Mapped[datetime] = mapped_column(info={"label": "评价期限"})
    opened_at: Mapped[datetime] = mapped_column(info={"label": "登记验收时间"})
    scores: Mapped[list[dict[str, Any]]] = mapped_column(
        JSON, default=list, info={"label": "各项得分"}
    )
    total: Mapped[int | None] = mapped_column(info={"label": "总分"})
    maximum: Mapped[int | None] = mapped_column(info={"label": "满分"})
    grade: Mapped[ReviewGrade | None] = mapped_column(info={"label": "等次"})
    comment: Mapped[str] = mapped_column(String(1000), default="", info={"label": "评语"})
    reviewed_by: Mapped[str | None] = mapped_column(String(32))
    reviewed_at: Mapped[datetime | None] = mapped_column(info={"label": "评价时间"})
    step: Mapped[text40] = mapped_column(default="")
    """The step of the flow that wrote the scores: tried again, it finds its own."""

    project: Mapped[Project] = relationship()
    owner: Mapped[Party] = relationship(foreign_keys=[owner_id])
    contractor: Mapped[Party] = relationship(foreign_keys=[contractor_id])

    def is_overdue(self, now: datetime) -> bool:
        """Return whether it is still owed after its deadline."""
        return self.reviewed_at is None and self.due_at < now
