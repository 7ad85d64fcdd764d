"""Guardians and masks: what is hidden until when, and who keeps the keys; never a key itself."""

from typing import Any

from admin.projects import NamesProjects
from admin.view import AUDIT, SYSTEM, LookView


class GuardianView(LookView):
    """Guardians' names and public keys."""

    slug = "guardians"
    icon = "bi-key"
    roles = frozenset({SYSTEM, AUDIT})
    note = "守密人用命令 smallworks guardian 设立和更换；私钥不在数据库里，这里只有公钥。"
    shown = ("title", "name", "kid", "is_local", "retired_at")
    more = ("public_key",)
    labels = {
        "title": "名称",
        "name": "标识",
        "kid": "密钥编号",
        "is_local": "在本机",
        "retired_at": "停用时间",
        "public_key": "公钥",
    }
    column_default_sort = ("name", False)


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
