"""Initiation (项目立项) of a comparison: the project, and who carries its contracting out."""

from dataclasses import dataclass, field

from handlers.context import OperatorContext
from handlers.projects import ProjectParams, register
from handlers.registry import operator
from models.errors import InvalidError
from models.project import MANAGEMENT_TITLES, Management, Project, SelectionMethod
from models.roster import standing

AGENCY = "agency"


class ManagementUnknownError(InvalidError):
    """The organisation form is neither of the two."""

    message = "组织形式须是自行发包或委托发包，请重新选择。"


class AgencyMissingError(InvalidError):
    """An entrusted project names no agency."""

    message = "委托发包须选定代理机构；由本单位自行办理的，请改选自行发包。"


class AgencyNeedlessError(InvalidError):
    """A self-managed project names an agency."""

    message = "自行发包的项目不填代理机构；要委托代理机构的，请改选委托发包。"


class AgencyUnfitError(InvalidError):
    """The chosen agency may not act now."""

    message = "所选代理机构{reason}"


@dataclass(frozen=True, kw_only=True)
class InitiationParams(ProjectParams):
    """The project as its owner fills it in, and who carries it out."""

    management: str = field(metadata={"label": "组织形式", "of": "management"})
    agency: str | None = field(default=None, metadata={"label": "代理机构"})


@operator("project.initiate", title="项目立项并编号")
def initiate(params: InitiationParams, context: OperatorContext) -> str:
    """Return the id of the case's project, its organisation form and agency set (HR-4.5.1)."""
    management = _management(params.management)
    agency = _agency_of(context, management, params.agency or None)
    given = {name: getattr(params, name) for name in ProjectParams.__dataclass_fields__}
    given["method"] = SelectionMethod.COMPARATIVE_SELECTION.value
    project_id = register(ProjectParams(**given), context)
    project = context.session.get_one(Project, project_id)
    project.management, project.agency_id = management, agency
    context.session.flush()
    after = {"management": management.value, "agency": agency}
    context.log("project:initiated", project.id, after=after)
    return project.id


def _management(text: str) -> Management:
    try:
        return Management(text)
    except ValueError:
        raise ManagementUnknownError(
            fields={"management": ManagementUnknownError.message},
            known="、".join(MANAGEMENT_TITLES.values()),
        ) from None


def _agency_of(context: OperatorContext, management: Management, agency: str | None) -> str | None:
    """Return the agency that is entrusted; raise when it and the organisation form do not fit."""
    if management is Management.SELF:
        if agency is not None:
            raise AgencyNeedlessError(fields={AGENCY: AgencyNeedlessError.message})
        return None
    if agency is None:
        raise AgencyMissingError(fields={AGENCY: AgencyMissingError.message})
    reason = standing.why_not(context.session, agency, context.case.county, AGENCY, context.clock())
    if reason is not None:
        text = AgencyUnfitError.message.format(reason=reason)
        raise AgencyUnfitError(text, fields={AGENCY: text})
    return agency
