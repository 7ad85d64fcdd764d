"""Reports of supervision and audit units (监理报告、审计报告): asked for, handed in, replaced."""

from dataclasses import dataclass, field
from typing import Any

from handlers.case_project import project_of
from handlers.context import OperatorContext
from handlers.registry import operator
from handlers.report_messages import tell
from models import contracts, works_reports
from models.contract_errors import NoContractError
from models.document import Document
from models.errors import InvalidError
from models.identity.party import Party
from models.money import format_fen
from models.project import Project
from models.roster.standing import check_may_act
from models.works_report import REPORT_TITLES, ReportKind, WorksReport

LONGEST_REASON = 200


class ReportFileMissingError(InvalidError):
    """No report came with the form."""

    message = "没有收到报告文件，请上传后再提交。"


@dataclass(frozen=True, kw_only=True)
class AskParams:
    """Which report, of whom."""

    kind: str = field(metadata={"label": "报告", "of": "report_kind"})
    party: str = field(metadata={"label": "出具单位"})


@dataclass(frozen=True, kw_only=True)
class AskedResult:
    """Whose step the upload is, and what its form shows so that no other project is meant."""

    party: str
    unit: str
    project_number: str
    project_title: str
    contractor: str
    contract_shown: str
    contract_price: int
    replaced: str | None


@operator("works_report.ask", title="约请提交报告")
def ask(params: AskParams, context: OperatorContext) -> AskedResult:
    """Keep which unit owes the report, tell it once, and return what its form shows."""
    project, kind = project_of(context), works_reports.kind_of(params.kind)
    row = works_reports.find(context.session, project.id, kind)
    if row is None:
        unit = _unit(context, kind, params.party)
        row = WorksReport(
            project_id=project.id,
            instance_id=context.case.instance_id,
            kind=kind,
            party_id=unit.id,
            asked_at=context.clock(),
            invitations=0,
        )
        context.session.add(row)
        context.session.flush()
        after = {"kind": kind.value, "party": unit.id}
        context.log("works_report:asked", project.id, role="owner", after=after)
        tell(context, unit, "report_asked", _asked_text(project, kind), "asked")
    return _shown(context, project, row)


def _unit(context: OperatorContext, kind: ReportKind, party: str) -> Party:
    role, county = works_reports.UNIT_ROLES[kind], context.case.county
    return check_may_act(context.session, party, county, role, context.clock())


def _asked_text(project: Project, kind: ReportKind) -> str:
    return (
        f"您单位是“{project.title}”（{project.number}）的{works_reports.UNIT_TITLES[kind]}，"
        f"请在工程完工后登录平台上传{REPORT_TITLES[kind]}，项目验收须待报告提交后登记。"
    )


def _shown(
    context: OperatorContext, project: Project, row: WorksReport, replaced: str | None = None
) -> AskedResult:
    contract = contracts.confirmed(context.session, project)
    if contract is None:
        raise NoContractError
    return AskedResult(
        party=row.party_id,
        unit=context.session.get_one(Party, row.party_id).name,
        project_number=project.number,
        project_title=project.title,
        contractor=contract.contractor.name,
        contract_shown=format_fen(contract.contract_price),
        contract_price=contract.contract_price,
        replaced=replaced,
    )


@dataclass(frozen=True, kw_only=True)
class SubmitParams:
    """The report as the unit filled it in."""

    kind: str = field(metadata={"label": "报告", "of": "report_kind"})
    printed_number: str = field(metadata={"label": "报告上的项目编号"})
    conclusion: str = field(metadata={"label": "结论"})
    document: list[Any] = field(metadata={"label": "报告文件"})
    settlement: int | None = field(default=None, metadata={"label": "审定结算金额（分）"})


