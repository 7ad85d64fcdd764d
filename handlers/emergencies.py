"""Emergency works (应急工程): reported by the owner with their contractor, approved or not."""

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from handlers.case_project import project_of
from handlers.context import OperatorContext
from handlers.draws import moment
from handlers.projects import move, new_project
from handlers.registry import operator
from handlers.report_messages import tell
from models import emergencies
from models.emergency import EmergencyWorks
from models.flow.deadlines import end_of_period
from models.identity.party import Party
from models.project import Project, ProjectPhase, SelectionMethod

REPORT_WITHIN = "emergency.report_within"
EDITABLE = (ProjectPhase.DRAFT, ProjectPhase.INTAKE, ProjectPhase.REPORTED)


@dataclass(frozen=True, kw_only=True)
class EmergencyParams:
    """The works, what happened, and who was called in, as the owner filled it in."""

    title: str = field(metadata={"label": "项目名称"})
    works_type: str = field(metadata={"label": "施工类别"})
    location: str = field(metadata={"label": "建设地点"})
    scope: str = field(metadata={"label": "施工内容"})
    price: int = field(metadata={"label": "发包价（分）"})
    duration_days: int = field(metadata={"label": "计划工期（日历天）"})
    funding: str = field(metadata={"label": "资金来源"})
    occurred_at: str = field(metadata={"label": "险情发生时间"})
    entrusted_at: str = field(metadata={"label": "确定施工单位时间"})
    situation: str = field(metadata={"label": "险情"})
    contractor_name: str = field(metadata={"label": "施工单位名称"})
    contractor_code: str = field(metadata={"label": "施工单位统一社会信用代码"})
    choice_reason: str = field(metadata={"label": "选定理由"})
    decided_how: str = field(metadata={"label": "决策方式"})
    decision_document: list[Any] | None = field(default=None, metadata={"label": "决策文件"})
    late_reason: str | None = field(default=None, metadata={"label": "逾期填报的说明"})


@operator("emergency.report", title="登记应急工程发包结果")
def report(params: EmergencyParams, context: OperatorContext) -> str:
    """Return the id of the case's project: numbered once, corrected by a resubmission."""
    occurred = moment(params.occurred_at, "occurred_at")
    entrusted = moment(params.entrusted_at, "entrusted_at")
    due = _due(context, entrusted)
    given = emergencies.Reported(
        occurred_at=occurred,
        entrusted_at=entrusted,
        contractor_code=params.contractor_code,
        contractor_name=params.contractor_name,
        late_reason=(params.late_reason or "").strip(),
    )
    county, now = context.case.county, context.clock()
    winner = emergencies.check_reported(context.session, given, county, due, now)
    project = _project(context)
    if project.phase in EDITABLE:
        _fill_project(project, params, winner)
        _fill_works(_works(context, project), params, given, due, context)
    context.session.flush()
    after = {"number": project.number, "winner": winner.id, "price": params.price}
    context.log("emergency:reported", project.id, role="owner", after=after)
    move(context, project, ProjectPhase.REPORTED)
    return project.id


def _due(context: OperatorContext, entrusted_at: datetime) -> datetime:
    days = int(context.rules[REPORT_WITHIN])
    return end_of_period(context.rules, context.calendar, days, entrusted_at)


def _project(context: OperatorContext) -> Project:
    query = select(Project).where(Project.instance_id == context.case.instance_id)
    return context.session.scalar(query) or new_project(context)


def _fill_project(project: Project, params: EmergencyParams, winner: Party) -> None:
    project.title, project.works_type = params.title.strip(), params.works_type
    project.method = SelectionMethod.EMERGENCY
    project.location, project.scope = params.location.strip(), params.scope.strip()
    project.duration_days, project.funding = params.duration_days, params.funding.strip()
    project.ceiling_price = project.award_price = params.price
    project.winner_id = winner.id


def _works(context: OperatorContext, project: Project) -> EmergencyWorks:
    context.session.flush()
    found = emergencies.of_project(context.session, project.id)
    if found is None:
        found = EmergencyWorks(
            project_id=project.id,
            instance_id=context.case.instance_id,
            county_code=project.county_code,
        )
        context.session.add(found)
    return found


def _fill_works(
    row: EmergencyWorks,
    params: EmergencyParams,
    given: emergencies.Reported,
    due: datetime,
    context: OperatorContext,
) -> None:
    row.occurred_at, row.entrusted_at = given.occurred_at, given.entrusted_at
    row.situation, row.choice_reason = params.situation.strip(), params.choice_reason.strip()
    row.decided_how = params.decided_how
    row.decision_document_id = _document_id(params.decision_document)
    row.report_due_at, row.reported_at = due, context.clock()
    row.late_reason = given.late_reason if row.reported_at > due else ""
    row.reported_by = context.actor.account_id
    row.conclusion = row.opinion = ""
    row.decided_by = row.decided_at = None


def _document_id(given: list[Any] | None) -> str | None:
    ids = [str(one["id"]) for one in given or () if isinstance(one, dict) and "id" in one]
    return ids[0] if ids else None


@dataclass(frozen=True, kw_only=True)
class DecisionParams:
    """What the regulator says; a refusal says why."""

    opinion: str | None = field(default=None, metadata={"label": "核准意见"})


@operator("emergency.approve", title="核准应急工程")
def approve(params: DecisionParams, context: OperatorContext) -> str:
    """Keep that the works may stand as emergency works; return the conclusion."""
    return _decide(context, emergencies.APPROVED, (params.opinion or "").strip())


@operator("emergency.refuse", title="不予核准应急工程")
def refuse(params: DecisionParams, context: OperatorContext) -> str:
    """Keep the refusal with its reasons, end the project, tell its owner."""
    opinion = (params.opinion or "").strip()
    if len(opinion) < emergencies.SHORTEST:
        raise emergencies.OpinionMissingError(shortest=emergencies.SHORTEST)
    conclusion = _decide(context, emergencies.REFUSED, opinion)
    project = project_of(context)
    move(context, project, ProjectPhase.TERMINATED)
    text = (
        f"“{project.title}”（{project.number}）未获核准为应急工程，理由请登录平台查看；"
        "确需实施的，请按规定组织发包。"
    )
    tell(context, project.owner, "emergency_refused", text, "refused")
    return conclusion


def _decide(context: OperatorContext, conclusion: str, opinion: str) -> str:
    project = project_of(context)
    row = emergencies.of_project(context.session, project.id)
    if row is None or project.phase is not ProjectPhase.REPORTED:
        raise emergencies.NoEmergencyError
    row.conclusion, row.opinion = conclusion, opinion
    row.decided_by, row.decided_at = context.actor.account_id, context.clock()
    context.session.flush()
    after = {"conclusion": conclusion, "opinion": sha256(opinion.encode()).hexdigest()}
    context.log("emergency:decided", project.id, role="regulator", after=after)
    return conclusion
