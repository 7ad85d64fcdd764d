"""What was wrong with a submission, told all at once (一次性告知); every round is kept."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, id_pk


class SendBack(StrEnum):
    """Why a submission went back to its owner (第七十四条（四）)."""

    REVIEW_FAILED = "review_failed"
    DOCUMENTS_MISSING = "documents_missing"
    OUT_OF_SCOPE = "out_of_scope"


SEND_BACK_TITLES = {
    SendBack.REVIEW_FAILED: "审核不通过",
    SendBack.DOCUMENTS_MISSING: "要件不齐全",
    SendBack.OUT_OF_SCOPE: "超出受理范围",
}


class DeficiencyNotice(Base):
    """One round: all reasons in one message."""

    __tablename__ = "deficiency_notice"
    __table_args__ = (Index(None, "project_id", "round"),)

    id: Mapped[id_pk]
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"))
    round: Mapped[int] = mapped_column(info={"label": "第几轮"})
    kind: Mapped[SendBack] = mapped_column(info={"label": "退回种类"})
    reasons: Mapped[str] = mapped_column(Text, info={"label": "全部原因"})
    sent_by: Mapped[str] = mapped_column(String(32), info={"label": "退回人"})
    sent_at: Mapped[datetime] = mapped_column(info={"label": "退回时间"})
