"""In-app messages (站内消息): what the platform told one account, word for word."""

from collections.abc import Collection
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Index, String, func, literal, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, text40, text200
from models.clock import business_now
from models.identity.account import Account

UNREAD = text("read_at IS NULL")
MOST_COUNTED = 100
COLUMNS = ("account_id", "id", "template", "text", "link", "sent_at")


class InAppMessage(Base):
    """One message for one account; ``id`` follows from the idempotency key of the act.

    No foreign keys: a message is written while others hold the case's row, and must not wait.
    """

    __tablename__ = "in_app_message"
    __table_args__ = (
        Index("ix_in_app_message_account", "account_id", "sent_at", "id"),
        Index(
            "ix_in_app_message_unread",
            "account_id",
            sqlite_where=UNREAD,
            postgresql_where=UNREAD,
        ),
    )

    account_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    template: Mapped[text40] = mapped_column(info={"label": "模板"})
    text: Mapped[str] = mapped_column(String(500), info={"label": "内容"})
    link: Mapped[text200] = mapped_column(default="")
    sent_at: Mapped[datetime] = mapped_column(info={"label": "时间"})
    read_at: Mapped[datetime | None] = mapped_column(info={"label": "已读"})


def tell_accounts(
    session: Session,
    accounts: Collection[str],
    *,
    key: str,
    template: str,
    words: str,
    link: str = "",
) -> None:
    """Tell these accounts; whoever was told under the same key is not told again."""
    if accounts:
        _write(session, Account.id.in_(set(accounts)), key, (template, words, link))


def tell_party(
    session: Session, party_id: str, *, key: str, template: str, words: str, link: str = ""
) -> None:
    """Tell every account of an organisation, in one statement."""
    _write(session, Account.party_id == party_id, key, (template, words, link))


def unread_of(
    account_id: str | BindParameter[str],
) -> Any:  # noqa: ANN401 - a scalar subquery keeps its own type
    """Return the subquery that counts an account's unread messages, up to ``MOST_COUNTED``."""
    mine = select(InAppMessage.id).where(
        InAppMessage.account_id == account_id, InAppMessage.read_at.is_(None)
    )
    bounded = mine.limit(MOST_COUNTED).subquery()
    return select(func.count()).select_from(bounded).scalar_subquery()


def _write(
    session: Session, whom: ColumnElement[bool], key: str, content: tuple[str, str, str]
) -> None:
    template, words, link = content
    given = (
        sha256(key.encode()).hexdigest()[:32],
        template[:40],
        words[:500],
        link[:200],
    )
    moment = literal(business_now(), InAppMessage.sent_at.type)
    rows = select(Account.id, *map(literal, given), moment).where(whom, Account.active)
    postgres = session.get_bind().dialect.name == "postgresql"
    insert: Any = postgresql.insert if postgres else sqlite.insert
    once = insert(InAppMessage).from_select(COLUMNS, rows).on_conflict_do_nothing()
    session.connection().execute(once)
