"""Accounts of natural persons, the roles granted to them, and programs' tokens."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, id_pk, text40, text100, text200
from models.identity.party import Party


class Account(Base):
    """One natural person's way in; two accounts of one person share ``person``."""

    __tablename__ = "account"

    id: Mapped[id_pk]
    username: Mapped[str] = mapped_column(String(64), unique=True, info={"label": "用户名"})
    name: Mapped[text40] = mapped_column(info={"label": "姓名"})
    person: Mapped[str] = mapped_column(
        String(64), index=True, default="", info={"label": "自然人标识"}
    )
    party_id: Mapped[str | None] = mapped_column(
        ForeignKey("party.id"), index=True, info={"label": "所属单位"}
    )
    email: Mapped[str | None] = mapped_column(String(255), unique=True, info={"label": "邮箱"})
    mobile: Mapped[str] = mapped_column(String(20), default="", info={"label": "手机"})
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True, info={"label": "启用"})
    manages_party: Mapped[bool] = mapped_column(default=False, info={"label": "单位账号管理员"})
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    failed_logins: Mapped[int] = mapped_column(default=0, info={"label": "连续失败次数"})
    locked_until: Mapped[datetime | None] = mapped_column(info={"label": "锁定至"})
    password_changed_at: Mapped[datetime | None] = mapped_column(info={"label": "密码修改时间"})
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    totp_step: Mapped[int] = mapped_column(BigInteger, default=0)
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(JSON)
    locale: Mapped[str] = mapped_column(String(12), default="zh_Hans_CN")
    created_at: Mapped[datetime] = mapped_column(info={"label": "创建时间"})

    party: Mapped[Party | None] = relationship()
    grants: Mapped[list["Grant"]] = relationship(back_populates="account")

    def __str__(self) -> str:
        return f"{self.name}（{self.username}）"


class Grant(Base):
    """A role given to an account in one county; ``county_code`` ``*`` means every county."""

    __tablename__ = "role_grant"
    __table_args__ = (UniqueConstraint("account_id", "role", "county_code"),)

    id: Mapped[id_pk]
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    role: Mapped[text40] = mapped_column(index=True, info={"label": "角色"})
    county_code: Mapped[text40] = mapped_column(info={"label": "区县"})

    account: Mapped[Account] = relationship(back_populates="grants")


class ApiToken(Base):
    """A program's token: named, stored hashed, expiring, revocable."""

    __tablename__ = "api_token"
    __table_args__ = (Index(None, "account_id"),)

    id: Mapped[id_pk]
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    name: Mapped[text100] = mapped_column(info={"label": "名称"})
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(info={"label": "创建时间"})
    expires_at: Mapped[datetime] = mapped_column(info={"label": "到期时间"})
    revoked_at: Mapped[datetime | None] = mapped_column(info={"label": "吊销时间"})

    account: Mapped[Account] = relationship()


class SecurityEvent(Base):
    """Sign-in, permission and settings events, apart from the business log."""

    __tablename__ = "security_event"
    __table_args__ = (Index(None, "at"),)

    id: Mapped[id_pk]
    at: Mapped[datetime] = mapped_column(info={"label": "时间"})
    kind: Mapped[text40] = mapped_column(info={"label": "事件"})
    account: Mapped[text100] = mapped_column(default="", info={"label": "账号"})
    address: Mapped[text100] = mapped_column(default="", info={"label": "来源地址"})
    detail: Mapped[text200] = mapped_column(default="", info={"label": "说明"})
