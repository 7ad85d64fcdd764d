"""Why an owner may not begin a selection yet: evaluations that it owes after their deadline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from models.clock import business_now
from models.flow.rules import RuleMissingError, load_rules
from models.identity.actor import Actor
from models.reviews import Overdue, overdue_of
from processes.open_items import open_items

LOCKS = "evaluation.locks"


@dataclass(frozen=True)
class ReviewLock:
    """What is overdue, and the work item of each by its case."""

    overdue: Sequence[Overdue] = ()
    items: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.overdue)


def review_lock(session: Session, actor: Actor, county: str) -> ReviewLock:
    """Return what keeps this person's organisation from new selections in a county now."""
    if actor.party_id is None or "owner" not in actor.roles or not _locks(session, county):
        return ReviewLock()
    overdue = overdue_of(session, actor.party_id, business_now())
    return ReviewLock(overdue, open_items(session, [one.instance_id for one in overdue]))


def _locks(session: Session, county: str) -> bool:
    try:
        return bool(load_rules(session, county, business_now().date())[LOCKS])
    except RuleMissingError:
        return False  # a county without packs yet starts no selection anyway
