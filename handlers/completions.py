"""Completion and acceptance (竣工验收): registered by the owner, with the reports it rests on."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from handlers.case_project import project_of
from handlers.context import OperatorContext
from handlers.form_days import day_of
from handlers.registry import operator
from models import completions, contracts, emergencies, works_reports
from models.calendar import CalendarYearMissingError
from models.clock import iso, to_china
from models.completion import Completion
from models.contract import Contract
from models.contract_errors import (
    AcceptanceInvalidError,
    AlreadyAcceptedError,
    NoContractError,
    NotStartedError,
)
from models.flow.deadlines import closing
from models.works_report import ReportKind

ACCEPT_WITHIN, REPORT_WITHIN = "completion.accept_within", "completion.report_within"
WANTED_BY = {
    ReportKind.SUPERVISION: "completion.supervision_report",
    ReportKind.AUDIT: "completion.audit_report",
}


@dataclass(frozen=True, kw_only=True)
class StartParams:
    """When the works began."""

    started_on: str = field(metadata={"label": "开工日期"})


@dataclass(frozen=True, kw_only=True)
class WorksResult:
    """What the form of the acceptance shows and asks for, and until when it is wanted."""

    started_on: str
    finishes_on: str
    contract_price: int
    accept_by: str | None
    report_by: str | None
    wants_supervision_report: bool
    wants_audit_report: bool


@operator("completion.start", title="登记开工")
def start(params: StartParams, context: OperatorContext) -> WorksResult:
    """Register the start of the works under the confirmed contract."""
    project, contract = project_of(context), _contract(context)
    started_on = day_of(params.started_on, "started_on")
    begun = emergencies.entrusted_on(context.session, project)
    completions.check_start(contract, started_on, context.clock().date(), begun)
    row = completions.of_project(context.session, project.id)
    if row is None:
        row = Completion(project_id=project.id, instance_id=context.case.instance_id)
        context.session.add(row)
    row.contract_id, row.started_on = contract.id, started_on
    row.start_registered_by = context.actor.account_id
    row.start_registered_at = context.clock()
    context.session.flush()
    after = {"contract": contract.id, "started_on": started_on.isoformat()}
    context.log("completion:started", project.id, role="owner", after=after)
    return _works(context, row, contract)


def _contract(context: OperatorContext) -> Contract:
    found = contracts.confirmed(context.session, project_of(context))
    if found is None:
        raise NoContractError
    return found


def _works(context: OperatorContext, row: Completion, contract: Contract) -> WorksResult:
    finishes_on = row.started_on + timedelta(days=max(contract.duration_days - 1, 0))
    wanted = _wanted(context)
    return WorksResult(
        started_on=row.started_on.isoformat(),
        finishes_on=finishes_on.isoformat(),
        contract_price=contract.contract_price,
        accept_by=_after(context, finishes_on, ACCEPT_WITHIN),
        report_by=_after(context, finishes_on, REPORT_WITHIN),
        wants_supervision_report=ReportKind.SUPERVISION in wanted,
        wants_audit_report=ReportKind.AUDIT in wanted,
    )


def _after(context: OperatorContext, finishes_on: date, key: str) -> str | None:
    try:
        last = context.calendar.add(finishes_on, int(context.rules[key]))
    except CalendarYearMissingError:
        # works of up to three years end in years whose holidays nobody knows yet
        return None
    return iso(closing(context.rules, last))


def _wanted(context: OperatorContext) -> frozenset[ReportKind]:
    """Return the reports of other units that the acceptance of this county rests on."""
    return frozenset(kind for kind, key in WANTED_BY.items() if context.rules[key])


@dataclass(frozen=True, kw_only=True)
class AcceptParams:
    """The acceptance as the owner filled it in."""

    completed_on: str = field(metadata={"label": "竣工日期"})
    accepted_on: str = field(metadata={"label": "验收日期"})
    audited_settlement: int | None = field(
        default=None, metadata={"label": "审定结算金额（分，有审计报告的不填）"}
    )
    settlement_reason: str | None = field(default=None, metadata={"label": "高于合同价的说明"})


@operator("completion.accept", title="登记验收")
def accept(params: AcceptParams, context: OperatorContext) -> str:
    """Register completion, acceptance and settlement once; return the day of the acceptance."""
    project, contract = project_of(context), _contract(context)
    row = completions.of_project(context.session, project.id)
    if row is None:
        raise NotStartedError
    if row.acceptance_registered_at is not None:
        raise AlreadyAcceptedError(at=f"{to_china(row.acceptance_registered_at):%Y-%m-%d %H:%M}")
    works_reports.check_all_in(context.session, project.id, sorted(_wanted(context), reverse=True))
    given = _acceptance(params, _settlement(params, context))
    completions.check_acceptance(given, row, contract, context.clock().date())
    row.completed_on, row.accepted_on = given.completed_on, given.accepted_on
    row.audited_settlement = given.audited_settlement
    is_higher = given.audited_settlement > contract.contract_price
    row.settlement_reason = given.settlement_reason if is_higher else ""
    row.acceptance_registered_by = context.actor.account_id
    row.acceptance_registered_at = context.clock()
    context.session.flush()
    after = {
        "accepted_on": given.accepted_on.isoformat(),
        "audited_settlement": given.audited_settlement,
    }
    context.log("completion:accepted", project.id, role="owner", after=after)
    return given.accepted_on.isoformat()


def _settlement(params: AcceptParams, context: OperatorContext) -> int:
    """Return the auditor's settlement where the county wants one; nobody types it again."""
    settlement = params.audited_settlement
    if ReportKind.AUDIT in _wanted(context):
        report = works_reports.find(context.session, project_of(context).id, ReportKind.AUDIT)
        settlement = report.audited_settlement if report else None
    if settlement is None:
        raise AcceptanceInvalidError({"audited_settlement": "请填写审定结算金额。"})
    return settlement


def _acceptance(params: AcceptParams, settlement: int) -> completions.Acceptance:
    return completions.Acceptance(
        completed_on=day_of(params.completed_on, "completed_on"),
        accepted_on=day_of(params.accepted_on, "accepted_on"),
        audited_settlement=settlement,
        settlement_reason=(params.settlement_reason or "").strip(),
    )
