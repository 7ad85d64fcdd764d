"""What the public may see of a project: nothing before its first notice, then by allow-list."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import business_now
from models.notice import Notice
from models.project import Project
from processes.disclosure import HiddenProjectError, Viewer, disclose
from processes.open_data.results import results_of


def public_project(session: Session, project_id: str) -> dict[str, Any]:
    """Return a project's public facts, its notices (as rows) and its published draws."""
    project = session.get(Project, project_id)
    notices = _notices(session, project_id) if project else []
    if project is None or not notices:
        raise HiddenProjectError
    shown = disclose(session, project, Viewer.PUBLIC)
    draws = [draw.id for draw in results_of(session, project.id)]
    return {**shown, "notices": notices, "draws": draws}


def _notices(session: Session, project_id: str) -> list[Notice]:
    query = select(Notice).where(
        Notice.project_id == project_id, Notice.published_at <= business_now()
    )
    return list(session.scalars(query.order_by(Notice.published_at)))
