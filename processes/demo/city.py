"""Parties, accounts and the roster of the demonstration city."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from models.clock import CHINA
from models.identity.account import Account, Grant
from models.identity.actor import EVERYWHERE
from models.identity.party import Party
from models.ids import new_id
from models.roster.entry import EntryStatus, Pledge, Qualification, RosterEntry, Suspension
from models.roster.places import put_on_rosters, rosters_of
from processes.demo import codes
from processes.demo.cast import (
    CONTACTS,
    COUNTY,
    EXPIRED,
    HELD,
    LEVEL_NAMES,
    LICENCE,
    NAMES,
    ORGANISATIONS,
    PLEDGE,
    SUSPENDED,
    WITHOUT_PARTY,
)
from processes.demo.huairou import build_huairou
from processes.demo.people import (
    BEGAN,
    PASSWORD,
    add_account,
    add_party,
    build_organisation,
    mobile,
)

__all__ = ["BEGAN", "PASSWORD", "build_city"]


def build_city(session: Session) -> None:
    """Add every party, account, grant and roster entry of the demonstration."""
    people = iter(range(1, 1000))
    for one in ORGANISATIONS:
        build_organisation(session, one, people)
    for number in range(1, len(NAMES) + 1):
        _contractor(session, number, people)
    for username, name, role in WITHOUT_PARTY:
        account = add_account(session, username, name, None, next(people))
        session.add(Grant(account_id=account.id, role=role, county_code=EVERYWHERE))
    build_huairou(session)
    session.flush()


def _contractor(session: Session, number: int, people: Iterator[int]) -> None:
    name, contact = f"{NAMES[number - 1]}有限公司", CONTACTS[number - 1]
    code = codes.credit_code(codes.COMPANY, codes.DAZHOU, 100 + number)
    party = add_party(session, name, code, COUNTY, "contractor")
    party.contact, party.legal_person, party.mobile = contact, contact, mobile(number)
    party.address = f"达州市通川区建设路{number * 10}号"
    account = add_account(session, f"dz.contractor{number:02d}", contact, party.id, next(people))
    account.manages_party = True
    for role in ("applicant", "contractor"):
        session.add(Grant(account_id=account.id, role=role, county_code=COUNTY))
    _roster(session, party, account, number)


def _roster(session: Session, party: Party, account: Account, number: int) -> None:
    entry = RosterEntry(
        id=new_id(),
        party_id=party.id,
        county_code=COUNTY,
        status=EntryStatus.ACTIVE,
        entered_on=BEGAN.date(),
    )
    session.add(entry)
    session.flush()
    until = date(2026, 10, 31) if number == EXPIRED else date(2029, 6, 30)
    for place, ((scheme, category), level) in enumerate((*HELD[number], (LICENCE, 0)), 1):
        session.add(
            Qualification(
                entry_id=entry.id,
                scheme=scheme,
                category=category,
                level=level,
                level_name=LEVEL_NAMES[level],
                certificate=f"D35{number:03d}{place:02d}",
                valid_from=date(2024, 7, 1),
                valid_until=until,
            )
        )
    put_on_rosters(session, entry, rosters_of("", [held[1] for held, _ in HELD[number]]))
    session.add(
        Pledge(
            party_id=party.id,
            kind="truthfulness",
            text=PLEDGE,
            signed_by=account.id,
            signed_at=BEGAN,
        )
    )
    if number == SUSPENDED:
        _suspend(session, party)


def _suspend(session: Session, party: Party) -> None:
    began = datetime(2026, 11, 2, 9, 0, tzinfo=CHINA)
    session.add(
        Suspension(
            party_id=party.id,
            county_code=COUNTY,
            from_at=began,
            until_at=began + timedelta(days=60),
            reason="未按期提交年度信息核验资料",
        )
    )
