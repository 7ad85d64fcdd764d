"""Who may act in its kind: on that roster, active, not suspended; told in one sentence."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from models.clock import CHINA
from models.identity.county import County
from models.identity.party import Party, PartyRole, PartyStatus
from models.ids import new_id
from models.roster.entry import EntryStatus, RosterEntry, Suspension
from models.roster.standing import MayNotActError, acting, check_may_act, why_not

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=CHINA)
HERE = "huairou"


@pytest.fixture
def agency(session: Session) -> Party:
    session.add_all(County(code=code, name=name) for code, name in COUNTIES.items())
    return listed(session, "agency", "沁芳招标代理有限公司", 1)


COUNTIES = {HERE: "怀柔区", "dazhou": "达州市"}


def listed(session: Session, kind: str, name: str, number: int) -> Party:
    party = Party(
        id=new_id(),
        name=name,
        credit_code=f"91110116MA00000{number:03d}",
        county_code=HERE,
        created_at=NOW,
    )
    session.add(party)
    session.flush()
    entry = RosterEntry(
        id=new_id(),
        party_id=party.id,
        county_code=HERE,
        kind=kind,
        status=EntryStatus.ACTIVE,
        entered_on=NOW.date(),
    )
    session.add(entry)
    session.flush()
    return party


def stop(session: Session, party: Party, **changed: object) -> Suspension:
    facts: dict[str, object] = {
        "id": new_id(),
        "party_id": party.id,
        "county_code": HERE,
        "from_at": NOW - timedelta(days=1),
        "until_at": NOW + timedelta(days=9),
        "reason": "弄虚作假",
    }
    row = Suspension(**facts | changed)
    session.add(row)
    session.flush()
    return row


def test_party_on_its_roster_may_act_and_as_no_other_kind(session: Session, agency: Party) -> None:
    assert check_may_act(session, agency.id, HERE, "agency", NOW) is agency
    with pytest.raises(MayNotActError, match="监理单位名册库"):
        check_may_act(session, agency.id, HERE, "supervisor", NOW)
    with pytest.raises(MayNotActError, match="代理机构名册库"):
        check_may_act(session, agency.id, "dazhou", "agency", NOW)


def test_nobody_and_the_unknown_are_refused_alike(session: Session, agency: Party) -> None:
    for asked in (None, "", new_id()):
        with pytest.raises(MayNotActError, match="所选单位"):
            check_may_act(session, asked, HERE, "agency", NOW)


@pytest.mark.req("HR-2.5.4")
def test_suspended_party_may_not_act_from_its_first_minute_to_its_last(
    session: Session, agency: Party
) -> None:
    row = stop(session, agency, from_at=NOW)
    with pytest.raises(MayNotActError, match=r"停用至2026-11-27 09:00，原因：弄虚作假"):
        check_may_act(session, agency.id, HERE, "agency", NOW)
    assert why_not(session, agency.id, HERE, "agency", NOW - timedelta(minutes=1)) is None
    assert why_not(session, agency.id, HERE, "agency", row.until_at) is None
    assert why_not(session, agency.id, HERE, "agency", row.until_at - timedelta(minutes=1))


@pytest.mark.req("HR-2.5.4")
def test_reinstated_party_may_act_at_once_and_another_countys_stop_does_not_count(
    session: Session, agency: Party
) -> None:
    stop(session, agency, county_code="dazhou")
    assert why_not(session, agency.id, HERE, "agency", NOW) is None
    stop(session, agency, lifted_at=NOW)
    assert why_not(session, agency.id, HERE, "agency", NOW) is None
    assert why_not(session, agency.id, HERE, "agency", NOW - timedelta(minutes=1))


def test_closed_or_removed_party_may_not_act(session: Session, agency: Party) -> None:
    agency.status = PartyStatus.CLOSED
    session.flush()
    assert why_not(session, agency.id, HERE, "agency", NOW) is not None


def test_owner_acts_by_what_it_enrolled_as(session: Session, agency: Party) -> None:
    assert why_not(session, agency.id, HERE, "owner", NOW) is not None
    session.add(PartyRole(party_id=agency.id, role="owner", county_code=HERE))
    session.flush()
    assert why_not(session, agency.id, HERE, "owner", NOW) is None


def test_those_who_may_act_are_listed_without_the_suspended(
    session: Session, agency: Party
) -> None:
    other = listed(session, "agency", "云帆招标代理有限公司", 2)
    listed(session, "supervisor", "正直监理有限公司", 3)
    stop(session, other)
    assert [one.name for one in acting(session, HERE, "agency", NOW)] == [agency.name]
