"""A contractor enrols: verified in two working days, returned with everything, passed."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from models.clock import CHINA
from models.flow.instance import Instance, InstanceStatus
from models.flow.job import OutboundMessage
from models.flow.work_item import WorkItem, WorkItemState
from models.identity.party import Party, PartyStatus
from models.project import Project, ProjectPhase, SelectionMethod
from models.roster.eligibility import assess, fits
from models.roster.enrolment import EnrolmentRound, RoundState
from models.roster.enrolment_errors import (
    AlreadyOpenError,
    NothingChangedError,
    PartyKindTakenError,
    QualificationMissingError,
    QualificationsWrongError,
)
from models.roster.entry import EntryStatus, Pledge, RosterEntry
from models.session import reading, unit_of_work
from processes.case_errors import FormInvalidError, NotYoursError
from processes.item_view import item_view
from tests.city import MORNING, City, after
from tests.flows.enrolling import HOUSING, Applicant, code

REASONS = "1. 营业执照看不清楚。\n2. 资质证书编号与扫描件不一致。"
FRIDAY = datetime(2026, 11, 20, 15, 0, tzinfo=CHINA)


@pytest.fixture
def applicant(city: City) -> Applicant:
    one = Applicant(city)
    one.register(MORNING)
    return one


def enrolled(one: Applicant, **changed: object) -> None:
    one.fill(after(hours=1), **changed)
    one.decide(after(hours=2), "passed")


def entry(one: Applicant) -> RosterEntry | None:
    with reading() as session:
        return session.scalar(
            select(RosterEntry).where(RosterEntry.party_id == one.account().party_id)
        )


def shown(one: Applicant, step: str, username: str) -> dict[str, Any]:
    """What the form of a step shows to somebody."""
    player = one.city.player
    with reading() as session:
        item = player.item(session, one.instance, step)
        return item_view(session, item.id, player.actor(session, username)).data


def messages(*templates: str) -> list[OutboundMessage]:
    with reading() as session:
        query = select(OutboundMessage).where(OutboundMessage.template.in_(templates))
        return list(session.scalars(query))


@pytest.mark.req("DZ-A1")
def test_a_new_enterprise_may_do_nothing_but_enrol(applicant: Applicant) -> None:
    assert applicant.roles() == {"applicant"}
    assert applicant.steps() == ["fill_company"]
    with reading() as session:
        party = session.get_one(Party, applicant.account().party_id)
    assert party.status is PartyStatus.PENDING


@pytest.mark.req("DZ-A1")
def test_the_bureau_has_two_working_days(applicant: Applicant) -> None:
    applicant.fill(FRIDAY)
    with reading() as session:
        item = session.scalars(select(WorkItem).where(WorkItem.step == "verify_company")).one()
    assert item.role == "regulator"
    assert item.due_at == datetime(2026, 11, 24, 17, 30, tzinfo=CHINA)
    assert applicant.rounds()[0].due_at == item.due_at


@pytest.mark.req("DZ-A1")
def test_the_bureau_is_reminded_then_the_leader_is_told_and_the_step_stays_open(
    applicant: Applicant,
) -> None:
    applicant.fill(MORNING)
    applicant.wake(datetime(2026, 11, 10, 17, 31, tzinfo=CHINA))
    assert len(messages("deadline_soon")) == 1
    assert messages("deadline_overdue") == []
    applicant.wake(datetime(2026, 11, 11, 17, 31, tzinfo=CHINA))
    applicant.wake(datetime(2026, 11, 12, 17, 31, tzinfo=CHINA))
    assert len(messages("deadline_soon", "deadline_overdue")) == 2
    assert applicant.steps() == ["verify_company"]
    applicant.decide(datetime(2026, 11, 13, 9, 0, tzinfo=CHINA), "passed")
    assert "contractor" in applicant.roles()


@pytest.mark.req("DZ-A1")
def test_every_round_is_kept_with_all_its_reasons(applicant: Applicant) -> None:
    applicant.fill(after(hours=1), legal_person="顾青溪")
    applicant.decide(after(hours=2), "sent_back", REASONS)
    assert applicant.steps() == ["fill_company"]
    applicant.fill(after(hours=3))
    applicant.decide(after(hours=4), "passed")

    first, second = applicant.rounds()
    assert (first.state, first.reasons) == (RoundState.SENT_BACK, REASONS)
    assert first.profile["legal_person"] == "顾青溪"
    assert (second.state, second.profile["legal_person"]) == (RoundState.PASSED, "顾清溪")
    told = messages("enrolment_sent_back")
    assert [one.recipient for one in told] == ["17000009001"]
    assert "营业执照" not in str(told[0].values)


def test_the_second_round_is_verified_from_a_blank_conclusion(applicant: Applicant) -> None:
    applicant.fill(after(hours=1))
    applicant.decide(after(hours=2), "sent_back", REASONS)
    assert shown(applicant, "fill_company", "qingxi")["reasons"] == REASONS
    applicant.fill(after(hours=3))
    data = shown(applicant, "verify_company", HOUSING)
    assert (data["decision"], data["reasons"]) == (None, None)


@pytest.mark.req("DZ-A1")
def test_a_passed_enterprise_stands_on_the_roster_with_qualifications_and_pledge(
    applicant: Applicant,
) -> None:
    licence = applicant.row(
        kind="safety_licence/安全生产许可证", level="0", certificate="JZ2024-007"
    )
    enrolled(applicant, qualifications=[applicant.row(level="2"), licence])

    listed = entry(applicant)
    assert listed is not None
    assert listed.status is EntryStatus.ACTIVE
    assert {(one.category, one.level_name) for one in listed.qualifications} == {
        ("建筑工程施工总承包", "二级"),
        ("安全生产许可证", ""),
    }
    with reading() as session:
        party = session.get_one(Party, applicant.account().party_id)
        pledge = session.scalars(select(Pledge).where(Pledge.party_id == party.id)).one()
    assert party.status is PartyStatus.ACTIVE
    assert pledge.signed_by == applicant.account().id
    assert applicant.roles() == {"applicant", "contractor"}
    assert len(messages("enrolment_passed")) == 1
    assert applicant.steps() == []


@pytest.mark.req("DZ-A3")
def test_the_bureau_decides_that_an_enterprise_may_not_take_part(applicant: Applicant) -> None:
    applicant.fill(after(hours=1))
    applicant.decide(after(hours=2), "refused", "不具备建筑业企业资质，不能参与选取。")
    assert applicant.roles() == {"applicant"}
    assert entry(applicant) is None
    assert applicant.rounds()[0].state is RoundState.REFUSED
    applicant.begin(after(hours=3))
    assert applicant.steps() == ["fill_company"]


@pytest.mark.req("DZ-A3")
def test_nobody_but_the_bureau_verifies(applicant: Applicant) -> None:
    applicant.fill(after(hours=1))
    for somebody in ("qingxi", "dz.centre", "dz.contractor01"):
        with pytest.raises(NotYoursError):
            applicant.decide(after(hours=2), "passed", by=somebody)


@pytest.mark.req("DZ-A1")
@pytest.mark.parametrize("decision", ["sent_back", "refused"])
def test_a_return_without_reasons_is_refused(applicant: Applicant, decision: str) -> None:
    applicant.fill(after(hours=1))
    with pytest.raises(FormInvalidError) as refused:
        applicant.decide(after(hours=2), decision, "")
    assert list(refused.value.fields) == ["reasons"]
    assert applicant.rounds()[0].state is RoundState.SUBMITTED


def test_what_is_wrong_with_the_qualifications_is_told_row_by_row_and_nothing_is_kept(
    applicant: Applicant,
) -> None:
    rows = [
        applicant.row(valid_until="2026-10-31"),
        applicant.row(),
        applicant.row(kind="safety_licence/安全生产许可证", valid_from="2031-01-01"),
    ]
    with pytest.raises(QualificationsWrongError) as refused:
        applicant.fill(after(hours=1), qualifications=rows)
    assert set(refused.value.fields) == {
        "qualifications[0].valid_until",
        "qualifications[1].kind",
        "qualifications[2].valid_until",
    }
    assert "2026-10-31" in refused.value.fields["qualifications[0].valid_until"]
    assert applicant.rounds()[0].state is RoundState.DRAFT
    with pytest.raises(QualificationMissingError):
        applicant.fill(after(hours=1), qualifications=[])


def test_only_what_was_ticked_and_filled_in_is_taken(applicant: Applicant) -> None:
    with pytest.raises(FormInvalidError) as refused:
        applicant.fill(after(hours=1), is_truthful=False, business_licence=[], name="")
    assert set(refused.value.fields) == {"is_truthful", "business_licence", "name"}


def test_the_credit_code_is_the_registered_one_whatever_is_sent(applicant: Applicant) -> None:
    enrolled(applicant, credit_code="91511702MA00000000")
    with reading() as session:
        party = session.get_one(Party, applicant.account().party_id)
    assert party.credit_code == code()
    assert "credit_code" not in applicant.rounds()[0].profile


@pytest.mark.req("DZ-A1")
@pytest.mark.req("HR-3.4.1")
def test_a_change_takes_effect_after_its_verification_and_not_before(
    applicant: Applicant,
) -> None:
    enrolled(applicant)
    applicant.begin(after(hours=3))
    applicant.fill(
        after(hours=4), name="达州清溪建设集团有限公司", qualifications=[applicant.row(level="2")]
    )
    with reading() as session:
        party_id = applicant.account().party_id
        assert session.get_one(Party, party_id).name == "达州清溪建筑有限公司"
    before = entry(applicant)
    assert before is not None
    assert [one.level for one in before.qualifications] == [3]

    applicant.decide(after(hours=5), "passed")
    with reading() as session:
        assert session.get_one(Party, party_id).name == "达州清溪建设集团有限公司"
    changed = entry(applicant)
    assert changed is not None
    assert [one.level for one in changed.qualifications] == [2]
    assert applicant.rounds()[0].is_change


def test_a_change_begins_from_what_is_in_force_and_one_that_changes_nothing_is_refused(
    applicant: Applicant,
) -> None:
    enrolled(applicant)
    applicant.begin(after(hours=3))
    player = applicant.city.player
    data = shown(applicant, "fill_company", "qingxi")
    assert data["legal_person"] == "顾清溪"
    assert data["qualifications"][0]["certificate_file"]
    with pytest.raises(NothingChangedError), player.at(after(hours=4)):
        player.complete("qingxi", applicant.instance, "fill_company", {**data, "is_truthful": True})


def test_one_file_at_a_time_and_one_kind_for_an_organisation(applicant: Applicant) -> None:
    with pytest.raises(AlreadyOpenError):
        applicant.begin(after(hours=1))
    enrolled(applicant)
    owner = Applicant(applicant.city, kind="owner")
    with pytest.raises(PartyKindTakenError):
        owner.begin(after(hours=4))


def test_what_the_bureau_did_stands_among_its_done_items(applicant: Applicant) -> None:
    enrolled(applicant)
    with reading() as session:
        item = session.scalars(select(WorkItem).where(WorkItem.step == "verify_company")).one()
    assert item.state is WorkItemState.DONE
    assert item.outcome == "核实通过，同意参与选取"


@pytest.mark.req("DZ-A4b")
def test_the_enrolled_qualification_decides_which_projects_the_enterprise_fits(
    applicant: Applicant,
) -> None:
    enrolled(applicant)
    party = str(applicant.account().party_id)
    wanted = {"scheme": "general_contracting", "category": "建筑工程施工总承包", "level_name": ""}
    for level, fit in ((3, True), (0, True), (2, False)):
        project = project_asking({**wanted, "level": level})
        with unit_of_work() as session:
            assert (fits(session, party, project, after(hours=3)) == []) is fit
    other = project_asking({**wanted, "category": "公路工程施工总承包", "level": 3})
    with reading() as session:
        found = {one.code: one.holds for one in assess(session, party, other, after(hours=3))}
    assert found == {"roster": True, "suspension": True, "qualification": False}


def project_asking(requirement: dict[str, object]) -> Project:
    return Project(
        county_code="dazhou",
        title="测试",
        requirements=[requirement],
        phase=ProjectPhase.ANNOUNCED,
        method=SelectionMethod.RANDOM_DRAW,
        created_at=MORNING,
        selection_at=None,
        works_type="房屋建筑",
        ceiling_price=1,
    )


@pytest.mark.req("DZ-A1")
def test_a_case_that_was_ended_leaves_the_enterprise_free_to_enrol_again(city: City) -> None:
    one = Applicant(city)
    one.register(MORNING)
    one.fill(after(hours=1))
    with unit_of_work() as session:
        session.get_one(Instance, one.instance).status = InstanceStatus.TERMINATED
    first = one.instance
    one.begin(after(hours=2))
    assert one.steps() == ["fill_company"]
    with reading() as session:
        states = dict(
            map(tuple, session.execute(select(EnrolmentRound.instance_id, EnrolmentRound.state)))
        )
    assert states == {first: RoundState.ENDED, one.instance: RoundState.DRAFT}


def test_a_case_that_goes_on_is_not_begun_twice(city: City) -> None:
    one = Applicant(city)
    one.register(MORNING)
    with pytest.raises(AlreadyOpenError, match="正在办理"):
        one.begin(after(hours=1))
