"""What may be asked about a project from its case page: flows whose diagram says so."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from models.case_action import (
    OWNER,
    WINNER,
    NotYourOfficeError,
    NotYourProjectError,
    WrongPhaseError,
    check_action,
    project_about,
)
from models.errors import SmallworksError
from models.flow.instance import Instance
from models.identity.actor import ORGANISER, Actor
from models.project import Project, ProjectPhase
from processes.definitions import Pinned
from processes.starting import in_force

STILL_TO_COME = (
    ProjectPhase.PREPARING,
    ProjectPhase.ANNOUNCED,
    ProjectPhase.PAUSED,
    ProjectPhase.FROZEN,
    ProjectPhase.BIDDING,
    ProjectPhase.BIDS_CLOSED,
    ProjectPhase.REGISTRATION_CLOSED,
    ProjectPhase.REVIEWED,
)
"""Phases in which it helps to know what may be asked later or no more; after them it is noise."""


@dataclass(frozen=True)
class CaseAction:
    """A flow that the actor's role begins; ``refusal`` says why it cannot be begun now."""

    flow: str
    title: str
    refusal: str = ""


def actions_on(
    session: Session, case: Instance, project: Project, actor: Actor
) -> list[CaseAction]:
    """Return what this actor may ask about a project, what is possible now first."""
    if project.instance_id != case.id:
        return []
    county = project.county_code
    found = [
        _action(session, version, case, project, actor)
        for version in in_force(session, county)
        if version.phases and any(actor.holds(role, county) for role in version.starters)
    ]
    return sorted(filter(None, found), key=lambda one: (bool(one.refusal), one.title))


def _action(
    session: Session, version: Pinned, case: Instance, project: Project, actor: Actor
) -> CaseAction | None:
    try:
        check_action(
            session,
            case,
            project,
            actor,
            title=version.title,
            starters=version.starters,
            phases=version.phases,
        )
    except (NotYourProjectError, NotYourOfficeError):
        return None
    except WrongPhaseError as error:
        is_over = project.phase not in STILL_TO_COME
        return None if is_over else CaseAction(version.key, version.title, error.text)
    except SmallworksError as error:
        return CaseAction(version.key, version.title, error.text)
    return CaseAction(version.key, version.title)


def bound(session: Session, version: Pinned, county: str, about: object) -> dict[str, Any]:
    """Return the case data of a request: the project it is about, and that project's parties.

    The winner is bound only where the winner itself asks: before the result nobody may learn it.
    """
    _, project = project_about(session, about, county)
    parties = {OWNER: project.owner_id}
    if project.management is not None:
        parties[ORGANISER] = project.organiser_id
    if WINNER in version.starters and project.winner_id:
        parties[WINNER] = project.winner_id
    return {"project": project.id, "parties": parties}
