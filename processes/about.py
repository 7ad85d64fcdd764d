"""What a case without a project is about: who enrols, what is asked, what its flow names."""

from collections.abc import Iterable
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.enquiry import CHANNEL_TITLES, Enquiry
from models.flow.instance import NAMED, Instance
from models.identity.party import Party
from models.roster.enrolment import ROUND_TITLES, EnrolmentRound
from processes.told_facts import case_facts

ENQUIRY = "enquiry"
ENROLMENTS = frozenset({"owner_enrolment", "contractor_enrolment", "unit_enrolment"})


class OfCase(Protocol):
    """What an item or a line of a list says about its case."""

    @property
    def instance_id(self) -> str:
        """The case."""

    @property
    def flow(self) -> str:
        """Its flow."""

    @property
    def project_id(self) -> str | None:
        """Its project, if it has one."""


def matter(session: Session, instance_id: str, flow: str) -> list[tuple[str, str]]:
    """Return label and value pairs of a case without a project, as far as it has come."""
    if flow in ENROLMENTS:
        return _enrolment(session, instance_id)
    if flow != ENQUIRY:
        return case_facts(session, instance_id)
    query = select(Enquiry).where(Enquiry.instance_id == instance_id, Enquiry.subject != "")
    one = session.scalar(query)
    if one is None:
        return []
    return [
        ("咨询编号", one.number),
        ("方式", CHANNEL_TITLES[one.channel]),
        ("咨询事项", one.subject),
        ("咨询内容", one.question),
    ]


def _subjects(session: Session, items: Iterable[OfCase]) -> dict[str, str]:
    """Return case → name as its flow's diagram names it, for cases that are no project's."""
    shown = ENROLMENTS | {ENQUIRY}
    others = [one for one in items if not one.project_id and one.flow not in shown]
    # a line of the inbox has been read together with it
    found = {one.instance_id: str(getattr(one, "subject", None) or "") for one in others}
    cases = {one.instance_id for one in others if not hasattr(one, "subject")}
    if not cases:
        return {case: subject for case, subject in found.items() if subject}
    query = select(Instance.id, Instance.subject).where(Instance.id.in_(cases), NAMED)
    return {row.id: row.subject for row in session.execute(query)}


def _enrolment(session: Session, instance_id: str) -> list[tuple[str, str]]:
    query = select(EnrolmentRound).where(EnrolmentRound.instance_id == instance_id)
    last = session.scalars(query.order_by(EnrolmentRound.round.desc()).limit(1)).first()
    if last is None:
        return []
    return [
        ("单位", last.party.name),
        ("统一社会信用代码", last.party.credit_code),
        ("事项", f"{last.title}第{last.round}轮"),
        ("状态", ROUND_TITLES[last.state]),
    ]


def about(session: Session, items: Iterable[OfCase]) -> dict[str, str]:
    """Return case → name for the items that are no project's: a statement for each kind."""
    held = list(items)
    cases = [(one.instance_id, one.flow) for one in held]
    found = _subjects(session, held)
    if enrolments := {case for case, flow in cases if flow in ENROLMENTS}:
        query = (
            select(EnrolmentRound.instance_id, Party.name)
            .join(Party, Party.id == EnrolmentRound.party_id)
            .where(EnrolmentRound.instance_id.in_(enrolments))
            .distinct()
        )
        found |= {row.instance_id: row.name for row in session.execute(query)}
    if enquiries := {case for case, flow in cases if flow == ENQUIRY}:
        asked = select(Enquiry.instance_id, Enquiry.subject).where(
            Enquiry.instance_id.in_(enquiries), Enquiry.subject != ""
        )
        found |= {row.instance_id: row.subject for row in session.execute(asked)}
    return found
