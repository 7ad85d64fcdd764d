"""Reports on completed works by other units (监理报告、审计报告): asked for, handed in, kept."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, fen, id_pk
from models.identity.party import Party
from models.project import Project


class ReportKind(StrEnum):
    """Whose report: the supervision unit's or the audit unit's (HR-3.3.1, HR-3.3.3)."""

    SUPERVISION = "supervision"
    AUDIT = "audit"


REPORT_TITLES = {ReportKind.SUPERVISION: "监理报告", ReportKind.AUDIT: "审计报告"}


class WorksReport(Base):
    """One report that a project's completion rests on, from the unit that owes it."""

    __tablename__ = "works_report"
    __table_args__ = (
        UniqueConstraint("project_id", "kind"),
        Index(None, "party_id", "submitted_at"),
    )

    id: Mapped[id_pk]
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"))
    instance_id: Mapped[str] = mapped_column(String(32))
    kind: Mapped[ReportKind] = mapped_column(info={"label": "报告"})
    party_id: Mapped[str] = mapped_column(ForeignKey("party.id"), info={"label": "出具单位"})
    asked_at: Mapped[datetime] = mapped_column(info={"label": "约请时间"})
    invited_at: Mapped[datetime | None] = mapped_column(info={"label": "最近通知时间"})
    invitations: Mapped[int] = mapped_column(default=0, info={"label": "通知次数"})
    submitted_at: Mapped[datetime | None] = mapped_column(info={"label": "提交时间"})
    submitted_by: Mapped[str | None] = mapped_column(String(32))
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    conclusion: Mapped[str] = mapped_column(String(1000), default="", info={"label": "结论"})
    audited_settlement: Mapped[fen | None] = mapped_column(info={"label": "审定结算金额"})

    project: Mapped[Project] = relationship()
    party: Mapped[Party] = relationship(lazy="joined")
