"""Who else could do a work item: the choice when it is handed over."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.flow.work_item import WorkItem
from models.identity.account import Account, Grant
from models.identity.actor import EVERYWHERE, Actor
from models.identity.party import Party

MOST = 100


@dataclass(frozen=True)
class Colleague:
    """A person who holds the same role for the same party in the same county."""

    id: str
    name: str
    party: str


def colleagues(session: Session, item: WorkItem, actor: Actor) -> list[Colleague]:
    """Return the people to whom this actor may hand the item over, by name."""
    if item.account_id is not None:
        return []
    query = (
        select(Account.id, Account.name, Party.name)
        .join(Grant, Grant.account_id == Account.id)
        .outerjoin(Party, Party.id == Account.party_id)
        .where(
            Account.active,
            Account.id != actor.account_id,
            Grant.role == item.role,
            Grant.county_code.in_((item.county_code, EVERYWHERE)),
        )
        .distinct()
        .order_by(Account.name, Account.id)
        .limit(MOST)
    )
    if item.party_id is not None:
        query = query.where(Account.party_id == item.party_id)
    return [Colleague(*row[:2], row[2] or "") for row in session.execute(query)]
