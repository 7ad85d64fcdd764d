"""Parties: every organisation that acts (市场主体), in whatever role."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, id_pk, text40, text100, text200


class PartyStatus(StrEnum):
    """May this party work on the platform."""

    PENDING = "pending"
    ACTIVE = "active"
    CLOSED = "closed"


class Party(Base):
    """An organisation with its unified social credit code (统一社会信用代码)."""

    __tablename__ = "party"

    id: Mapped[id_pk]
    name: Mapped[text100] = mapped_column(index=True, info={"label": "名称"})
    credit_code: Mapped[str] = mapped_column(
        String(18), unique=True, info={"label": "统一社会信用代码"}
    )
    county_code: Mapped[str] = mapped_column(
        ForeignKey("county.code"), index=True, info={"label": "所属区县"}
    )
    status: Mapped[PartyStatus] = mapped_column(default=PartyStatus.ACTIVE, info={"label": "状态"})
    legal_person: Mapped[text40] = mapped_column(default="", info={"label": "法定代表人"})
    address: Mapped[text200] = mapped_column(default="", info={"label": "地址"})
    contact: Mapped[text40] = mapped_column(default="", info={"label": "联系人"})
    mobile: Mapped[str] = mapped_column(String(20), default="", info={"label": "联系电话"})
    profile: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(info={"label": "登记时间"})

    roles: Mapped[list["PartyRole"]] = relationship(back_populates="party", lazy="selectin")

    def __str__(self) -> str:
        return self.name


class PartyRole(Base):
    """A role that a party plays in a county, such as owner or contractor."""

    __tablename__ = "party_role"
    __table_args__ = (UniqueConstraint("party_id", "role", "county_code"),)

    id: Mapped[id_pk]
    party_id: Mapped[str] = mapped_column(ForeignKey("party.id"))
    role: Mapped[text40] = mapped_column(info={"label": "角色"})
    county_code: Mapped[str] = mapped_column(ForeignKey("county.code"), info={"label": "区县"})

    party: Mapped[Party] = relationship(back_populates="roles")
