"""What the public may see of a project: an allow-list, and nothing before its first notice."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models.clock import business_now, iso
from models.errors import NotFoundError
from models.notice import Notice
from models.project import Project
from processes.open_data.results import results_of


class ProjectMissingError(NotFoundError):
    """No such project, or nothing of it is public yet: the same words for both."""

    message = "没有找到这个项目，或者它还没有发布公告。请从公告列表重新查找。"


def public_project(session: Session, project_id: str) -> dict[str, Any]:
    """Return a project's public facts, its notices (as rows) and its published draws."""
    project = session.get(Project, project_id, options=[joinedload(Project.winner)])
    notices = _notices(session, project_id) if project else []
    if project is None or not notices:
        raise ProjectMissingError
    draws = results_of(session, project.id)
    return {
        "id": project.id,
        "number": project.number,
        "title": project.title,
        "county": project.county_code,
        "owner": project.owner.name,
        "works_type": project.works_type,
        "method": project.method.value,
        "phase": project.phase.value,
        "ceiling_price": project.ceiling_price,
        "selection_at": iso(project.selection_at) if project.selection_at else None,
        "winner": project.winner.name if project.winner and draws else None,
        "notices": notices,
        "draws": [draw.id for draw in draws],
    }


def _notices(session: Session, project_id: str) -> list[Notice]:
    query = select(Notice).where(
        Notice.project_id == project_id, Notice.published_at <= business_now()
    )
    return list(session.scalars(query.order_by(Notice.published_at)))
