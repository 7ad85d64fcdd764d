"""Agencies, supervision units, audit units and review bodies enrol, each as what it is."""

from typing import Any

import pytest
from sqlalchemy import select

from handlers.enrolment import KindUnknownError
from models.flow.work_item import WorkItem
from models.identity.party import Party, PartyStatus
from models.roster.enrolment import RoundState
from models.roster.enrolment_errors import (
    NothingChangedError,
    PartyKindTakenError,
    QualificationMissingError,
)
from models.roster.entry import Pledge, RosterEntry
from models.roster.standing import why_not
from models.session import reading
from processes.case_errors import FormInvalidError, NotYoursError
from processes.demo import codes
from tests.city import MORNING, City, after
from tests.flows.enrolling import Applicant

REGULATOR, LANDSCAPE = "hr.regulator", "hr.landscape"
UNITS = ("agency", "supervisor", "auditor", "review_body")
NAME = "怀柔清溪咨询有限公司"


def applicant(city: City, kind: str) -> Applicant:
    code = codes.credit_code(codes.COMPANY, codes.HUAIROU, 955)
    changed = {"name": NAME, "credit_code": code}
    one = Applicant(city, kind=kind, place="huairou", changed=changed)
    one.register(MORNING)
    return one


def fill(one: Applicant, at: Any, **changed: object) -> None:
    if one.kind == "supervisor":
        changed.setdefault("qualifications", [one.supervision()])
    one.fill_unit(at, name=NAME, **changed)


def entry(one: Applicant) -> RosterEntry:
    with reading() as session:
        party = one.account().party_id
        return session.scalars(select(RosterEntry).where(RosterEntry.party_id == party)).one()


def roles_of_open_items(one: Applicant) -> list[tuple[str, str]]:
    with reading() as session:
        query = select(WorkItem.step, WorkItem.role).where(WorkItem.instance_id == one.instance)
        return [tuple(row) for row in session.execute(query) if row.step.startswith("verify")]


@pytest.mark.req("HR-3.1")
@pytest.mark.parametrize("kind", UNITS)
def test_a_unit_enrols_as_its_kind_and_works_only_once_it_is_verified(
    city: City, kind: str
) -> None:
    one = applicant(city, kind)
    assert one.roles() == {"applicant"}
    fill(one, after(hours=1))
    assert one.roles() == {"applicant"}
    with reading() as session:
        assert session.get_one(Party, one.account().party_id).status is PartyStatus.PENDING
        assert why_not(session, one.account().party_id, "huairou", kind, after(hours=1))
    one.decide_at("verify_unit", after(hours=2), "passed", by=REGULATOR)
    assert one.roles() == {"applicant", kind}
    found = entry(one)
    assert (found.kind, [place.roster for place in found.places]) == (kind, ["general"])
    with reading() as session:
        assert why_not(session, one.account().party_id, "huairou", kind, after(hours=3)) is None
        pledges = session.scalars(select(Pledge).where(Pledge.party_id == found.party_id)).all()
    assert [one.kind for one in pledges] == ["truthfulness"]


@pytest.mark.req("HR-3.4.2")
def test_a_supervision_unit_needs_its_own_qualification_and_others_need_none(city: City) -> None:
    one = applicant(city, "supervisor")
    with pytest.raises(QualificationMissingError):
        fill(one, after(hours=1), qualifications=[])
    with pytest.raises(FormInvalidError):
        fill(one, after(hours=1), qualifications=[one.row()])
    fill(one, after(hours=1))
    one.decide_at("verify_unit", after(hours=2), "passed", by=REGULATOR)
    assert [held.category for held in entry(one).qualifications] == ["房屋建筑工程监理"]


