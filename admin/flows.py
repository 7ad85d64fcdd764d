"""Running cases and the definitions they run on; a case is held, resumed or retried, not edited."""

from collections.abc import Mapping
from typing import Any

from flask import Response, current_app, g, redirect, render_template, request
from flask_admin import expose
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from wtforms import Form, StringField, validators

from admin.editing import REQUIRED, Answer, EditView
from admin.projects import NamesProjects
from admin.view import AUDIT, READING, SYSTEM, LookView
from admin.words import choices, in_words
from models.errors import NotFoundError
from models.flow.definition import Definition, DefinitionStatus
from models.flow.instance import Instance, InstanceStatus
from models.flow.work_item import WorkItem
from processes.definitions import diagram
from processes.engine import ProcessEngine
from processes.history import history, trail
from processes.role_titles import role_titles

VERBS: Mapping[str, str] = {"suspend": "暂停", "resume": "恢复", "retry": "重试"}
OFFERED: Mapping[InstanceStatus, tuple[str, ...]] = {
    InstanceStatus.RUNNING: ("suspend",),
    InstanceStatus.SUSPENDED: ("resume",),
    InstanceStatus.FAILED: ("retry",),
}


class ReasonForm(Form):
    """Why a case is held or let go on."""

    reason = StringField("理由", [REQUIRED, validators.Length(max=200)])


class InstanceView(NamesProjects, EditView):
    """Cases: where they stand, who did what when, and what holds them."""

    slug = "instances"
    icon = "bi-diagram-2"
    roles = frozenset({SYSTEM})
    note = (
        "办件由流程推动，这里不能改动内容；出现故障时，排除原因后点“重试”；"
        "流程改错了的，由流程发布员把案卷迁移到改好的版本，再点“重试”。"
    )
    shown = ("definition.title", "project", "county_code", "status", "created_at", "next_check")
    more = ("id", "version", "failure", "ended_at", "definition.key", "definition.version")
    labels = {
        "definition.title": "流程",
        "definition.key": "流程标识",
        "definition.version": "流程版本",
        "project": "项目",
        "id": "编号",
    }
    choices = {"status": choices(InstanceStatus)}
    column_searchable_list = ("id", "project_id")
    column_default_sort = ("created_at", True)
    details_template = "keeper/instance.html"

    def get_query(self) -> Any:  # noqa: ANN401
        """Return cases with their definitions."""
        return super().get_query().options(joinedload(Instance.definition))

    def get_one(self, id: str) -> Any:  # noqa: A002, ANN401
        """Return one case with its definition."""
        query = select(Instance).where(Instance.id == id).options(joinedload(Instance.definition))
        return READING.scalar(query)

    def cell(self, model: Any, name: str) -> str:  # noqa: ANN401
        """Name the project of a case."""
        if name == "project":
            return self.project_name(model.project_id)
        return super().cell(model, name)

    @expose("/details/")
    def details_view(self) -> Answer:
        """Show where a case stands and its trail."""
        case = self.get_one(request.args.get("id", ""))
        if case is None:
            raise NotFoundError
        items = select(WorkItem).filter_by(instance_id=case.id).order_by(WorkItem.opened_at)
        return str(
            self.render(
                self.details_template,
                model=case,
                details_columns=self._details_columns,
                get_value=self.get_detail_value,
                lines=history(READING(), case.id),
                items=READING.scalars(items).all(),
                role_titles=role_titles(),
                trail=_trail(case),
                verbs=[(verb, VERBS[verb]) for verb in OFFERED.get(case.status, ())],
            )
        )

    @expose("/diagram.bpmn")
    def diagram(self) -> Response:
        """Return the diagram of the version the case runs on, for the page's own script."""
        case = self.get_one(request.args.get("id", ""))
        if case is None:
            raise NotFoundError
        response = Response(diagram(READING(), case.definition_id), mimetype="application/xml")
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response.headers["Content-Disposition"] = 'attachment; filename="diagram.bpmn"'
        return response

    @expose("/<any(suspend, resume, retry):verb>/", methods=("GET", "POST"))
    def intervene(self, verb: str) -> Answer:
        """Ask why, then hold a case, let it go on, or try its failed step again."""
        case = self.get_one(request.args.get("id", ""))
        if case is None:
            raise NotFoundError
        form = ReasonForm(request.form)
        if request.method == "POST" and form.validate():
            self._intervene(verb, case.id, str(form.reason.data))
            return redirect(self.get_url(".details_view", id=case.id), 303)
        page = render_template(
            self.form_template,
            form=form,
            title=f"{VERBS[verb]}办件",
            subject=f"{case.definition.title} {self.cell(case, 'project')}",
            error="",
            back=self.get_url(".details_view", id=case.id),
            admin_view=self,
        )
        return (page, 422) if form.errors else page

    def _intervene(self, verb: str, instance_id: str, reason: str) -> None:
        def act(session: Session) -> str:
            engine = ProcessEngine(session, settings=current_app.extensions["settings"])
            getattr(engine, verb)(instance_id, actor=g.actor, reason=reason)
            return f"{VERBS[verb]}办件 {instance_id}：{reason}"

        self.act("admin.changed", act)


def _trail(case: Instance) -> dict[str, list[str]]:
    """Return what is done and current; nothing when the stored state cannot be read."""
    try:
        return trail(READING(), case)
    except Exception:  # noqa: BLE001 - the page must open above all when the case is broken
        return {}


class DefinitionView(LookView):
    """Versions of flows; they are made and published in the workbench."""

    slug = "definitions"
    icon = "bi-diagram-3"
    roles = frozenset({SYSTEM, AUDIT})
    note = "流程在流程工作台编制和发布，已发布的版本不再改动。"
    shown = ("title", "key", "county_code", "version", "status", "published_at")
    more = ("created_at", "diagram", "findings")
    labels = {"diagram": "流程图校验值", "findings": "检查结果"}
    choices = {"status": choices(DefinitionStatus)}
    column_searchable_list = ("title", "key")
    column_default_sort = ("created_at", True)

    def cell(self, model: Definition, name: str) -> str:  # type: ignore[override]
        """Write the findings as sentences."""
        if name == "findings":
            return in_words("；".join(found.get("message", "") for found in model.findings))
        return super().cell(model, name)
