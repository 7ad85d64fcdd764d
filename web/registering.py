"""Registering for a comparison (报名): confirm the project, fill in a contact, get the receipt."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from models.clock import business_now
from models.identity.actor import Actor
from models.identity.party import Party
from models.project import Project, SelectionMethod
from models.roster import eligibility
from models.roster.eligibility import Reason
from models.selection import interests, registration_words
from models.selection.tables import Draw
from models.session import reading
from models.settings import Settings
from processes.disclosure import HiddenProjectError, is_announced
from processes.finding import notice_of
from processes.open_data.masks import mask_texts
from web.access import guard, require_actor
from web.case_parts import summary

blueprint = Blueprint("registering", __name__, url_prefix="/registrations/new")
guard(blueprint, roles=("contractor",))


@dataclass(frozen=True)
class Fitness:
    """Every condition as it is now, and those that hold now and will not at the close."""

    reasons: Sequence[Reason]
    ending: Sequence[Reason]

    @property
    def fits(self) -> bool:
        """Whether every condition is met today."""
        return all(one.holds for one in self.reasons)


@blueprint.get("/<project_id>")
def show(project_id: str) -> ResponseReturnValue:
    """Show the project to be confirmed and the form; the answer to it is the receipt."""
    actor = require_actor()
    with reading() as session:
        project = _project(session, project_id)
        if project.method is not SelectionMethod.COMPARATIVE_SELECTION:
            return redirect(url_for("find_projects.index", _anchor=f"p-{project.id}"), 303)
        draw, _ = interests.current_draw(session, project.id, actor)
        return render_template("contractor/register.html", **_shown(session, project, draw, actor))


def _project(session: Session, project_id: str) -> Project:
    project = session.get(Project, project_id)
    if project is None or not is_announced(session, project.id):
        raise HiddenProjectError
    return project


def _shown(session: Session, project: Project, draw: Draw, actor: Actor) -> dict[str, object]:
    settings: Settings = current_app.extensions["settings"]
    party = interests.party_of(session, actor)
    return {
        "project": project,
        "draw": draw,
        "party": party,
        "notice_id": notice_of(session, project.id),
        "facts": summary(session, project, actor),
        "fitness": _fitness(session, party, project, draw),
        "remedy": registration_words.remedy,
        "has_registered": interests.own_row(session, settings, draw, party) is not None,
        "masks": mask_texts(session, project.id),
    }


def _fitness(session: Session, party: Party, project: Project, draw: Draw) -> Fitness:
    now = eligibility.assess(session, party.id, project, business_now())
    at_close = eligibility.assess(session, party.id, project, draw.freeze_at or business_now())
    pairs = zip(now, at_close, strict=True)
    return Fitness(now, [later for one, later in pairs if one.holds and not later.holds])
