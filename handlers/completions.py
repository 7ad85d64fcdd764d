"""Completion and acceptance (竣工验收): registered by the owner, with the reports it rests on."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from handlers.case_project import project_of
from handlers.context import OperatorContext
from handlers.form_days import day_of
from handlers.registry import operator
from models import completions, contracts
from models.calendar import CalendarYearMissingError
from models.clock import iso, to_china
from models.completion import Completion
from models.contract import Contract
from models.contract_errors import AlreadyAcceptedError, NoContractError, NotStartedError
from models.flow.deadlines import closing

ACCEPT_WITHIN = "completion.accept_within"
SUPERVISION, AUDIT = "completion.supervision_report", "completion.audit_report"


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
    wants_supervision_report: bool
    wants_audit_report: bool


@operator("completion.start", title="登记开工")
def start(params: StartParams, context: OperatorContext) -> WorksResult:
    """Register the start of the works under the confirmed contract."""
    project, contract = project_of(context), _contract(context)
    started_on = day_of(params.started_on, "started_on")
    completions.check_start(contract, started_on, context.clock().date())
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
    try:
        last = context.calendar.add(finishes_on, int(context.rules[ACCEPT_WITHIN]))
        accept_by: str | None = iso(closing(context.rules, last))
    except CalendarYearMissingError:
        # works of up to three years end in years whose holidays nobody knows yet
        accept_by = None
    wanted = _wanted(context)
    return WorksResult(
        started_on=row.started_on.isoformat(),
        finishes_on=finishes_on.isoformat(),
        contract_price=contract.contract_price,
        accept_by=accept_by,
        wants_supervision_report=wanted.supervision_report,
        wants_audit_report=wanted.audit_report,
    )


def _wanted(context: OperatorContext) -> completions.Wanted:
    rules = context.rules
    return completions.Wanted(
        supervision_report=bool(rules[SUPERVISION]), audit_report=bool(rules[AUDIT])
    )


@dataclass(frozen=True, kw_only=True)
class AcceptParams:
    """The acceptance as the owner filled it in."""

    completed_on: str = field(metadata={"label": "竣工日期"})
    accepted_on: str = field(metadata={"label": "验收日期"})
    audited_settlement: int = field(metadata={"label": "审定结算金额（分）"})
    settlement_reason: str | None = field(default=None, metadata={"label": "高于合同价的说明"})
    supervision_report: list[Any] | None = field(default=None, metadata={"label": "监理报告"})
    audit_report: list[Any] | None = field(default=None, metadata={"label": "审计（结算）报告"})


@operator("completion.accept", title="登记验收")
def accept(params: AcceptParams, context: OperatorContext) -> str:
    """Register completion, acceptance and settlement once; return the day of the acceptance."""
    project, contract = project_of(context), _contract(context)
    row = completions.of_project(context.session, project.id)
    if row is None:
        raise NotStartedError
    if row.acceptance_registered_at is not None:
        raise AlreadyAcceptedError(at=f"{to_china(row.acceptance_registered_at):%Y-%m-%d %H:%M}")
    given = _acceptance(params)
    completions.check_acceptance(given, row, contract, _wanted(context), context.clock().date())
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


def _acceptance(params: AcceptParams) -> completions.Acceptance:
    return completions.Acceptance(
        completed_on=day_of(params.completed_on, "completed_on"),
        accepted_on=day_of(params.accepted_on, "accepted_on"),
        audited_settlement=params.audited_settlement,
        settlement_reason=(params.settlement_reason or "").strip(),
        has_supervision_report=bool(params.supervision_report),
        has_audit_report=bool(params.audit_report),
    )
