"""Matters (事项): cases that are no project's, listed for those who take part in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, false, or_, select, true
from sqlalchemy.orm import Session

from models.flow.instance import NAMED, Instance
from models.flow.work_item import OPEN_STATES, WorkItem
from models.identity.actor import EVERYWHERE, Actor
from models.identity.names import account_names
from processes import definitions
from processes.access import OVERSEERS
from processes.role_titles import role_titles


@dataclass(frozen=True)
class Standing:
    """Where a case stands: the step that waits longest, for whom, until when."""

    title: str
    who: str
    due_at: Any


def matters_of(actor: Actor) -> Select[Any]:
    """Return the query for the cases in an actor's sight that their flow gives a name."""
    return select(Instance).where(NAMED, scope(actor))


def scope(actor: Actor) -> ColumnElement[bool]:
    """Return the condition under which a case stands in the actor's lists.

    Its page opens to more: to keepers, and to people and parties whom only the case's data names.
    """
    counties = {county for role in OVERSEERS for county in actor.counties_of(role)}
    if EVERYWHERE in counties:
        return true()
    mine = [Instance.started_by == actor.account_id, _takes_part(actor)]
    if counties:
        mine.append(Instance.county_code.in_(sorted(counties)))
    return or_(*mine)


def flow_names(session: Session, cases: Sequence[Instance]) -> dict[str, str]:
    """Return case → title of its flow."""
    return {one.id: definitions.pinned(session, one.definition_id).title for one in cases}


def standings(session: Session, cases: Sequence[Instance]) -> dict[str, Standing]:
    """Return case → where it stands, for those that wait for people: one statement."""
    query = select(WorkItem).where(
        WorkItem.instance_id.in_([one.id for one in cases]), WorkItem.state.in_(OPEN_STATES)
    )
    items = list(session.scalars(query.order_by(WorkItem.opened_at.desc(), WorkItem.id)))
    holders = account_names(session, {one.claimed_by for one in items if one.claimed_by})
    titles = role_titles()
    return {
        one.instance_id: Standing(
            one.title, holders.get(one.claimed_by or "") or titles.get(one.role, ""), one.due_at
        )
        for one in items
    }


def _takes_part(actor: Actor) -> ColumnElement[bool]:
    roles = [
        (WorkItem.role == role) & _place(county) & _whose(actor) for role, county in actor.grants
    ]
    addressed = WorkItem.account_id.is_(None) & or_(false(), *roles)
    mine = (WorkItem.done_by == actor.account_id) | (WorkItem.account_id == actor.account_id)
    items = select(WorkItem.id).where(WorkItem.instance_id == Instance.id, mine | addressed)
    return items.exists()


def _place(county: str) -> ColumnElement[bool]:
    return WorkItem.county_code == county if county != EVERYWHERE else WorkItem.role != ""


def _whose(actor: Actor) -> ColumnElement[bool]:
    free = WorkItem.party_id.is_(None)
    return or_(free, WorkItem.party_id == actor.party_id) if actor.party_id else free
