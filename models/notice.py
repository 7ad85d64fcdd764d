"""Notices to the public (公告公示); once published a notice is never changed, only followed."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, id_pk, text200


class NoticeKind(StrEnum):
    """Kinds of notice, as the glossary and the open data name them."""

    TENDER_NOTICE = "tender_notice"
    CORRIGENDUM = "corrigendum"
    AWARD_NOTICE = "award_notice"
    CONTRACT_NOTICE = "contract_notice"
    TERMINATION_NOTICE = "termination_notice"
    OTHER_NOTICE = "other_notice"


NOTICE_TITLES = {
    NoticeKind.TENDER_NOTICE: "选取公告",
    NoticeKind.CORRIGENDUM: "变更公告",
    NoticeKind.AWARD_NOTICE: "中选结果公示",
    NoticeKind.CONTRACT_NOTICE: "合同公示",
    NoticeKind.TERMINATION_NOTICE: "终止公告",
    NoticeKind.OTHER_NOTICE: "其他公告",
}


ANNOUNCING = (NoticeKind.TENDER_NOTICE, NoticeKind.CORRIGENDUM)
"""Kinds that may open a draw; those that do carry the plan's hash and end with the joining."""


FOLLOWS = text("follows_id IS NOT NULL")


class Notice(Base):
    """One notice: its kind, its text as rendered, and the facts it was rendered from."""

    __tablename__ = "notice"
    __table_args__ = (
        Index(None, "kind", "published_at"),
        Index(None, "county_code", "kind", "published_at"),
        Index(None, "project_id"),
        Index(None, "published_at"),
        # most follow nothing: an index that holds them too tells a planner it finds too much
        Index(
            "ix_notice_follows_id",
            "follows_id",
            sqlite_where=FOLLOWS,
            postgresql_where=FOLLOWS,
        ),
        Index(None, "kind", "title"),
        Index(None, "county_code", "published_at"),
    )

    id: Mapped[id_pk]
    kind: Mapped[NoticeKind] = mapped_column(info={"label": "类别"})
    county_code: Mapped[str] = mapped_column(ForeignKey("county.code"), info={"label": "区县"})
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"))
    draw_id: Mapped[str | None] = mapped_column(String(32))
    title: Mapped[text200] = mapped_column(info={"label": "标题"})
    body: Mapped[str] = mapped_column(Text, info={"label": "正文"})
    facts: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)
    published_at: Mapped[datetime | None] = mapped_column(info={"label": "发布时间"})
    ends_at: Mapped[datetime | None] = mapped_column(info={"label": "截止时间"})
    follows_id: Mapped[str | None] = mapped_column(String(32))

    @property
    def announces(self) -> bool:
        """Whether it opened a draw or a registration: tender notice, corrigendum in its place."""
        opened = self.facts.get("plan_hash") or self.facts.get("announces_comparison")
        return self.kind in ANNOUNCING and bool(opened)

    @property
    def role(self) -> NoticeKind:
        """The part it plays for its draw: a corrigendum with a new plan stands for the tender."""
        return NoticeKind.TENDER_NOTICE if self.announces else self.kind
