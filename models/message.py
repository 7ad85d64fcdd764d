"""In-app messages (站内消息): what the platform told one account, word for word."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, UniqueConstraint, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, id_pk, text40
from models.clock import business_now
from models.identity.account import Account
from models.ids import new_id

UNREAD = text("read_at IS NULL")


class InAppMessage(Base):
    """One message for one account; ``key`` is the idempotency key of the act that wrote it.

    No foreign keys: a message is written while others hold the case's row, and must not wait.
    """

    __tablename__ = "in_app_message"
    __table_args__ = (
        UniqueConstraint("account_id", "key"),
        Index("ix_in_app_message_account", "account_id", "sent_at", "id"),
        Index(
            "ix_in_app_message_unread",
            *("account_id", "sent_at"),
            sqlite_where=UNREAD,
            postgresql_where=UNREAD,
        ),
    )

    id: Mapped[id_pk]
    account_id: Mapped[str] = mapped_column(String(32))
    key: Mapped[str] = mapped_column(String(100))
    template: Mapped[text40] = mapped_column(info={"label": "模板"})
    text: Mapped[str] = mapped_column(String(500), info={"label": "内容"})
    instance_id: Mapped[str | None] = mapped_column(String(32))
    sent_at: Mapped[datetime] = mapped_column(info={"label": "时间"})
    read_at: Mapped[datetime | None] = mapped_column(info={"label": "已读"})


def write(
    session: Session,
    accounts: Iterable[str],
    *,
    key: str,
    template: str,
    words: str,
    instance_id: str | None,
) -> None:
    """Tell these accounts; whoever was told under the same key is not told again."""
    common: Mapping[str, Any] = {
        "key": key[:100],
        "template": template[:40],
        "text": words[:500],
        "instance_id": instance_id,
        "sent_at": business_now(),
        "read_at": None,
    }
    rows = [{"id": new_id(), "account_id": account, **common} for account in sorted(set(accounts))]
    if not rows:
        return
    postgres = session.get_bind().dialect.name == "postgresql"
    insert: Any = postgresql.insert if postgres else sqlite.insert
    once = insert(InAppMessage).on_conflict_do_nothing(index_elements=("account_id", "key"))
    session.connection().execute(once, rows)


def write_to_party(
    session: Session, party_id: str, *, key: str, template: str, words: str, instance_id: str | None
) -> None:
    """Tell every account of an organisation."""
    accounts = session.scalars(
        select(Account.id).where(Account.party_id == party_id, Account.active)
    )
    write(session, accounts, key=key, template=template, words=words, instance_id=instance_id)
