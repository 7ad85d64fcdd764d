"""``/api/v1/projects``: the projects that the caller may see, and what it may see of one."""

from datetime import date
from typing import Any, Literal

from flask import Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from models.clock import iso
from models.project import Project, ProjectPhase, SelectionMethod
from models.session import reading
from processes.disclosure import HiddenProjectError, disclose, line_of, viewer_of
from processes.project_list import READERS, list_announced, list_projects
from processes.project_query import ProjectQuery
from web.access import require_actor
from web.api.pieces import Name, answer, api

blueprint = api("projects", "项目")


class ProjectsQuery(BaseModel):
    """What to list; ``cursor`` is the ``next`` of the page before."""

    q: str = Field("", max_length=100)
    county: str = Field("", max_length=40)
    phase: ProjectPhase | None = None
    method: SelectionMethod | None = None
    since: date | None = None
    until: date | None = None
    sort: Literal["-created", "created", "number", "-number", "price", "-price"] = "-created"
    limit: int = Field(20, ge=1, le=200)
    cursor: str | None = Field(None, max_length=200)


class ProjectPath(BaseModel):
    """Which project."""

    project_id: Name


@blueprint.get("", summary="项目列表")
def index(query: ProjectsQuery) -> Response:
    """List the projects in the caller's scope; for other roles, the announced ones."""
    actor = require_actor()
    wanted = ProjectQuery(**query.model_dump())
    with reading() as session:
        is_reader = bool(actor.roles & READERS)
        page = (
            list_projects(session, actor, wanted) if is_reader else list_announced(session, wanted)
        )
        return answer({"items": [_line(one) for one in page.items], "next": page.next})


@blueprint.get("/<string:project_id>", summary="项目")
def show(path: ProjectPath) -> Response:
    """Return what the caller may see of a project now."""
    with reading() as session:
        project = _project(session, path.project_id)
        return answer(disclose(session, project, viewer_of(require_actor(), project)))


def _project(session: Session, project_id: str) -> Project:
    project = session.get(Project, project_id)
    if project is None:
        raise HiddenProjectError
    return project


def _line(project: Project) -> dict[str, Any]:
    chosen_at = iso(project.selection_at) if project.selection_at else None
    return line_of(project) | {"selection_at": chosen_at}
