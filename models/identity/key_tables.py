"""Security keys and certificates (安全密钥、数字证书) bound to accounts, and who is trusted.

A key or a certificate proves that the person at the other end holds something, beside or instead
of a password (HR-3.4.4, HR-4.12.2, HR-5.2).
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, id_pk, text40, text100, text200
from models.identity.account import Account


class KeyKind(StrEnum):
    """A security key (WebAuthn), or an X.509 certificate on a token or in a file."""

    SECURITY_KEY = "security_key"
    CERTIFICATE = "certificate"


KEY_TITLES = {KeyKind.SECURITY_KEY: "安全密钥", KeyKind.CERTIFICATE: "数字证书"}


class CaToken(Base):
    """One key or certificate bound to one account, until it is unbound (新增锁、解绑)."""

    __tablename__ = "ca_token"
    __table_args__ = (
        Index(
            "uq_ca_token_bound",
            "handle",
            unique=True,
            sqlite_where=text("removed_at IS NULL"),
            postgresql_where=text("removed_at IS NULL"),
        ),
        Index(None, "account_id"),
        Index(None, "valid_until"),
    )

    id: Mapped[id_pk]
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[KeyKind] = mapped_column(info={"label": "种类"})
    name: Mapped[text40] = mapped_column(info={"label": "名称"})
    handle: Mapped[str] = mapped_column(String(700), info={"label": "标识"})
    """A security key's credential id (base64url), or a certificate's SHA-256 (hex)."""
    public_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0)
    certificate: Mapped[str] = mapped_column(Text, default="")
    subject: Mapped[text200] = mapped_column(default="", info={"label": "持有人"})
    issuer: Mapped[text200] = mapped_column(default="", info={"label": "颁发机构"})
    serial: Mapped[text100] = mapped_column(default="", info={"label": "序列号"})
    valid_until: Mapped[datetime | None] = mapped_column(info={"label": "有效期止"})
    added_at: Mapped[datetime] = mapped_column(info={"label": "绑定时间"})
    used_at: Mapped[datetime | None] = mapped_column(info={"label": "最近使用"})
    removed_at: Mapped[datetime | None] = mapped_column(info={"label": "解绑时间"})
    removed_by: Mapped[str | None] = mapped_column(String(32))

    account: Mapped[Account] = relationship()


class CertificateAuthority(Base):
    """An authority whose certificates a county (``*``: every county) trusts, with its CRL."""

    __tablename__ = "certificate_authority"
    __table_args__ = (UniqueConstraint("fingerprint", "county_code"),)

    id: Mapped[id_pk]
    name: Mapped[text100] = mapped_column(info={"label": "名称"})
    county_code: Mapped[text40] = mapped_column(info={"label": "区县"})
    certificate: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[str] = mapped_column(String(64), info={"label": "指纹"})
    added_at: Mapped[datetime] = mapped_column(info={"label": "登记时间"})
    retired_at: Mapped[datetime | None] = mapped_column(info={"label": "停用时间"})
    crl: Mapped[bytes | None] = mapped_column(LargeBinary)
    crl_issued_at: Mapped[datetime | None] = mapped_column(info={"label": "吊销列表签发时间"})
    crl_expires_at: Mapped[datetime | None] = mapped_column(info={"label": "吊销列表有效期止"})
    crl_loaded_at: Mapped[datetime | None] = mapped_column(info={"label": "吊销列表载入时间"})


class KeyChallenge(Base):
    """A random number to be signed once, for one purpose, within a few minutes."""

    __tablename__ = "key_challenge"
    __table_args__ = (Index(None, "expires_at"),)

    id: Mapped[id_pk]
    purpose: Mapped[text40]
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    about: Mapped[text100] = mapped_column(default="")
    tie: Mapped[str] = mapped_column(String(64))
    """What ties it to the browser that asked: a hash of a secret in that browser's session."""
    challenge: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
