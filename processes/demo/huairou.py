"""Parties, accounts and rosters of Huairou."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy.orm import Session

from models.identity.account import Account, Grant
from models.identity.party import Party
from models.ids import new_id
from models.roster.entry import EntryStatus, Pledge, Qualification, RosterEntry, RosterPlace
from processes.demo import codes
from processes.demo.cast import LEVEL_NAMES, PLEDGE
from processes.demo.huairou_cast import ENTERPRISES, HUAIROU, OFFICES, Enterprise
from processes.demo.people import BEGAN, add_account, add_party, build_organisation, mobile

FIRST_PERSON = 300
VALID_FROM = date(2024, 7, 1)


def build_huairou(session: Session) -> None:
    """Add every party, account, grant and roster entry of Huairou."""
    people = iter(range(FIRST_PERSON, FIRST_PERSON + 100))
    for office in OFFICES:
        build_organisation(session, office, people)
    for one in ENTERPRISES:
        _enterprise(session, one, people)


def _enterprise(session: Session, one: Enterprise, people: Iterator[int]) -> None:
    code = codes.credit_code(codes.COMPANY, codes.HUAIROU, one.number)
    party = add_party(session, one.name, code, HUAIROU, one.kind)
    party.contact, party.legal_person = one.contact, one.contact
    party.mobile, party.address = mobile(one.number), f"怀柔区枫泉路{one.number}号"
    account = add_account(session, one.username, one.contact, party.id, next(people))
    account.manages_party = True
    for role in ("applicant", one.kind):
        session.add(Grant(account_id=account.id, role=role, county_code=HUAIROU))
    _roster(session, party, account, one)


def _roster(session: Session, party: Party, account: Account, one: Enterprise) -> None:
    entry = RosterEntry(
        id=new_id(),
        party_id=party.id,
        county_code=HUAIROU,
        kind=one.kind,
        status=EntryStatus.ACTIVE,
        entered_on=BEGAN.date(),
    )
    session.add(entry)
    session.flush()
    for roster in one.rosters:
        session.add(RosterPlace(entry_id=entry.id, roster=roster))
    for place in range(1, len(one.held) + 1):
        session.add(_certificate(entry, one, place))
    pledge = Pledge(party_id=party.id, kind="truthfulness", text=PLEDGE)
    pledge.signed_by, pledge.signed_at = account.id, BEGAN
    session.add(pledge)


def _certificate(entry: RosterEntry, one: Enterprise, place: int) -> Qualification:
    (scheme, category), level = one.held[place - 1]
    return Qualification(
        entry_id=entry.id,
        scheme=scheme,
        category=category,
        level=level,
        level_name=LEVEL_NAMES[level],
        certificate=f"D11{one.number:03d}{place:02d}",
        valid_from=VALID_FROM,
        valid_until=one.until,
    )
