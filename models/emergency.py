"""Emergency works (应急工程): contracted before any notice, reported within a time (HR-4.10)."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, id_pk, text40, text200
from models.project import Project


class EmergencyWorks(Base):
    """What happened, who was called in and by whose decision; approved or not by the regulator."""

    __tablename__ = "emergency_works"
    __table_args__ = (Index(None, "county_code", "reported_at"),)

    id: Mapped[id_pk]
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"), unique=True)
    instance_id: Mapped[str] = mapped_column(String(32))
    county_code: Mapped[str] = mapped_column(ForeignKey("county.code"), info={"label": "区县"})
    occurred_at: Mapped[datetime] = mapped_column(info={"label": "险情发生时间"})
    entrusted_at: Mapped[datetime] = mapped_column(info={"label": "确定施工单位时间"})
    situation: Mapped[str] = mapped_column(Text, info={"label": "险情"})
    choice_reason: Mapped[str] = mapped_column(Text, info={"label": "选定理由"})
    decided_how: Mapped[text200] = mapped_column(default="", info={"label": "决策方式"})
    decision_document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    report_due_at: Mapped[datetime] = mapped_column(info={"label": "填报期限"})
    reported_at: Mapped[datetime] = mapped_column(info={"label": "填报时间"})
    reported_by: Mapped[str] = mapped_column(String(32))
    late_reason: Mapped[text200] = mapped_column(default="", info={"label": "逾期填报的说明"})
    conclusion: Mapped[text40] = mapped_column(default="", info={"label": "核准结论"})
    """Empty until somebody decided; approved or refused."""
    opinion: Mapped[str] = mapped_column(String(500), default="", info={"label": "核准意见"})
    decided_by: Mapped[str | None] = mapped_column(String(32))
    decided_at: Mapped[datetime | None] = mapped_column(info={"label": "核准时间"})

    project: Mapped[Project] = relationship()
