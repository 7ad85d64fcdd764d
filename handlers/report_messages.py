"""Whom the reports on completed works concern, and telling them (通知提交报告, HR-4.7)."""

from collections.abc import Sequence

from handlers.case_project import project_of
from handlers.context import OperatorContext
from models import works_reports
from models.identity.party import Party
from models.message import tell_party
from models.outbox import notify
from models.project import Project
from models.works_report import REPORT_TITLES, WorksReport


def invite(context: OperatorContext) -> tuple[Sequence[WorksReport], Sequence[WorksReport]]:
    """Tell every unit that owes a report, each once a working day; return who was told, who not."""
    project = project_of(context)
    rows = works_reports.owed(context.session, project.id)
    if not rows:
        raise works_reports.NothingOwedError
    now = context.clock()
    already = [one for one in rows if works_reports.was_told_today(one, context.calendar, now)]
    told = [one for one in rows if one not in already]
    if not told:
        units_told = "、".join(one.party.name for one in already)
        raise works_reports.InvitedTodayError(units=units_told)
    for one in told:
        _invite(context, project, one)
    return told, already


def _invite(context: OperatorContext, project: Project, row: WorksReport) -> None:
    row.invited_at, row.invitations = context.clock(), row.invitations + 1
    context.session.flush()
    text = (
        f"“{project.title}”（{project.number}）已经完工，项目业主等待您单位的"
        f"{REPORT_TITLES[row.kind]}，请尽快登录平台上传。"
    )
    tell(context, row.party, "report_invited", text, f"{row.kind.value}:{row.invitations}")
    after = {"kind": row.kind.value, "party": row.party_id, "times": row.invitations}
    context.log("works_report:invited", project.id, role="owner", after=after)


def tell(context: OperatorContext, party: Party, template: str, text: str, act: str) -> None:
    """Tell a unit on the platform and, where it has a number, by text message."""
    step = context.case.task_id or context.case.instance_id
    link = f"/cases/{context.case.instance_id}"
    key = f"{template}:{step}:{act}:{party.id}"[:100]
    tell_party(context.session, party.id, key=key, template=template, words=text, link=link)
    if party.mobile:
        notify(
            context.session,
            channel="sms",
            recipient=party.mobile,
            template=template,
            values={"text": text},
            key=key,
            party_id=party.id,
        )