@pytest.mark.req("HR-3.4.2")
@pytest.mark.req("HR-3.4.1")
def test_a_units_new_qualification_holds_after_its_review_and_the_old_until_then(
    city: City,
) -> None:
    one = applicant(city, "supervisor")
    fill(one, after(hours=1))
    one.decide_at("verify_unit", after(hours=2), "passed", by=REGULATOR)
    one.begin(after(hours=3))
    with pytest.raises(NothingChangedError):
        fill(one, after(hours=4))
    better = one.supervision(level="1", certificate="JL2026001")
    fill(one, after(hours=4), qualifications=[better], address="怀柔区青春路8号")
    assert [held.level for held in entry(one).qualifications] == [2]
    one.decide_at("verify_unit", after(hours=5), "passed", by=REGULATOR)
    assert [held.level for held in entry(one).qualifications] == [1]
    assert entry(one).party.address == "怀柔区青春路8号"
    assert [row.is_change for row in one.rounds()] == [True]


@pytest.mark.req("HR-2.5.2")
@pytest.mark.parametrize(
    ("trade", "step", "role", "mine", "other"),
    [
        ("landscaping", "verify_unit_by_landscape", "landscape_authority", LANDSCAPE, REGULATOR),
        ("building", "verify_unit", "regulator", REGULATOR, LANDSCAPE),
    ],
)
def test_the_trade_decides_which_department_reviews(
    city: City, trade: str, step: str, role: str, mine: str, other: str
) -> None:
    one = applicant(city, "agency")
    fill(one, after(hours=1), trade=trade)
    assert roles_of_open_items(one) == [(step, role)]
    with pytest.raises(NotYoursError):
        one.decide_at(step, after(hours=2), "passed", by=other)
    one.decide_at(step, after(hours=2), "passed", by=mine)
    (row,) = one.rounds()
    assert (row.trade, row.reviewer, row.state) == (trade, role, RoundState.PASSED)
    assert [place.roster for place in entry(one).places] == [trade]


@pytest.mark.req("HR-2.5.2")
def test_a_landscaper_is_returned_by_its_department_and_comes_back_to_it(city: City) -> None:
    code = codes.credit_code(codes.COMPANY, codes.HUAIROU, 956)
    facts = {"name": "怀柔清溪园林有限公司", "credit_code": code}
    one = Applicant(city, place="huairou", changed=facts)
    one.register(MORNING)
    form = {"name": facts["name"], "trade": "landscaping", "qualifications": []}
    one.fill(after(hours=1), **form)
    step = "verify_company_by_landscape"
    one.decide_at(step, after(hours=2), "sent_back", "营业执照看不清楚。", by=LANDSCAPE)
    assert one.steps() == ["fill_company"]
    one.fill(after(hours=3), **form)
    one.decide_at(step, after(hours=4), "passed", by=LANDSCAPE)
    assert [row.state for row in one.rounds()] == [RoundState.SENT_BACK, RoundState.PASSED]
    assert one.roles() == {"applicant", "contractor"}
    assert [place.roster for place in entry(one).places] == ["landscaping"]


def test_a_county_without_the_department_sends_every_trade_to_its_regulator(city: City) -> None:
    one = Applicant(city)
    one.register(MORNING)
    one.fill(after(hours=1), trade="landscaping")
    assert roles_of_open_items(one) == [("verify_company", "regulator")]
    one.decide(after(hours=2), "passed")
    assert sorted(place.roster for place in entry(one).places) == ["building", "landscaping"]


@pytest.mark.parametrize("kind", ["owner", "contractor", "regulator", ""])
def test_the_units_flow_enrols_no_other_kind(city: City, kind: str) -> None:
    one = applicant(city, "agency")
    one.fill_unit(after(hours=1), name=NAME)
    one.decide_at("verify_unit", after(hours=2), "refused", "不符合入库条件。", by=REGULATOR)
    with pytest.raises(KindUnknownError):
        one.player.start(one.username, "unit_enrolment", kind=kind)


def test_an_enrolled_unit_becomes_no_other_kind(city: City) -> None:
    one = applicant(city, "agency")
    one.fill_unit(after(hours=1), name=NAME)
    one.decide_at("verify_unit", after(hours=2), "passed", by=REGULATOR)
    with pytest.raises(PartyKindTakenError, match="代理机构"):
        one.player.start(one.username, "unit_enrolment", kind="auditor")
    with pytest.raises(PartyKindTakenError):
        one.player.start(one.username, "contractor_enrolment")