@operator("works_report.submit", title="登记报告")
def submit(params: SubmitParams, context: OperatorContext) -> str:
    """Keep the report once, tell the owner, and return its id."""
    project, kind = project_of(context), works_reports.kind_of(params.kind)
    found = works_reports.find(context.session, project.id, kind)
    row = works_reports.check_open(found, kind)
    given = works_reports.Given(
        printed_number=params.printed_number,
        conclusion=params.conclusion.strip(),
        settlement=params.settlement,
    )
    document = _document(context, params.document, kind)
    works_reports.check_report(context.session, project, kind, given, document)
    row.document_id, row.conclusion = document.id, given.conclusion
    row.audited_settlement = given.settlement if kind is ReportKind.AUDIT else None
    row.submitted_at, row.submitted_by = context.clock(), context.actor.account_id
    context.session.flush()
    after = {"kind": kind.value, "document": document.sha256, "settlement": row.audited_settlement}
    role = works_reports.UNIT_ROLES[kind]
    context.log("works_report:submitted", project.id, role=role, after=after)
    text = f"“{project.title}”（{project.number}）的{REPORT_TITLES[kind]}已提交，请登录平台查看。"
    tell(context, project.owner, "report_submitted", text, "submitted")
    return row.id


def _document(context: OperatorContext, given: list[Any], kind: ReportKind) -> Document:
    ids = [str(one["id"]) for one in given if isinstance(one, dict) and "id" in one]
    found = context.session.get(Document, ids[0]) if ids else None
    if found is None:
        text = ReportFileMissingError.message
        raise ReportFileMissingError(fields={f"{kind.value}_report": text})
    return found


@dataclass(frozen=True, kw_only=True)
class ReplaceParams:
    """Which unit takes over, and why."""

    kind: str = field(metadata={"label": "报告", "of": "report_kind"})
    party: str = field(metadata={"label": "新的单位"})
    reason: str = field(metadata={"label": "更换原因"})


@operator("works_report.replace", title="更换出具报告的单位")
def replace(params: ReplaceParams, context: OperatorContext) -> AskedResult:
    """Let another unit owe the report; both are told, before and after stand in the log."""
    project, kind = project_of(context), works_reports.kind_of(params.kind)
    found = works_reports.find(context.session, project.id, kind)
    row, reason = works_reports.check_open(found, kind), params.reason.strip()
    if not works_reports.SHORTEST <= len(reason) <= LONGEST_REASON:
        raise works_reports.ReplaceReasonError
    former, unit = row.party, _unit(context, kind, params.party)
    if former.id == unit.id:
        title = works_reports.UNIT_TITLES[kind]
        raise works_reports.SameUnitError(unit=unit.name, title=title)
    row.party, row.asked_at = unit, context.clock()
    row.invited_at, row.invitations = None, 0
    context.session.flush()
    before, after = {"party": former.id}, {"party": unit.id, "kind": kind.value, "reason": reason}
    context.log("works_report:replaced", project.id, role="owner", before=before, after=after)
    tell(context, unit, "report_asked", _asked_text(project, kind), "asked")
    text = (
        f"“{project.title}”（{project.number}）的{works_reports.UNIT_TITLES[kind]}"
        f"已由项目业主更换，您单位不需要再提交{REPORT_TITLES[kind]}。原因：{reason}"
    )
    tell(context, former, "report_released", text, "released")
    return _shown(context, project, row, former.name)


@dataclass(frozen=True, kw_only=True)
class UnitsParams:
    """Nothing to fill in: the units that gave the reports of the case's project."""


@operator("works_report.units", title="登记出具报告的单位")
def units(params: UnitsParams, context: OperatorContext) -> dict[str, str]:  # noqa: ARG001
    """Return the case's parties with the units that gave the reports; under ``parties``."""
    reports = works_reports.of_project(context.session, project_of(context).id)
    given = {works_reports.UNIT_ROLES[one.kind]: one.party_id for one in reports}
    changed = {role: one for role, one in given.items() if context.case.parties.get(role) != one}
    if changed:
        context.log("party:assigned", context.case.instance_id, after=changed)
    return {**context.case.parties, **given}
