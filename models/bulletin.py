"""Bulletins (公告栏通知): what an office tells some roles, or everybody, for some days."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, id_pk, text40, text100, text200
from models.identity.party import Party


class BulletinState(StrEnum):
    """draft → published → withdrawn; what is withdrawn stays, with its reason."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


STATE_TITLES = {
    BulletinState.DRAFT: "草稿",
    BulletinState.PUBLISHED: "已发布",
    BulletinState.WITHDRAWN: "已撤回",
}


class BulletinVersion(Base):
    """What a bulletin said, from one saving to the next; never changed.

    ``roles`` holds the receiving roles between commas, ``,owner,contractor,``, so that one of them
    can be looked for.
    """

    __tablename__ = "bulletin_version"
    __table_args__ = (UniqueConstraint("bulletin_id", "number"),)

    id: Mapped[id_pk]
    bulletin_id: Mapped[str] = mapped_column(String(32), index=True)
    number: Mapped[int] = mapped_column(info={"label": "版次"})
    title: Mapped[text100] = mapped_column(info={"label": "标题"})
    text: Mapped[str] = mapped_column(Text, info={"label": "正文"})
    roles: Mapped[text200] = mapped_column(default="", info={"label": "接收角色"})
    is_public: Mapped[bool] = mapped_column(default=False, info={"label": "公众可看"})
    from_on: Mapped[date] = mapped_column(info={"label": "自"})
    until_on: Mapped[date] = mapped_column(info={"label": "至"})
    written_by: Mapped[str] = mapped_column(String(32))
    written_at: Mapped[datetime] = mapped_column(info={"label": "编写时间"})

    @property
    def role_ids(self) -> list[str]:
        """The receiving roles."""
        return [role for role in self.roles.split(",") if role]


class Bulletin(Base):
    """One bulletin of one office: its newest version, and the one that readers see, if any."""

    __tablename__ = "bulletin"
    __table_args__ = (Index(None, "county_code", "state"),)

    id: Mapped[id_pk]
    county_code: Mapped[str] = mapped_column(ForeignKey("county.code"), info={"label": "区县"})
    office: Mapped[text40] = mapped_column(info={"label": "发布岗位"})
    party_id: Mapped[str | None] = mapped_column(
        ForeignKey("party.id"), index=True, info={"label": "发布单位"}
    )
    """The town or agency that writes it; nothing for an office of the county."""
    state: Mapped[BulletinState] = mapped_column(info={"label": "状态"})
    newest_id: Mapped[str] = mapped_column(ForeignKey("bulletin_version.id"))
    shown_id: Mapped[str | None] = mapped_column(ForeignKey("bulletin_version.id"))
    changed_at: Mapped[datetime] = mapped_column(info={"label": "修改时间"})
    published_at: Mapped[datetime | None] = mapped_column(info={"label": "发布时间"})
    published_by: Mapped[str | None] = mapped_column(String(32))
    withdrawn_at: Mapped[datetime | None] = mapped_column(info={"label": "撤回时间"})
    withdrawn_by: Mapped[str | None] = mapped_column(String(32))
    reason: Mapped[text200] = mapped_column(default="", info={"label": "撤回原因"})

    newest: Mapped[BulletinVersion] = relationship(foreign_keys=[newest_id])
    shown: Mapped[BulletinVersion | None] = relationship(foreign_keys=[shown_id])
    party: Mapped[Party | None] = relationship()
