"""The names of projects on a page of rows: one statement for the page."""

from collections.abc import Iterable
from typing import Any

from flask import g
from sqlalchemy import select

from admin.view import READING
from admin.words import in_words
from models.project import Project


class NamesProjects:
    """A screen with the column ``project``, filled from ``project_id``."""

    def get_list(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Return a page of rows, the names of their projects fetched with it."""
        count, rows = super().get_list(*args, **kwargs)  # type: ignore[misc]
        _remember(row.project_id for row in rows)
        return count, rows

    def project_name(self, project_id: str | None) -> str:
        """Return number and title of a project."""
        if project_id and project_id not in g.setdefault("project_names", {}):
            _remember([project_id])
        return in_words(project_id and g.project_names.get(project_id))


def _remember(ids: Iterable[str | None]) -> None:
    query = select(Project.id, Project.number, Project.title).where(
        Project.id.in_({one for one in ids if one})
    )
    names = {row.id: f"{row.number} {row.title}" for row in READING.execute(query)}
    g.setdefault("project_names", {}).update(names)
