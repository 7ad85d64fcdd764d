"""Enquiries found by their case; who asked is kept here and never in the data of the case."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import business_now
from models.enquiry import Channel, Enquiry
from models.errors import ConflictError
from models.identity.actor import Actor
from models.ids import new_id


class NoEnquiryError(ConflictError):
    """The case has no enquiry yet."""

    message = "本案还没有登记咨询，请流程分析员检查流程图的次序。"


def of_case(session: Session, instance_id: str) -> Enquiry:
    """Return the case's enquiry."""
    found = session.scalar(select(Enquiry).where(Enquiry.instance_id == instance_id))
    if found is None:
        raise NoEnquiryError
    return found


def note_asker(
    session: Session, instance_id: str, county: str, asker: dict[str, Any], actor: Actor
) -> Enquiry:
    """Begin the case's enquiry with who asked; its number follows when it is registered."""
    row = Enquiry(
        id=new_id(),
        instance_id=instance_id,
        county_code=county,
        number=f"({instance_id})",
        channel=Channel.VISIT,
        asker=str(asker.get("name") or "").strip(),
        organisation=str(asker.get("organisation") or "").strip(),
        telephone=str(asker.get("telephone") or "").strip(),
        registered_by=actor.account_id,
        registered_at=business_now(),
    )
    session.add(row)
    session.flush()
    return row
