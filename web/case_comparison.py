"""What the page of a case tells of its comparison, and to a town of what an agency does for it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from models.flow.work_item import WorkItem
from models.identity.actor import ORGANISER, Actor
from models.project import Management, Project, SelectionMethod
from processes.registration_status import RoundStatus, may_see, rounds


def compared(session: Session, project: Project | None, actor: Actor) -> dict[str, Any] | None:
    """Return the rounds of a comparison to whom its registrations are due; nothing to others."""
    if project is None or project.method is not SelectionMethod.COMPARATIVE_SELECTION:
        return None
    if not may_see(actor, project):
        return None
    found: Sequence[RoundStatus] = rounds(session, [project.id]).get(project.id, [])
    return {"newest": found[0], "earlier": len(found) - 1} if found else None


def entrusted(project: Project | None, waiting: Sequence[WorkItem], actor: Actor) -> str:
    """Return the agency that acts now, to the town that follows it; empty for all others."""
    if project is None or project.management is not Management.ENTRUSTED:
        return ""
    is_town = actor.party_id is not None and actor.party_id == project.owner_id
    theirs = any(item.role == ORGANISER for item in waiting)
    return project.agency.name if is_town and theirs and project.agency else ""
