"""Completion (竣工) and acceptance (验收) of the works, as their owner registered them."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, fen, id_pk
from models.project import Project


class Completion(Base):
    """The works of one project: begun, completed, accepted, settled."""

    __tablename__ = "completion"

    id: Mapped[id_pk]
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"), unique=True)
    instance_id: Mapped[str] = mapped_column(String(32))
    contract_id: Mapped[str] = mapped_column(ForeignKey("contract.id"))
    started_on: Mapped[date] = mapped_column(info={"label": "开工日期"})
    start_registered_by: Mapped[str] = mapped_column(String(32))
    start_registered_at: Mapped[datetime] = mapped_column(info={"label": "登记开工时间"})
    completed_on: Mapped[date | None] = mapped_column(info={"label": "竣工日期"})
    accepted_on: Mapped[date | None] = mapped_column(info={"label": "验收日期"})
    audited_settlement: Mapped[fen | None] = mapped_column(info={"label": "审定结算金额"})
    settlement_reason: Mapped[str] = mapped_column(
        String(500), default="", info={"label": "高于合同价的说明"}
    )
    acceptance_registered_by: Mapped[str | None] = mapped_column(String(32))
    acceptance_registered_at: Mapped[datetime | None] = mapped_column(
        index=True, info={"label": "登记验收时间"}
    )

    project: Mapped[Project] = relationship()
