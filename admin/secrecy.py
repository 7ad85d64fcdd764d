"""Masks: what is hidden about which project, until when, by which article."""

from typing import Any

from admin.projects import NamesProjects
from admin.view import AUDIT, SYSTEM, LookView


class MaskView(NamesProjects, LookView):
    """What is hidden about which project, until when, by which article."""

    slug = "masks"
    icon = "bi-eye-slash"
    roles = frozenset({SYSTEM, AUDIT})
    note = "屏蔽由流程图中的服务任务设定和解除。"
    shown = ("project", "field", "until", "article", "set_at", "lifted_at")
    labels = {"project": "项目"}
    column_default_sort = ("set_at", True)
    can_view_details = False

    def cell(self, model: Any, name: str) -> str:  # noqa: ANN401
        """Name the project."""
        if name == "project":
            return self.project_name(model.project_id)
        return super().cell(model, name)
