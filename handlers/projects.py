"""Projects: registered with a number from the owner's requirement, moved on as the flow says."""

from dataclasses import dataclass, field

from sqlalchemy import select

from handlers.case_project import project_of
from handlers.context import OperatorContext
from handlers.evaluations import check_done
from handlers.registry import operator
from models.errors import ConflictError, InvalidError
from models.identity.party import Party
from models.numbering import next_number
from models.project import Project, ProjectPhase, SelectionMethod

OWNER = "owner"
EDITABLE = (ProjectPhase.DRAFT, ProjectPhase.INTAKE)
PREFIX = "project.number_prefix"


class OwnerMissingError(ConflictError):
    """No owner has been assigned in the case."""

    message = "本案没有登记项目业主，请流程分析员在登记项目之前加上“登记角色的单位”。"


class PhaseUnknownError(InvalidError):
    """The diagram names a phase that does not exist."""

    message = "没有名为“{phase}”的项目状态，请流程分析员改正流程图。"


@dataclass(frozen=True, kw_only=True)
class ProjectParams:
    """The requirement as the owner filled it in."""

    title: str = field(metadata={"label": "项目名称"})
    works_type: str = field(metadata={"label": "施工类别"})
    ceiling_price: int = field(metadata={"label": "最高限价（分）"})
    location: str = field(metadata={"label": "建设地点"})
    scope: str = field(metadata={"label": "施工内容"})
    duration_days: int = field(metadata={"label": "计划工期（日历天）"})
    funding: str = field(metadata={"label": "资金来源"})
    method: str = field(default="", metadata={"label": "选取方式（不填按流程）", "of": "method"})


@operator("project.register", title="登记项目并编号")
def register(params: ProjectParams, context: OperatorContext) -> str:
    """Return the id of the case's project: numbered once, corrected by a resubmission."""
    project = context.session.scalar(
        select(Project).where(Project.instance_id == context.case.instance_id)
    )
    is_new = project is None
    if project is None:
        project = new_project(context)
    if project.phase in EDITABLE:
        _fill(project, params, params.method or context.case.method)
    context.session.flush()
    action = "project:registered" if is_new else "project:resubmitted"
    context.log(action, project.id, after={"number": project.number})
    return project.id


def new_project(context: OperatorContext) -> Project:
    """Return a new project of the case, numbered and owned; its requirement is still to come."""
    owner_id = context.case.parties.get(OWNER)
    owner = owner_id and context.session.get(Party, owner_id)
    if not owner:
        raise OwnerMissingError
    # cases begun beforehand and left empty would be a store of ways round the lock
    check_done(context, owner.id)
    project = Project(
        number=_next_number(context),
        county_code=context.case.county,
        owner_id=owner.id,
        instance_id=context.case.instance_id,
        phase=ProjectPhase.INTAKE,
        contact=owner.contact,
        contact_mobile=owner.mobile,
        created_at=context.clock(),
    )
    context.session.add(project)
    return project


def _fill(project: Project, params: ProjectParams, method: str) -> None:
    project.title, project.works_type = params.title.strip(), params.works_type
    project.method = SelectionMethod(method or SelectionMethod.RANDOM_DRAW)
    project.ceiling_price, project.duration_days = params.ceiling_price, params.duration_days
    project.location, project.scope = params.location.strip(), params.scope.strip()
    project.funding = params.funding.strip()
    project.phase = ProjectPhase.INTAKE


def _next_number(context: OperatorContext) -> str:
    """Return the next number of a county and year, for example ``DZX-2026-0001``."""
    year = context.clock().year
    count = next_number(context.session, f"project:{context.case.county}:{year}"[:60])
    return f"{context.rules[PREFIX]}-{year}-{count:04d}"


@dataclass(frozen=True, kw_only=True)
class AdvanceParams:
    """The phase that the project reaches."""

    phase: str = field(metadata={"label": "项目状态", "of": "phase"})


@operator("project.advance", title="推进项目状态")
def advance(params: AdvanceParams, context: OperatorContext) -> str:
    """Move the project to a phase and return it."""
    try:
        phase = ProjectPhase(params.phase)
    except ValueError:
        raise PhaseUnknownError(phase=params.phase) from None
    move(context, project_of(context), phase)
    return phase.value


def move(context: OperatorContext, project: Project, phase: ProjectPhase) -> None:
    """Set the phase; once it is reached, doing it again changes nothing."""
    if project.phase is phase:
        return
    before, project.phase = project.phase, phase
    context.session.flush()
    context.log("project:advanced", project.id, before=before.value, after=phase.value)
