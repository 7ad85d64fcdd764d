"""Enquiries by visit or telephone (来人、来电咨询): registered, answered, found again."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, id_pk, text40, text100


class Channel(StrEnum):
    """How somebody asked."""

    VISIT = "visit"
    TELEPHONE = "telephone"


CHANNEL_TITLES = {Channel.VISIT: "来人", Channel.TELEPHONE: "来电"}


class Enquiry(Base):
    """One enquiry; who asked stands here alone, never in the data of the case."""

    __tablename__ = "enquiry"
    __table_args__ = (Index(None, "county_code", "registered_at"),)

    id: Mapped[id_pk]
    instance_id: Mapped[str] = mapped_column(String(32), unique=True)
    county_code: Mapped[str] = mapped_column(ForeignKey("county.code"), info={"label": "区县"})
    number: Mapped[text40] = mapped_column(unique=True, info={"label": "编号"})
    channel: Mapped[Channel] = mapped_column(info={"label": "方式"})
    asker: Mapped[text40] = mapped_column(default="", info={"label": "咨询人"})
    organisation: Mapped[text100] = mapped_column(default="", info={"label": "单位"})
    telephone: Mapped[str] = mapped_column(String(20), default="", info={"label": "联系电话"})
    subject: Mapped[text100] = mapped_column(default="", info={"label": "事项"})
    question: Mapped[str] = mapped_column(Text, default="", info={"label": "咨询内容"})
    answer: Mapped[str] = mapped_column(Text, default="", info={"label": "答复"})
    lacking: Mapped[str] = mapped_column(Text, default="", info={"label": "一次性告知"})
    registered_by: Mapped[str] = mapped_column(String(32))
    registered_at: Mapped[datetime] = mapped_column(info={"label": "登记时间"})
    due_at: Mapped[datetime | None] = mapped_column(info={"label": "答复期限"})
    answered_by: Mapped[str | None] = mapped_column(String(32))
    answered_at: Mapped[datetime | None] = mapped_column(info={"label": "答复时间"})
