"""Power and network outages (停电、断网), and the sign of life by which the platform finds them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, id_pk, text40


class OutageSource(StrEnum):
    """Who found an outage."""

    PLATFORM = "platform"
    STAFF = "staff"


SOURCE_TITLES = {OutageSource.PLATFORM: "平台发现", OutageSource.STAFF: "工作人员报告"}


class Heartbeat(Base):
    """The worker's last sign of life: by the machine's clock, and what the business clock showed.

    There is one row. Moving a training clock deletes it, so that a move never looks like a gap.
    """

    __tablename__ = "heartbeat"

    name: Mapped[text40] = mapped_column(primary_key=True)
    beat_at: Mapped[datetime]
    business_at: Mapped[datetime]


class Outage(Base):
    """One outage: from when to when, found by whom, why, and which draws it met."""

    __tablename__ = "outage"
    __table_args__ = (Index(None, "began_at"),)

    id: Mapped[id_pk]
    county_code: Mapped[str | None] = mapped_column(String(40), info={"label": "区县"})
    found_by: Mapped[OutageSource] = mapped_column(info={"label": "发现方式"})
    began_at: Mapped[datetime] = mapped_column(info={"label": "开始时间"})
    recovered_at: Mapped[datetime] = mapped_column(info={"label": "恢复时间"})
    cause: Mapped[str] = mapped_column(Text, info={"label": "原因"})
    draws: Mapped[list[str]] = mapped_column(JSON, default=list)
    reported_by: Mapped[str | None] = mapped_column(String(32), info={"label": "报告人"})
    recorded_at: Mapped[datetime] = mapped_column(info={"label": "记录时间"})
