"""Reports on completed works by other units: found, checked, and said who still owes which."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from unicodedata import normalize

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.calendar import Calendar, CalendarYearMissingError
from models.clock import to_china
from models.contract_errors import FieldsError
from models.document import Document
from models.errors import ConflictError, InvalidError
from models.project import Project
from models.works_report import REPORT_TITLES, ReportKind, WorksReport

SHORTEST = 5
UNIT_TITLES = {ReportKind.SUPERVISION: "监理单位", ReportKind.AUDIT: "审计单位"}
UNIT_ROLES = {ReportKind.SUPERVISION: "supervisor", ReportKind.AUDIT: "auditor"}


class ReportsMissingError(ConflictError):
    """The acceptance rests on reports that are not in; its step stays open (``stays_open``)."""

    message = (
        "{owed}还没有提交，验收现在不能登记，您填写的内容没有丢失。"
        "可以在本页或案卷页点“通知提交报告”，报告齐全后再提交。"
    )


class ReportKindError(InvalidError):
    """The diagram names a kind of report that does not exist."""

    message = "没有名为“{kind}”的报告，请流程分析员改为 supervision 或 audit。"


class ReportNotAskedError(ConflictError):
    """Nobody asked this unit for a report."""

    message = "本项目没有约请提交{title}，请刷新案卷后查看。"


class ReportSubmittedError(ConflictError):
    """The report is in; it is handed in once."""

    message = "本项目的{title}已由{unit}于{at}提交，不能重复提交或更换单位。"


class ReportInvalidError(FieldsError):
    """The report is another project's, or says too little."""


class InvitedTodayError(ConflictError):
    """Everybody who owes a report was told today."""

    message = "{units}今天已经通知过，每个工作日通知一次，请下一个工作日再通知，或直接电话联系。"


class NothingOwedError(ConflictError):
    """No report is owed."""

    message = "本项目没有还没提交的报告，不需要通知，请刷新后查看。"


class SameUnitError(InvalidError):
    """The unit named is the one that has the task."""

    message = "“{unit}”就是现在的{title}，请另选一家，或不更换。"


class ReplaceReasonError(InvalidError):
    """A replacement says why."""

    message = "请用5至200个字写明更换原因，它会随案卷保存，并告知前后两个单位。没有更换。"


@dataclass(frozen=True, kw_only=True)
class Given:
    """A report as the unit filled it in."""

    printed_number: str
    conclusion: str
    settlement: int | None


def kind_of(name: str) -> ReportKind:
    """Return the kind that a diagram names."""
    try:
        return ReportKind(name)
    except ValueError:
        raise ReportKindError(kind=name) from None


def of_project(session: Session, project_id: str) -> Sequence[WorksReport]:
    """Return every report asked for in a project, the supervision unit's first."""
    query = select(WorksReport).where(WorksReport.project_id == project_id)
    return session.scalars(query.order_by(WorksReport.kind.desc())).all()


def find(session: Session, project_id: str, kind: ReportKind) -> WorksReport | None:
    """Return the project's report of one kind."""
    query = select(WorksReport).where(
        WorksReport.project_id == project_id, WorksReport.kind == kind
    )
    return session.scalar(query)


def owed(session: Session, project_id: str) -> list[WorksReport]:
    """Return the reports that were asked for and are not in."""
    return [one for one in of_project(session, project_id) if one.submitted_at is None]


def check_all_in(session: Session, project_id: str, wanted: Collection[ReportKind]) -> None:
    """Raise with every report that is wanted and not in: which, whose, since when."""
    found = {one.kind: one for one in of_project(session, project_id)}
    missing = [kind for kind in wanted if not is_in(found.get(kind))]
    if missing:
        told = "、".join(said(kind, found.get(kind)) for kind in missing)
        raise ReportsMissingError(owed=told, stays_open=True)


def is_in(row: WorksReport | None) -> bool:
    """Return whether a report was handed in."""
    return row is not None and row.submitted_at is not None


def said(kind: ReportKind, row: WorksReport | None) -> str:
    """Return which report of whom is owed, and how often the unit was told."""
    if row is None:
        return f"{REPORT_TITLES[kind]}（{UNIT_TITLES[kind]}未约请）"
    told = f"，已通知{row.invitations}次" if row.invitations else ""
    return f"{REPORT_TITLES[kind]}（{row.party.name}，{to_china(row.asked_at):%Y-%m-%d}约请{told}）"


def check_open(row: WorksReport | None, kind: ReportKind) -> WorksReport:
    """Return the report that is still to come; raise when it is in or nobody asked for it."""
    if row is None:
        raise ReportNotAskedError(title=REPORT_TITLES[kind])
    if row.submitted_at is not None:
        raise ReportSubmittedError(
            title=REPORT_TITLES[kind],
            unit=row.party.name,
            at=f"{to_china(row.submitted_at):%Y-%m-%d %H:%M}",
        )
    return row


def check_report(
    session: Session, project: Project, kind: ReportKind, given: Given, document: Document
) -> None:
    """Raise with everything that shows the report to be another's, or to say too little."""
    found = dict(_problems(session, project, kind, given, document))
    if found:
        raise ReportInvalidError(found)


def _problems(
    session: Session, project: Project, kind: ReportKind, given: Given, document: Document
) -> Iterator[tuple[str, str]]:
    if plain_number(given.printed_number) != plain_number(project.number):
        text = (
            f"报告上的项目编号是{given.printed_number.strip()}，本项目是{project.number}"
            f"（{project.title}），这是另一个项目的报告，请改传本项目的报告。"
        )
        yield f"{kind.value}_number", text
    used = _used(session, document)
    if used is not None:
        number, title = used.project.number, REPORT_TITLES[used.kind]
        text = f"这份文件已经作为项目{number}的{title}提交过，请改传本项目的{REPORT_TITLES[kind]}。"
        yield f"{kind.value}_report", text
    if len(given.conclusion) < SHORTEST:
        yield f"{kind.value}_conclusion", f"请写明结论，至少{SHORTEST}个字。"
    if kind is ReportKind.AUDIT and (given.settlement is None or given.settlement <= 0):
        yield "audit_settlement", "请填写审定结算金额，它就是验收登记的结算金额。"


def _used(session: Session, document: Document) -> WorksReport | None:
    query = (
        select(WorksReport)
        .join(Document, Document.id == WorksReport.document_id)
        .where(Document.sha256 == document.sha256)
    )
    return session.scalars(query.limit(1)).first()


def plain_number(number: str) -> str:
    """Return a number without what typing adds: full-width letters, blanks, small letters."""
    return "".join(normalize("NFKC", number).upper().split())


def was_told_today(row: WorksReport, calendar: Calendar, now: datetime) -> bool:
    """Return whether no new working day has begun since the unit was told last."""
    if row.invited_at is None:
        return False
    told, today = to_china(row.invited_at).date(), to_china(now).date()
    try:
        return told == today or calendar.between(told, today) == 0
    except CalendarYearMissingError:
        return told == today
