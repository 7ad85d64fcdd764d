"""What is stored of a comparison (比选): who registered, who passed, who was chosen and why.

Who has registered stands, until the registration closes, only in the sealed rows of the draw beside
it; then the names are opened and each becomes a candidate (HR-4.5.4).
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, fen, id_pk, text40, text200
from models.identity.party import Party


class ComparisonState(StrEnum):
    """preparing → planned → registering → closed → opened → reviewed → compared → published."""

    PREPARING = "preparing"
    PLANNED = "planned"
    REGISTERING = "registering"
    CLOSED = "closed"
    OPENED = "opened"
    REVIEWED = "reviewed"
    COMPARED = "compared"
    PUBLISHED = "published"
    UNSUCCESSFUL = "unsuccessful"
    CANCELLED = "cancelled"


class Comparison(Base):
    """One round of a comparison; its draw keeps the sealed registrations and is never held."""

    __tablename__ = "comparison"
    __table_args__ = (Index(None, "project_id"),)

    id: Mapped[id_pk]
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"))
    draw_id: Mapped[str] = mapped_column(ForeignKey("draw.id"), unique=True)
    state: Mapped[ComparisonState]
    min_registered: Mapped[int] = mapped_column(info={"label": "最少报名企业数"})
    frozen: Mapped[list[dict[str, str]] | None] = mapped_column(JSON)
    registered: Mapped[int | None] = mapped_column(info={"label": "报名企业数"})
    root: Mapped[str] = mapped_column(String(64), default="")
    closed_at: Mapped[datetime | None] = mapped_column(info={"label": "报名截止"})
    opened_at: Mapped[datetime | None] = mapped_column(info={"label": "名单公开时间"})
    reviewed_at: Mapped[datetime | None] = mapped_column(info={"label": "资格审查时间"})
    compared_at: Mapped[datetime | None] = mapped_column(info={"label": "比选时间"})
    method: Mapped[str] = mapped_column(Text, default="", info={"label": "比选办法"})
    participants: Mapped[str] = mapped_column(Text, default="", info={"label": "参加比选人员"})
    reason: Mapped[str] = mapped_column(Text, default="", info={"label": "推荐理由"})
    record_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    """The signed record of the comparison."""
    winner_id: Mapped[str | None] = mapped_column(ForeignKey("party.id"))
    price: Mapped[fen | None] = mapped_column(info={"label": "中选价"})
    failure: Mapped[text40] = mapped_column(default="", info={"label": "失败原因"})
    published_at: Mapped[datetime | None] = mapped_column(info={"label": "公布时间"})
    cancelled_at: Mapped[datetime | None] = mapped_column(info={"label": "取消时间"})
    cancel_reason: Mapped[str] = mapped_column(Text, default="", info={"label": "取消理由"})

    candidates: Mapped[list["Candidate"]] = relationship(
        back_populates="comparison", lazy="selectin", order_by="Candidate.place"
    )


class Candidate(Base):
    """A registered enterprise: passed or not and why; compared: its offer, its rank and why."""

    __tablename__ = "candidate"
    __table_args__ = (UniqueConstraint("comparison_id", "party_id"), Index(None, "party_id"))

    id: Mapped[id_pk]
    comparison_id: Mapped[str] = mapped_column(ForeignKey("comparison.id"))
    party_id: Mapped[str] = mapped_column(ForeignKey("party.id"))
    ticket: Mapped[str] = mapped_column(String(32))
    place: Mapped[int] = mapped_column(info={"label": "序号"})
    contact: Mapped[text200] = mapped_column(default="", info={"label": "联系方式"})
    remark: Mapped[text200] = mapped_column(default="", info={"label": "报名说明"})
    passed: Mapped[bool | None] = mapped_column(info={"label": "资格审查"})
    review_reason: Mapped[str] = mapped_column(String(500), default="", info={"label": "审查意见"})
    price: Mapped[fen | None] = mapped_column(info={"label": "报价"})
    rank: Mapped[int | None] = mapped_column(info={"label": "名次"})
    rank_reason: Mapped[str] = mapped_column(String(500), default="", info={"label": "比选意见"})

    comparison: Mapped[Comparison] = relationship(back_populates="candidates")
    party: Mapped[Party] = relationship(lazy="joined")
