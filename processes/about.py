"""What a case without a project is about: the organisation that enrols, or the enquiry."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.enquiry import Enquiry
from models.identity.party import Party
from models.roster.enrolment import EnrolmentRound
from processes.inbox import ItemRow

ENQUIRY = "enquiry"
ENROLMENTS = frozenset({"owner_enrolment", "contractor_enrolment"})


def about(session: Session, items: Iterable[ItemRow]) -> dict[str, str]:
    """Return case → name for the enrolments and enquiries among the items: a statement for each."""
    cases = [(one.instance_id, one.flow) for one in items]
    found: dict[str, str] = {}
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
