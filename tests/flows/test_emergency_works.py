"""Emergency works: the result first, then contract, works, reports, evaluation (HR-4.10)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from models.contract_errors import ContractTermsError, StartInvalidError
from models.deficiency import DeficiencyNotice
from models.emergencies import EmergencyInvalidError, of_project
from models.emergency import EmergencyWorks
from models.errors import ConflictError
from models.identity.party import Party
from models.letter import Letter
from models.notice import Notice, NoticeKind
from models.project import Project, ProjectPhase, SelectionMethod
from models.roster.entry import Suspension
from models.session import reading, unit_of_work
from processes.case_errors import FormInvalidError, NotYoursError
from processes.demo.emergencies import REGULATOR
from processes.engine import ProcessEngine
from tests.city import City
from tests.flows.emergencies import (
    ACCEPTED,
    CONTRACTED,
    REPORTED,
    REPORTING,
    SIGNED,
    STARTED,
    begun,
    in_works,
    need_approval,
    published,
)

LATER = REPORTED + timedelta(hours=2)


def works_of(story) -> EmergencyWorks:
    with reading() as session:
        found = of_project(session, story.project)
        assert found is not None
        return found


def notices(story) -> list[Notice]:
    with reading() as session:
        return list(session.scalars(select(Notice).where(Notice.project_id == story.project)))


@pytest.mark.req("HR-4.10")
def test_an_emergency_runs_from_its_result_to_the_evaluation(city: City) -> None:
    story = in_works(city)
    story.upload_reports(REPORTING)
    story.accept_works(ACCEPTED)
    story.evaluate(ACCEPTED)
    project = city.project(story)
    assert (project.method, project.phase) == (SelectionMethod.EMERGENCY, ProjectPhase.EVALUATED)
    assert city.steps(story) == []


@pytest.mark.req("HR-4.10")
def test_the_result_is_published_first_with_the_law_that_lets_it_be(city: City) -> None:
    story = published(city)
    (notice,) = notices(story)
    assert notice.kind is NoticeKind.AWARD_NOTICE
    assert "《中华人民共和国招标投标法》第六十六条" in notice.body
    assert "栖梧市政工程有限公司" in notice.body
    assert "{" not in notice.body
    project = city.project(story)
    assert project.phase is ProjectPhase.AWARDED
    assert project.award_price == 14_600_000
    with reading() as session:
        letter = session.scalars(select(Letter)).one()
    assert "招标投标法" in str(letter.words)
    assert letter.party_id == project.winner_id
    assert city.steps(story) == ["fill_contract"]


@pytest.mark.req("HR-4.10")
def test_contract_and_start_may_be_as_old_as_the_entrusting_and_no_older(city: City) -> None:
    story = published(city)
    entrusted = (REPORTED - timedelta(days=1)).date()
    early = (REPORTED - timedelta(days=2)).date().isoformat()
    for field in ("signed_on", "starts_on"):
        with pytest.raises(ContractTermsError, match="确定施工单位"):
            story.submit_contract(SIGNED, **{field: early})
    same_day = {"signed_on": entrusted.isoformat(), "starts_on": entrusted.isoformat()}
    story.sign_contract(SIGNED, **same_day)
    story.wake(CONTRACTED)
    with pytest.raises(StartInvalidError, match="确定施工单位"):
        story.start_works(STARTED, entrusted - timedelta(days=1))
    story.start_works(STARTED, entrusted)
    assert "accept_works" in city.steps(story)


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"occurred_at": "2026-11-09T09:05"}, "occurred_at", "不能晚于现在"),
        ({"entrusted_at": "2026-11-09T09:05"}, "entrusted_at", "不能晚于现在"),
        ({"entrusted_at": "2026-11-08T06:00"}, "entrusted_at", "早于险情发生"),
        ({"contractor_name": "别的建筑有限公司"}, "contractor_name", "栖梧市政工程有限公司"),
        ({"contractor_code": "91110116MA0000000X"}, "contractor_code", ""),
    ],
)
def test_a_report_that_does_not_fit_is_refused_at_its_field(
    city: City, changes, field, words
) -> None:
    story = begun(city)
    with pytest.raises((EmergencyInvalidError, FormInvalidError)) as refused:
        story.report(REPORTED, **changes)
    assert words in refused.value.fields[field]
    with reading() as session:
        assert (
            session.scalar(select(Project.id).where(Project.instance_id == story.instance)) is None
        )


def test_a_code_that_stands_on_no_roster_is_refused(city: City) -> None:
    story = begun(city)
    with reading() as session:
        town = session.scalars(select(Party).where(Party.name == "枫泉镇人民政府")).one()
    with pytest.raises(EmergencyInvalidError) as refused:
        story.report(REPORTED, contractor_name=town.name, contractor_code=town.credit_code)
    assert "不在本区县的施工企业名册库内" in refused.value.fields["contractor_code"]


def test_a_suspended_contractor_is_refused_with_its_reason(city: City) -> None:
    story = begun(city)
    with unit_of_work() as session:
        party = session.scalars(select(Party).where(Party.name == "栖梧市政工程有限公司")).one()
        session.add(
            Suspension(
                party_id=party.id,
                county_code="huairou",
                from_at=REPORTED - timedelta(days=3),
                until_at=REPORTED + timedelta(days=3),
                reason="拖欠农民工工资",
            )
        )
    with pytest.raises(EmergencyInvalidError) as refused:
        story.report(REPORTED)
    assert "拖欠农民工工资" in refused.value.fields["contractor_code"]
    assert city.steps(story) == ["fill_emergency"]


def test_a_late_report_says_why(city: City) -> None:
    story = begun(city)
    late = {"occurred_at": "2026-10-20T08:00", "entrusted_at": "2026-10-20T10:00"}
    with pytest.raises(EmergencyInvalidError) as refused:
        story.report(REPORTED, **late)
    assert "2026-10-27 17:30" in refused.value.fields["late_reason"]
    story.report(REPORTED, **late, late_reason="抢险持续两周，通信中断。")
    assert works_of(story).late_reason == "抢险持续两周，通信中断。"


def test_a_reason_given_in_time_is_not_kept(city: City) -> None:
    story = begun(city)
    story.report(REPORTED, late_reason="其实没有逾期。")
    row = works_of(story)
    assert row.late_reason == ""
    assert row.reported_at == REPORTED


@pytest.mark.req("HR-4.10")
def test_where_the_rule_says_so_the_regulator_approves_before_anything_is_out(city: City) -> None:
    need_approval()
    story = published(city)
    assert city.steps(story) == ["approve_emergency"]
    assert notices(story) == []
    assert city.project(story).phase is ProjectPhase.REPORTED
    story.decide(LATER, "approved")
    assert works_of(story).conclusion == "approved"
    (notice,) = notices(story)
    assert "行业主管部门已核准" in notice.body
    assert city.steps(story) == ["fill_contract"]


def test_a_report_sent_back_is_corrected_in_a_round_of_its_own(city: City) -> None:
    need_approval()
    story = published(city)
    story.decide(LATER, "returned", "决策文件没有盖章，请补正。")
    assert city.steps(story) == ["fill_emergency"]
    assert city.project(story).phase is ProjectPhase.DRAFT
    story.report(LATER + timedelta(hours=1), scope="清理塌方200立方米，抛石护脚60米。")
    story.decide(LATER + timedelta(hours=2), "approved")
    with reading() as session:
        rounds = session.scalars(select(DeficiencyNotice)).all()
    assert [one.reasons for one in rounds] == ["决策文件没有盖章，请补正。"]
    project = city.project(story)
    assert (project.phase, project.scope[:6]) == (ProjectPhase.AWARDED, "清理塌方20")
    assert works_of(story).opinion == ""


def test_a_refusal_ends_the_project_with_its_reasons(city: City) -> None:
    need_approval()
    story = published(city)
    with pytest.raises(FormInvalidError):
        story.decide(LATER, "refused")
    story.decide(LATER, "refused", "险情已经解除，应当组织比选。")
    assert city.project(story).phase is ProjectPhase.TERMINATED
    assert works_of(story).opinion == "险情已经解除，应当组织比选。"
    assert (city.steps(story), notices(story)) == ([], [])


def test_a_report_taken_back_is_not_approved_afterwards(city: City) -> None:
    need_approval()
    story = published(city)
    with reading() as session:
        item = city.player.item(session, story.instance, "approve_emergency").id
    story.withdraw(LATER, "险情解除，不再实施。")
    assert city.project(story).phase is ProjectPhase.WITHDRAWN
    with story.player.at(LATER), unit_of_work() as session:
        actor = story.player.actor(session, REGULATOR)
        engine = ProcessEngine(session, settings=city.settings)
        with pytest.raises(ConflictError):
            engine.complete(item, {"emergency_decision": "approved"}, actor=actor)
    assert works_of(story).conclusion == ""


def test_only_the_regulator_approves(city: City) -> None:
    need_approval()
    story = published(city)
    form = {"emergency_decision": "approved"}
    with story.player.at(LATER), pytest.raises(NotYoursError):
        story.player.complete("hr.town", story.instance, "approve_emergency", form)
