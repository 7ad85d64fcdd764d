"""Emergency works (应急工程): found, and checked for what their owner reports of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from unicodedata import normalize

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import to_china
from models.contract_errors import FieldsError
from models.emergency import EmergencyWorks
from models.errors import ConflictError, InvalidError
from models.identity.party import Party
from models.project import Project, SelectionMethod
from models.roster.standing import why_not

SHORTEST = 5
APPROVED, REFUSED = "approved", "refused"
NOT_WANTED = "not_wanted"
CONCLUSION_TITLES = {"": "待核准", APPROVED: "同意", REFUSED: "不同意", NOT_WANTED: "不需核准"}
CONTRACTOR = "contractor"


class EmergencyInvalidError(FieldsError):
    """The report's moments, contractor or reasons do not fit."""


class NoEmergencyError(ConflictError):
    """The case has no emergency works to decide on."""

    message = "本案没有已填报的应急工程，可能已经撤回，请刷新案卷后查看。"


class OpinionMissingError(InvalidError):
    """A refusal or a return says why."""

    message = "不同意或退回须写明理由，至少{shortest}个字，建设单位据此改正或另行办理。"


@dataclass(frozen=True, kw_only=True)
class Reported:
    """What the owner reports besides the works themselves."""

    occurred_at: datetime
    entrusted_at: datetime
    contractor_code: str
    contractor_name: str
    late_reason: str


def of_project(session: Session, project_id: str) -> EmergencyWorks | None:
    """Return what is known of a project's emergency; None where it was none."""
    return session.scalar(select(EmergencyWorks).where(EmergencyWorks.project_id == project_id))


def entrusted_on(session: Session, project: Project) -> date | None:
    """Return the day on which the contractor of emergency works was called in; else None."""
    if project.method is not SelectionMethod.EMERGENCY:
        return None
    row = of_project(session, project.id)
    return to_china(row.entrusted_at).date() if row else None


def contractor_of(session: Session, code: str) -> Party | None:
    """Return the party with a credit code, however it was typed."""
    return session.scalar(select(Party).where(Party.credit_code == _plain(code)))


def check_reported(
    session: Session, given: Reported, county: str, due_at: datetime, now: datetime
) -> Party:
    """Return the contractor; raise with everything that does not fit, each at its field."""
    party = contractor_of(session, given.contractor_code)
    found = {
        **dict(_moments(given, now)),
        **dict(_contractor(session, given, party, county, now)),
    }
    if now > due_at and len(given.late_reason) < SHORTEST:
        found["late_reason"] = (
            f"应在{to_china(due_at):%Y-%m-%d %H:%M}前填报，现已逾期，"
            f"请说明逾期的原因，至少{SHORTEST}个字。"
        )
    if found or party is None:
        raise EmergencyInvalidError(found)
    return party


def _moments(given: Reported, now: datetime) -> Iterator[tuple[str, str]]:
    if given.occurred_at > now:
        yield "occurred_at", "险情发生时间不能晚于现在，请按实际发生的时间填写。"
    if given.entrusted_at > now:
        yield "entrusted_at", "确定施工单位的时间不能晚于现在，请在确定之后填报。"
    elif given.entrusted_at < given.occurred_at:
        yield "entrusted_at", "确定施工单位的时间早于险情发生的时间，请核对后填写。"


def _contractor(
    session: Session, given: Reported, party: Party | None, county: str, now: datetime
) -> Iterator[tuple[str, str]]:
    if party is None:
        text = "名册库中没有这一统一社会信用代码，请核对；确未入驻的，请施工企业先办理入驻。"
        yield "contractor_code", text
        return
    if _plain(party.name) != _plain(given.contractor_name):
        text = f"这一统一社会信用代码的企业是“{party.name}”，与填写的名称不一致，请核对。"
        yield "contractor_name", text
    reason = why_not(session, party.id, county, CONTRACTOR, now)
    if reason is not None:
        yield "contractor_code", f"“{party.name}”现在不能承接：{reason}"


def _plain(text: str) -> str:
    """Return a name or code without what typing adds: full-width letters and blanks."""
    return "".join(normalize("NFKC", text).upper().split())
