"""Names of people for what is shown of their acts."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.identity.account import Account


def account_names(session: Session, ids: Collection[str | None]) -> dict[str, str]:
    """Return account id → name: one statement, none when nobody is asked for."""
    if not ids:
        return {}
    rows = session.execute(select(Account.id, Account.name).where(Account.id.in_(ids)))
    return {row.id: row.name for row in rows}
