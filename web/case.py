"""One case (案卷): summary, who did what when, documents, notices, log entries, its diagram."""

from collections.abc import Sequence

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import business_now
from models.flow.work_item import WorkItem
from models.identity.actor import Actor
from models.notice import NOTICE_TITLES, Notice
from models.project import Project
from models.session import reading
from processes import access, definitions
from processes.about import matter
from processes.after_award import after_award
from processes.case_actions import actions_on
from processes.documents import visible_documents
from processes.history import case_view
from processes.letters.owed import owed_letters
from processes.taking_back import may_take_back
from processes.undelivered import undelivered
from processes.withdrawal import may_withdraw
from web.access import guard, require_actor
from web.case_comparison import compared, entrusted
from web.case_parts import progress, special_parts, summary
from web.case_requests import asked_about
from web.log_words import entries_about
from web.work_item import next_item

blueprint = Blueprint("case", __name__, url_prefix="/cases")
guard(blueprint, signed_in=True)


@blueprint.get("/<instance_id>")
def show(instance_id: str) -> ResponseReturnValue:
    """Show a case to somebody who takes part in it."""
    actor = require_actor()
    with reading() as session:
        view = case_view(session, instance_id, actor)
        project = _project(session, view.instance.project_id)
        return render_template(
            "case/show.html",
            view=view,
            project=project,
            facts=summary(session, project, actor)
            or matter(session, instance_id, view.definition.key),
            documents=visible_documents(session, view.instance, actor),
            lines=progress(session, view.history, view.items),
            notices=_notices(session, project),
            notice_titles=NOTICE_TITLES,
            entries=entries_about(session, [instance_id, *([project.id] if project else [])]),
            actions=actions_on(session, view.instance, project, actor) if project else [],
            asked=asked_about(session, view.instance, project, actor),
            may_take_back=may_take_back(session, instance_id, actor),
            undelivered=undelivered(session, instance_id),
            mine=_mine(view.items, actor),
            following=next_item(session, instance_id, actor),
            owed=owed_letters(session, instance_id),
            may_withdraw=may_withdraw(session, view.instance, actor),
            after=after_award(session, view.instance, project, actor),
            **special_parts(session, view.instance, project, actor),
            compared=compared(session, project, actor),
            entrusted=entrusted(project, view.items, actor),
            is_for=access.is_for,
            now=business_now(),
        )


@blueprint.get("/<instance_id>/owed")
def owed(instance_id: str) -> ResponseReturnValue:
    """Return what the case still waits for; once it is there, the page draws itself anew."""
    with reading() as session:
        case_view(session, instance_id, require_actor())
        letters = owed_letters(session, instance_id)
    page = render_template("case/_owed.html", owed=letters, case_id=instance_id)
    return page, 200, {} if letters else {"HX-Refresh": "true"}


@blueprint.get("/<instance_id>/diagram.bpmn")
def diagram_file(instance_id: str) -> Response:
    """Return the diagram of the version the case runs on."""
    with reading() as session:
        view = case_view(session, instance_id, require_actor())
        data = definitions.diagram(session, view.instance.definition_id)
    response = Response(data, mimetype="application/xml")
    # fetched by a script, never opened as a page: a diagram is somebody's upload
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Content-Disposition"] = 'attachment; filename="diagram.bpmn"'
    return response


def _project(session: Session, project_id: str | None) -> Project | None:
    return session.get(Project, project_id) if project_id else None


def _mine(items: Sequence[WorkItem], actor: Actor) -> list[WorkItem]:
    return [item for item in items if access.is_for(actor, item)]


def _notices(session: Session, project: Project | None) -> list[Notice]:
    if project is None:
        return []
    query = select(Notice).where(
        Notice.project_id == project.id, Notice.published_at <= business_now()
    )
    return list(session.scalars(query.order_by(Notice.published_at)))
