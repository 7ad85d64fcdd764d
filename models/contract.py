"""Contracts (合同): what owner and winner signed, round by round until the winner confirms."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, fen, id_pk, text40, text100
from models.identity.party import Party
from models.project import Project


class ContractState(StrEnum):
    """What became of a round."""

    SUBMITTED = "submitted"
    SENT_BACK = "sent_back"
    CONFIRMED = "confirmed"


CONTRACT_TITLES = {
    ContractState.SUBMITTED: "等待施工企业确认",
    ContractState.SENT_BACK: "施工企业已退回",
    ContractState.CONFIRMED: "双方已确认",
}


class Contract(Base):
    """One round: the contract as the owner handed it in, and the contractor's answer to it."""

    __tablename__ = "contract"
    __table_args__ = (
        UniqueConstraint("project_id", "round"),
        Index(None, "contractor_id"),
        Index(None, "sha256"),
    )

    id: Mapped[id_pk]
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"), info={"label": "项目"})
    instance_id: Mapped[str] = mapped_column(String(32))
    county_code: Mapped[str] = mapped_column(ForeignKey("county.code"), info={"label": "区县"})
    owner_id: Mapped[str] = mapped_column(ForeignKey("party.id"), info={"label": "项目业主"})
    contractor_id: Mapped[str] = mapped_column(ForeignKey("party.id"), info={"label": "施工企业"})
    round: Mapped[int] = mapped_column(info={"label": "轮次"})
    state: Mapped[ContractState] = mapped_column(info={"label": "状态"})
    number: Mapped[text100] = mapped_column(info={"label": "合同编号"})
    award_price: Mapped[fen] = mapped_column(info={"label": "中选价"})
    contract_price: Mapped[fen] = mapped_column(info={"label": "合同价"})
    price_reason: Mapped[str] = mapped_column(
        String(500), default="", info={"label": "低于中选价的说明"}
    )
    signed_on: Mapped[date] = mapped_column(info={"label": "签订日期"})
    sign_by: Mapped[datetime] = mapped_column(info={"label": "签订期限"})
    late_reason: Mapped[str] = mapped_column(
        String(500), default="", info={"label": "逾期签订的说明"}
    )
    starts_on: Mapped[date] = mapped_column(info={"label": "约定开工日期"})
    duration_days: Mapped[int] = mapped_column(info={"label": "合同工期（日历天）"})
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    submitted_by: Mapped[str] = mapped_column(String(32))
    submitted_at: Mapped[datetime] = mapped_column(info={"label": "提交时间"})
    decided_by: Mapped[str | None] = mapped_column(String(32))
    decided_at: Mapped[datetime | None] = mapped_column(info={"label": "答复时间"})
    reasons: Mapped[str] = mapped_column(String(1000), default="", info={"label": "退回原因"})
    step: Mapped[text40] = mapped_column(default="")
    """The step of the flow that wrote the round: tried again, it finds its own."""

    project: Mapped[Project] = relationship()
    contractor: Mapped[Party] = relationship(foreign_keys=[contractor_id])

    @property
    def finishes_on(self) -> date:
        """The last day of the agreed time; the first day counts."""
        return self.starts_on + timedelta(days=max(self.duration_days - 1, 0))
