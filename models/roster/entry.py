"""Roster entries with their qualifications, pledges and suspensions."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, id_pk, text40, text100, text200
from models.identity.party import Party


class EntryStatus(StrEnum):
    """Does the enterprise stand on the roster."""

    PENDING = "pending"
    ACTIVE = "active"
    REMOVED = "removed"


class RosterEntry(Base):
    """An enterprise's place on one county's roster."""

    __tablename__ = "roster_entry"
    __table_args__ = (
        UniqueConstraint("party_id", "county_code"),
        Index(None, "county_code", "status"),
        Index(None, "county_code", "kind", "status"),
    )

    id: Mapped[id_pk]
    party_id: Mapped[str] = mapped_column(ForeignKey("party.id"))
    county_code: Mapped[str] = mapped_column(ForeignKey("county.code"), info={"label": "区县"})
    kind: Mapped[text40] = mapped_column(default="contractor", info={"label": "企业类型"})
    status: Mapped[EntryStatus] = mapped_column(info={"label": "状态"})
    entered_on: Mapped[date] = mapped_column(info={"label": "入库日期"})

    party: Mapped[Party] = relationship(lazy="joined")
    qualifications: Mapped[list["Qualification"]] = relationship(
        back_populates="entry", lazy="selectin"
    )
    places: Mapped[list["RosterPlace"]] = relationship(back_populates="entry", lazy="selectin")


class RosterPlace(Base):
    """One of the rosters (名册库) that an enterprise belongs to, such as landscaping."""

    __tablename__ = "roster_place"
    __table_args__ = (UniqueConstraint("entry_id", "roster"), Index(None, "roster"))

    id: Mapped[id_pk]
    entry_id: Mapped[str] = mapped_column(ForeignKey("roster_entry.id"))
    roster: Mapped[text40] = mapped_column(info={"label": "名册库"})

    entry: Mapped[RosterEntry] = relationship(back_populates="places")


class ExpiryReminder(Base):
    """That a party was told of a licence about to end; each is told once for each reminder."""

    __tablename__ = "expiry_reminder"
    __table_args__ = (
        UniqueConstraint(
            *("party_id", "county_code", "certificate", "valid_until", "days_before"),
            name="uq_expiry_reminder_once",
        ),
    )

    id: Mapped[id_pk]
    party_id: Mapped[str] = mapped_column(ForeignKey("party.id"))
    county_code: Mapped[str] = mapped_column(ForeignKey("county.code"))
    certificate: Mapped[str] = mapped_column(String(60), info={"label": "证书编号"})
    valid_until: Mapped[date] = mapped_column(info={"label": "有效期止"})
    days_before: Mapped[int] = mapped_column(info={"label": "提前天数"})
    told_at: Mapped[datetime] = mapped_column(info={"label": "提醒时间"})


class Qualification(Base):
    """A certificate: scheme (kind of licence), category, level, validity (资质)."""

    __tablename__ = "qualification"
    __table_args__ = (Index(None, "scheme", "category"),)

    id: Mapped[id_pk]
    entry_id: Mapped[str] = mapped_column(ForeignKey("roster_entry.id"), index=True)
    scheme: Mapped[text40] = mapped_column(info={"label": "资质序列"})
    category: Mapped[text100] = mapped_column(info={"label": "资质类别"})
    level: Mapped[int] = mapped_column(info={"label": "等级"})
    level_name: Mapped[text40] = mapped_column(info={"label": "等级名称"})
    certificate: Mapped[str] = mapped_column(String(60), info={"label": "证书编号"})
    valid_from: Mapped[date] = mapped_column(info={"label": "有效期起"})
    valid_until: Mapped[date] = mapped_column(info={"label": "有效期止"})

    entry: Mapped[RosterEntry] = relationship(back_populates="qualifications")


class Pledge(Base):
    """A commitment that a party signed (承诺), for example truthfulness or credit."""

    __tablename__ = "pledge"

    id: Mapped[id_pk]
    party_id: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    kind: Mapped[text40] = mapped_column(info={"label": "承诺事项"})
    text: Mapped[str] = mapped_column(String(2000), info={"label": "承诺内容"})
    signed_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    signed_at: Mapped[datetime] = mapped_column(info={"label": "承诺时间"})


class Suspension(Base):
    """A time in which an enterprise may join nothing (停用), with its reason."""

    __tablename__ = "suspension"
    __table_args__ = (Index(None, "party_id", "county_code"),)

    id: Mapped[id_pk]
    party_id: Mapped[str] = mapped_column(ForeignKey("party.id"))
    county_code: Mapped[text40] = mapped_column(info={"label": "区县"})
    from_at: Mapped[datetime] = mapped_column(info={"label": "停用起"})
    until_at: Mapped[datetime] = mapped_column(info={"label": "停用止"})
    reason: Mapped[text200] = mapped_column(info={"label": "停用原因"})
    lifted_at: Mapped[datetime | None] = mapped_column(info={"label": "启用时间"})
    lifted_reason: Mapped[text200] = mapped_column(default="", info={"label": "启用原因"})
    decided_by: Mapped[str | None] = mapped_column(String(32))
    lifted_by: Mapped[str | None] = mapped_column(String(32))
    # no foreign key: a case's first steps run before the case itself is stored
    instance_id: Mapped[str | None] = mapped_column(String(32))
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))

    party: Mapped[Party] = relationship()
