"""Entrusted projects (委托发包): a town's that an agency carries out, and whose turn it is now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, false, or_, select
from sqlalchemy.orm import Session, joinedload

from models.flow.work_item import OPEN_STATES, WorkItem
from models.identity.actor import Actor
from models.identity.party import Party
from models.project import Management, Project

READERS = ("owner", "agency")


@dataclass(frozen=True)
class Turn:
    """What a project waits for, with whom and until when."""

    title: str
    role: str
    party: str
    due_at: datetime | None


def entrusted_to_or_by(actor: Actor) -> Select[Project]:
    """Return the entrusted projects that the actor's party had entrusted, or carries out."""
    return (
        select(Project)
        .join(Party, Party.id == Project.owner_id)
        .where(Project.management == Management.ENTRUSTED, _is_ours(actor))
        .options(
            joinedload(Project.owner).lazyload(Party.roles),
            joinedload(Project.agency).lazyload(Party.roles),
        )
    )


def _is_ours(actor: Actor) -> ColumnElement[bool]:
    if actor.party_id is None:
        return false()
    ours: list[ColumnElement[bool]] = []
    if "owner" in actor.roles:
        ours.append(Project.owner_id == actor.party_id)
    if "agency" in actor.roles:
        ours.append(Project.agency_id == actor.party_id)
    return or_(*ours) if ours else false()


def turns(session: Session, projects: Sequence[Project]) -> dict[str, Turn]:
    """Return what each project waits for now, the most urgent step first: one statement."""
    query = (
        select(WorkItem, Party.name)
        .outerjoin(Party, Party.id == WorkItem.party_id)
        .where(
            WorkItem.instance_id.in_([one.instance_id for one in projects if one.instance_id]),
            WorkItem.state.in_(OPEN_STATES),
        )
        .order_by(WorkItem.due_at.is_(None), WorkItem.due_at, WorkItem.id)
    )
    found: dict[str, Turn] = {}
    for item, party in session.execute(query):
        turn = Turn(item.title, item.role, party or "", item.due_at)
        found.setdefault(item.instance_id, turn)
    return found
