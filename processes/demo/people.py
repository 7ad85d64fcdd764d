"""Adds parties and the accounts of their people, in every county alike."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from models.clock import CHINA
from models.identity.account import Account, Grant
from models.identity.party import Party, PartyRole
from models.identity.passwords import hash_password
from models.ids import new_id
from processes.demo import codes
from processes.demo.cast import Organisation

PASSWORD = "smallworks-demo"  # noqa: S105 - printed in the README, for the demonstration alone
BEGAN = datetime(2026, 1, 5, 9, 0, tzinfo=CHINA)


def build_organisation(session: Session, one: Organisation, people: Iterator[int]) -> None:
    """Add a party that stands on no roster, with its people."""
    region = codes.REGIONS[one.county]
    code = codes.credit_code(codes.GOVERNMENT, region, one.number)
    party = add_party(session, one.name, code, one.county, one.role)
    party.contact, party.mobile = one.people[0][1], mobile(500 + one.number)
    for username, name, roles in one.people:
        account = add_account(session, username, name, party.id, next(people))
        account.manages_party = "applicant" in roles
        for role in roles:
            session.add(Grant(account_id=account.id, role=role, county_code=one.county))


def add_party(session: Session, name: str, code: str, county: str, role: str) -> Party:
    """Add a party with its role in its county."""
    party = Party(id=new_id(), name=name, credit_code=code, county_code=county, created_at=BEGAN)
    session.add(party)
    session.flush()
    session.add(PartyRole(party_id=party.id, role=role, county_code=county))
    return party


def add_account(
    session: Session, username: str, name: str, party_id: str | None, person: int
) -> Account:
    """Add the account of a person."""
    account = Account(
        id=new_id(),
        username=username,
        name=name,
        person=f"demo-person-{person:03d}",
        party_id=party_id,
        mobile=mobile(800 + person),
        password=hash_password(PASSWORD),
        fs_uniquifier=new_id(),
        password_changed_at=BEGAN,
        created_at=BEGAN,
    )
    session.add(account)
    session.flush()
    return account


def mobile(number: int) -> str:
    """Return a telephone number of the range 170-0000, which is not given to anybody."""
    return f"1700000{number:04d}"
