"""Links by which a person sets the own password: made for one account, used once, for one day."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, id_pk
from models.clock import system_now
from models.errors import InvalidError, NotFoundError
from models.identity import credentials
from models.identity.account import Account
from models.identity.loading import hash_token
from models.identity.security import note
from models.ids import random_bytes

LASTS = timedelta(days=1)


class PasswordLink(Base):
    """One link, stored as a hash: whoever reads the table cannot use it."""

    __tablename__ = "password_link"

    id: Mapped[id_pk]
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_by: Mapped[str] = mapped_column(String(32))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class LinkSpentError(NotFoundError):
    """The link is unknown, used or too old: the same words for all three."""

    message = "这个链接无效、已用过或已过期，密码没有修改。请向本单位账号管理员另要一个。"


class PasswordsDifferError(InvalidError):
    """The password was not typed the same way twice."""

    message = "两次输入的密码不一致，请重新输入。"


def make_link(session: Session, account: Account, made_by: str) -> str:
    """Return a fresh token for an account; those made before stop working."""
    former = update(PasswordLink).where(
        PasswordLink.account_id == account.id, PasswordLink.used_at.is_(None)
    )
    now = system_now()
    session.execute(former.values(used_at=now))
    token = random_bytes(32).hex()
    session.add(
        PasswordLink(
            account_id=account.id,
            token_hash=hash_token(token),
            made_by=made_by,
            expires_at=now + LASTS,
        )
    )
    session.flush()
    return token


def account_of(session: Session, token: str) -> Account:
    """Return whose password a link sets; raise when it sets none any more."""
    return session.get_one(Account, _live(session, token).account_id)


def use_link(session: Session, token: str, password: str, again: str, address: str) -> Account:
    """Set the password and spend the link; every session of the account ends."""
    link = _live(session, token)
    account = session.get_one(Account, link.account_id)
    if password != again:
        raise PasswordsDifferError(fields={"again": PasswordsDifferError.message})
    credentials.set_password(account, password)
    _spend(session, link)
    account.failed_logins, account.locked_until = 0, None
    note(session, "password.set_by_link", account.username, address)
    return account


def _spend(session: Session, link: PasswordLink) -> None:
    """Spend a link; of two who come with it at once one is told that it is spent."""
    unused = update(PasswordLink).where(PasswordLink.id == link.id, PasswordLink.used_at.is_(None))
    spent = session.execute(unused.values(used_at=system_now()).returning(PasswordLink.id))
    if spent.first() is None:
        raise LinkSpentError


def _live(session: Session, token: str) -> PasswordLink:
    link = session.query(PasswordLink).filter_by(token_hash=hash_token(token)).one_or_none()
    if link is None or link.used_at is not None or link.expires_at <= system_now():
        raise LinkSpentError
    if not session.get_one(Account, link.account_id).active:
        raise LinkSpentError
    return link
