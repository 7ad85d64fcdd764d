"""Whom an organisation is reached by: changed at once, without verification, and on record."""

from sqlalchemy.orm import Session

from models.clock import business_now
from models.identity.actor import Actor
from models.identity.party import Party
from models.identity.registration import MOBILE, PERSON, TEXTS, RegistrationInvalidError
from models.ledger.log import record


def change_contact(session: Session, party: Party, contact: str, mobile: str, actor: Actor) -> None:
    """Set contact and mobile number; the log says that they changed, and not to what."""
    wrong = {"contact": len(contact) not in PERSON, "mobile": not MOBILE.fullmatch(mobile)}
    if faults := {name: TEXTS[name] for name, is_wrong in wrong.items() if is_wrong}:
        raise RegistrationInvalidError(fields=faults)
    if (party.contact, party.mobile) == (contact, mobile):
        return
    party.contact, party.mobile = contact, mobile
    session.flush()
    record(session, actor, "party:contact_changed", party.id, at=business_now())
