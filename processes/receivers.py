"""Who is told about an item: whoever holds it, or everybody who could do it; leaders by role."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.flow.work_item import WorkItem
from models.identity.account import Account, Grant
from models.identity.actor import EVERYWHERE


@dataclass(frozen=True)
class Receiver:
    """An account that is told, and the number it is told by (or nothing)."""

    account_id: str
    party_id: str | None
    mobile: str


@dataclass(frozen=True)
class Receivers:
    """The accounts that matter for one page of items, read in two statements."""

    people: dict[str, Receiver]
    holders: dict[tuple[str, str], list[Receiver]]

    def doers(self, item: WorkItem) -> list[Receiver]:
        """Return the named person, else the party's people in the role, else all in the role."""
        named = item.claimed_by or item.account_id
        if named:
            return [self.people[named]] if named in self.people else []
        holders = self._holders(item.role, item.county_code)
        return [one for one in holders if item.party_id in {None, one.party_id}]

    def leaders(self, item: WorkItem) -> list[Receiver]:
        """Return who is told when the item is late."""
        return self._holders(item.escalate_role, item.county_code)

    def _holders(self, role: str, county: str) -> list[Receiver]:
        found = [one for code in (county, EVERYWHERE) for one in self.holders.get((role, code), [])]
        return list({one.account_id: one for one in found}.values())


def receivers_of(session: Session, items: Sequence[WorkItem]) -> Receivers:
    """Return everybody who may have to be told about these items."""
    return Receivers(_people(session, items), _held(session, items))


def _people(session: Session, items: Iterable[WorkItem]) -> dict[str, Receiver]:
    ids = {named for item in items if (named := item.claimed_by or item.account_id)}
    query = select(Account.id, Account.party_id, Account.mobile).where(
        Account.id.in_(ids), Account.active
    )
    return {row.id: Receiver(*row) for row in session.execute(query)} if ids else {}


def _held(session: Session, items: Iterable[WorkItem]) -> dict[tuple[str, str], list[Receiver]]:
    wanted = sorted({place for item in items for place in _wanted(item)})
    if not wanted:
        return {}
    query = (
        select(Grant.role, Grant.county_code, Account.id, Account.party_id, Account.mobile)
        .join(Account, Account.id == Grant.account_id)
        .where(Account.active, or_(*(_place(*one) for one in wanted)))
        .order_by(Account.id)
    )
    found: dict[tuple[str, str], list[Receiver]] = {}
    for role, county, account, of, mobile in session.execute(query):
        found.setdefault((role, county), []).append(Receiver(account, of, mobile))
    return found


def _wanted(item: WorkItem) -> Iterator[tuple[str, str, str]]:
    """Yield role, county and party of those who may be told; any party where none is named."""
    if not (item.claimed_by or item.account_id):
        yield item.role, item.county_code, item.party_id or ""
    if item.escalate_role:
        yield item.escalate_role, item.county_code, ""


def _place(role: str, county: str, party: str) -> Any:  # noqa: ANN401 - a condition
    here = (Grant.role == role) & Grant.county_code.in_((county, EVERYWHERE))
    return here & (Account.party_id == party) if party else here
