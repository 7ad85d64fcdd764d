"""Requests about a project on the page of its case: what may be asked, what was asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, current_app, flash, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from models.errors import InvalidError
from models.flow.instance import Instance
from models.identity.actor import Actor
from models.identity.names import account_names
from models.project import Project
from models.project_request import (
    STATE_TITLES,
    ProjectRequest,
    RequestState,
    requests_about,
    title_of,
)
from models.session import reading, unit_of_work
from processes import taking_back
from processes.access import OVERSEERS
from processes.history import case_view
from web.access import guard, require_actor
from web.work_item import engine, next_item

blueprint = Blueprint("case_requests", __name__, url_prefix="/cases")
guard(blueprint, signed_in=True)

TONES = {
    RequestState.OPEN: ("info", "bi-circle-half"),
    RequestState.APPROVED: ("info", "bi-check2"),
    RequestState.REFUSED: ("late", "bi-x-circle"),
    RequestState.APPLIED: ("ok", "bi-check-circle"),
    RequestState.LATE: ("warn", "bi-clock-history"),
    RequestState.WITHDRAWN: ("idle", "bi-arrow-counterclockwise"),
}


class NoActionChosenError(InvalidError):
    """The form came without an action."""

    message = "还没有选择要办理的事项，请在案卷页点选一项。"


@dataclass(frozen=True)
class Asked:
    """One request as the page lists it; ``address`` is empty for whom it is no business."""

    title: str
    state: str
    tone: str
    icon: str
    who: str
    at: datetime
    address: str


@blueprint.post("/<instance_id>/requests")
def begin(instance_id: str) -> ResponseReturnValue:
    """Begin the chosen request about a case and open its first step."""
    actor, flow = require_actor(), request.form.get("flow", "")
    with unit_of_work() as session:
        about = case_view(session, instance_id, actor).instance
        if not flow:
            raise NoActionChosenError
        data = {"about": about.id}
        begun = engine(session).start(flow, about.county_code, data, actor=actor)
    with reading() as session:
        first = next_item(session, begun.id, actor)
    flash("已开始办理，填写的内容会自动保存。", "ok")
    return redirect(f"/work-items/{first.id}" if first else f"/cases/{begun.id}", 303)


@blueprint.post("/<instance_id>/take-back")
def take_back(instance_id: str) -> ResponseReturnValue:
    """Withdraw the request of a case before it is decided."""
    settings = current_app.extensions["settings"]
    with unit_of_work() as session:
        taking_back.take_back(session, settings, instance_id, actor=require_actor())
    flash("申请已撤回，项目按原公告继续。", "ok")
    return redirect(f"/cases/{instance_id}", 303)


def asked_about(
    session: Session, case: Instance, project: Project | None, actor: Actor
) -> Sequence[Asked]:
    """Return what was asked about a project's case, the newest first."""
    if project is None:
        return []
    rows = requests_about(session, case.id)
    names = account_names(session, {row.requested_by for row in rows})
    return [_line(row, project, actor, names.get(row.requested_by, "")) for row in rows]


def _line(row: ProjectRequest, project: Project, actor: Actor, who: str) -> Asked:
    tone, icon = TONES[row.state]
    own = actor.account_id == row.requested_by or (
        actor.party_id is not None and actor.party_id == project.owner_id
    )
    oversees = any(actor.holds(role, project.county_code) for role in OVERSEERS)
    return Asked(
        title=f"{title_of(row.kind)}申请",
        state=STATE_TITLES[row.state],
        tone=tone,
        icon=icon,
        who=who,
        at=row.closed_at or row.requested_at,
        address=f"/cases/{row.instance_id}" if own or oversees else "",
    )
