"""What an owner does about the reports of other units: remind them, name another one (HR-4.7)."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from handlers import report_messages
from models import works_reports
from models.errors import ConflictError, ForbiddenError
from models.flow.instance import AwaitedMessage, Instance, InstanceStatus
from models.identity.actor import Actor
from models.project import Project
from models.settings import Settings
from models.works_report import REPORT_TITLES, ReportKind, WorksReport
from processes import access
from processes.case_errors import InstanceNotFoundError
from processes.case_runner import CaseRunner
from processes.choices import parties_of
from processes.documents.access import is_party
from processes.engine import ProcessEngine
from processes.reading import runtime_of

OWNER = "owner"
REPLACED = {
    ReportKind.SUPERVISION: "supervisor_replaced",
    ReportKind.AUDIT: "auditor_replaced",
}
"""The messages that wait in the diagram for as long as a report is not in."""
LONGEST = 200


class NotTheOwnerError(ForbiddenError):
    """Only the owner of a project waits for its reports."""

    message = "只有本项目的项目业主可以通知或更换监理、审计单位，请由项目业主办理。"


class NotReportedOnError(ConflictError):
    """The case does not wait for this report now."""

    message = "案卷现在不等待{title}，不能更换单位：报告已经提交，或案卷已经结束、暂停。"


@dataclass(frozen=True)
class Told:
    """Which units were told now, and which had been told today."""

    now: tuple[str, ...]
    before: tuple[str, ...]


def reports_of(session: Session, project: Project | None) -> list[WorksReport]:
    """Return the reports asked for in a project, for pages."""
    return [] if project is None else list(works_reports.of_project(session, project.id))


def may_ask(session: Session, instance: Instance, actor: Actor) -> bool:
    """Return whether this person may remind or replace the units of a case now."""
    if instance.status is not InstanceStatus.RUNNING or not _is_owner(session, instance, actor):
        return False
    return any(_is_awaited(session, instance.id, kind) for kind in ReportKind)


def may_replace(session: Session, instance: Instance, kind: ReportKind) -> bool:
    """Return whether the case still waits for a report, so that its unit may be replaced."""
    is_running = instance.status is InstanceStatus.RUNNING
    return is_running and _is_awaited(session, instance.id, kind)


def invite(session: Session, settings: Settings, instance_id: str, *, actor: Actor) -> Told:
    """Tell every unit that owes a report, each once a working day."""
    instance = _own_case(session, instance_id, actor)
    runner = CaseRunner(session, settings, instance, actor)
    context = runner.world("accept_works", runner.load().data, "")
    told, before = report_messages.invite(context)
    return Told(tuple(one.party.name for one in told), tuple(one.party.name for one in before))


def replace(
    session: Session,
    settings: Settings,
    instance_id: str,
    kind: ReportKind,
    given: tuple[str, str],
    *,
    actor: Actor,
) -> None:
    """Let another unit owe a report: ``given`` is its party and the reason; the flow goes on."""
    instance = _own_case(session, instance_id, actor)
    if not may_replace(session, instance, kind):
        raise NotReportedOnError(title=REPORT_TITLES[kind])
    party, reason = given
    if not works_reports.SHORTEST <= len(reason.strip()) <= LONGEST:
        raise works_reports.ReplaceReasonError
    engine = ProcessEngine(session, settings=settings)
    payload = {"party": party, "reason": reason.strip()}
    engine.message(instance_id, REPLACED[kind], payload, actor=actor)


def _own_case(session: Session, instance_id: str, actor: Actor) -> Instance:
    instance = session.get(Instance, instance_id)
    if instance is None:
        raise InstanceNotFoundError
    if not _is_owner(session, instance, actor):
        raise NotTheOwnerError
    return instance


def _is_awaited(session: Session, instance_id: str, kind: ReportKind) -> bool:
    return session.get(AwaitedMessage, (instance_id, REPLACED[kind])) is not None


def _is_owner(session: Session, instance: Instance, actor: Actor) -> bool:
    owner = access.id_of(runtime_of(session, instance).data, "parties", OWNER)
    is_own = actor.party_id is not None and actor.party_id == owner
    return is_own and actor.holds(OWNER, instance.county_code)


@dataclass(frozen=True)
class Panel:
    """The reports of a project as pages show them, and what this person may do about them."""

    reports: list[WorksReport]
    may_ask: bool
    choices: dict[ReportKind, list[dict[str, str]]]

    @property
    def is_waiting(self) -> bool:
        """Whether some unit still owes its report."""
        return any(one.submitted_at is None for one in self.reports)


def panel(
    session: Session, instance: Instance, project: Project | None, actor: Actor
) -> Panel | None:
    """Return the reports to the parties of a case and its overseers; nothing without any."""
    reports = reports_of(session, project)
    if not reports or not _may_know(session, instance, reports, actor):
        return None
    may = may_ask(session, instance, actor)
    waiting = [one for one in reports if may and may_replace(session, instance, one.kind)]
    choices = {one.kind: _others(session, instance, one) for one in waiting}
    return Panel(reports=reports, may_ask=may, choices=choices)


def _may_know(
    session: Session, instance: Instance, reports: list[WorksReport], actor: Actor
) -> bool:
    if actor.party_id is not None and actor.party_id in {one.party_id for one in reports}:
        return True
    return is_party(session, instance, actor)


def _others(session: Session, instance: Instance, row: WorksReport) -> list[dict[str, str]]:
    role = works_reports.UNIT_ROLES[row.kind]
    found = parties_of(session, role, instance.county_code)
    return [one for one in found if one["value"] != row.party_id]
