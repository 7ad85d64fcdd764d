"""Reports of supervision and audit units before the acceptance (HR-3.3.1, HR-3.3.3, HR-4.7)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from models.completions import of_project
from models.contract_errors import AcceptanceInvalidError
from models.errors import ConflictError
from models.flow.instance import Instance
from models.flow.job import OutboundMessage
from models.flow.work_item import Draft, WorkItem
from models.message import InAppMessage
from models.project import ProjectPhase
from models.roster.entry import Suspension
from models.roster.standing import MayNotActError
from models.session import reading, unit_of_work
from models.works_report import ReportKind, WorksReport
from models.works_reports import (
    InvitedTodayError,
    NothingOwedError,
    ReplaceReasonError,
    ReportInvalidError,
    ReportsMissingError,
    SameUnitError,
)
from processes import report_units
from processes.case_errors import FormInvalidError, NotYoursError
from processes.engine import ProcessEngine
from processes.reading import runtime_of
from tests.city import City
from tests.flows.emergencies import (
    ACCEPTED,
    CONTRACTED,
    REPORTING,
    SIGNED,
    STARTED,
    Emergency,
    begun,
    contracted,
    in_works,
    replace,
)

BOTH = ["accept_works", "upload_audit_report", "upload_supervision_report"]
FRIDAY, SATURDAY, MONDAY = (REPORTING + timedelta(days=days) for days in (0, 1, 3))


def reports(story) -> dict[str, WorksReport]:
    with reading() as session:
        query = select(WorksReport).where(WorksReport.project_id == story.project)
        return {one.kind.value: one for one in session.scalars(query)}


def told(template: str) -> list[str]:
    with reading() as session:
        query = select(OutboundMessage.values).where(OutboundMessage.template == template)
        return [one["text"] for one in session.scalars(query)]


def invite(city: City, story, at, who: str = "hr.town"):
    with story.player.at(at), unit_of_work() as session:
        actor = story.player.actor(session, who)
        return report_units.invite(session, city.settings, story.instance, actor=actor)


@pytest.mark.req("HR-3.3.1")
@pytest.mark.req("HR-3.3.3")
def test_each_unit_finds_its_report_in_its_own_inbox(city: City) -> None:
    story = in_works(city)
    assert city.steps(story) == BOTH
    with reading() as session:
        for kind, unit in (("supervision", "hr.supervisor"), ("audit", "hr.auditor")):
            item = city.player.item(session, story.instance, f"upload_{kind}_report")
            assert item.party_id == story.party_of(unit)
            # twelve days from the 12th end on the 23rd; fifteen working days follow
            assert f"{item.due_at:%Y-%m-%d %H:%M}" == "2026-12-14 17:30"
    assert len(told("report_asked")) == 2
    assert all("枫泉镇北沟路基冲毁应急抢修工程" in one for one in told("report_asked"))
    story.upload_report(REPORTING, "supervision")
    row = reports(story)["supervision"]
    assert (row.submitted_at, row.audited_settlement) == (REPORTING, None)
    assert city.steps(story) == ["accept_works", "upload_audit_report"]
    story.upload_report(REPORTING, "audit")
    assert reports(story)["audit"].audited_settlement == 14_600_000
    assert city.steps(story) == ["accept_works"]


@pytest.mark.req("HR-4.7")
def test_an_acceptance_waits_for_both_reports_and_says_who_owes_which(city: City) -> None:
    story = in_works(city)
    with pytest.raises(ReportsMissingError) as refused:
        story.accept_works(ACCEPTED)
    text = refused.value.text
    assert "监理报告（砺石工程监理有限公司，2026-11-12约请）" in text
    assert "审计报告（明恕工程造价咨询有限公司，2026-11-12约请）" in text
    story.upload_report(REPORTING, "audit")
    with pytest.raises(ReportsMissingError) as refused:
        story.accept_works(ACCEPTED)
    assert "审计报告" not in refused.value.text
    assert city.steps(story) == ["accept_works", "upload_supervision_report"]
    story.upload_report(REPORTING, "supervision")
    story.accept_works(ACCEPTED)
    assert city.project(story).phase is ProjectPhase.COMPLETED


@pytest.mark.req("HR-4.7")
def test_a_refused_acceptance_keeps_the_draft(city: City) -> None:
    story = in_works(city)
    with story.player.at(ACCEPTED), unit_of_work() as session:
        item = story.player.item(session, story.instance, "accept_works").id
        actor = story.player.actor(session, "hr.town")
        engine = ProcessEngine(session, settings=city.settings)
        engine.save_draft(item, {"completed_on": "2026-11-19"}, actor=actor)
    with pytest.raises(ReportsMissingError):
        story.accept_works(ACCEPTED)
    with reading() as session:
        assert [one.form for one in session.scalars(select(Draft))] == [
            {"completed_on": "2026-11-19"}
        ]


@pytest.mark.req("HR-4.7")
def test_the_settlement_is_the_auditors_and_nobody_types_it_again(city: City) -> None:
    story = in_works(city)
    story.upload_report(REPORTING, "supervision")
    story.upload_report(REPORTING, "audit", audit_settlement=14_100_000)
    story.accept_works(ACCEPTED, audited_settlement=99)
    with reading() as session:
        row = of_project(session, story.project)
        assert row is not None
        assert row.audited_settlement == 14_100_000


def test_a_settlement_above_the_contract_price_wants_a_reason(city: City) -> None:
    story = in_works(city)
    story.upload_report(REPORTING, "supervision")
    story.upload_report(REPORTING, "audit", audit_settlement=15_000_000)
    with pytest.raises(AcceptanceInvalidError) as refused:
        story.accept_works(ACCEPTED)
    assert list(refused.value.fields) == ["settlement_reason"]
    story.accept_works(ACCEPTED, settlement_reason="增加抛石护脚12米，有签证单。")


@pytest.mark.parametrize("kind", ["supervision", "audit"])
def test_a_report_of_another_project_is_refused(city: City, kind) -> None:
    story = in_works(city)
    with pytest.raises(ReportInvalidError) as refused:
        story.upload_report(REPORTING, kind, **{f"{kind}_number": "HRX-2026-0099"})
    assert list(refused.value.fields) == [f"{kind}_number"]
    assert city.project(story).number in refused.value.text
    assert city.steps(story) == BOTH


def test_a_number_is_the_same_however_it_was_typed(city: City) -> None:
    story = in_works(city)
    number = city.project(story).number.lower().replace("-", "－")
    story.upload_report(REPORTING, "supervision", supervision_number=f" {number} ")
    assert "upload_supervision_report" not in city.steps(story)


def test_one_file_is_no_report_for_two_projects(city: City) -> None:
    first = in_works(city)
    other = begun(city, Emergency(title="枫泉镇南沟护坡坍塌应急工程"))
    other.report(SIGNED)
    other.sign_contract(SIGNED + timedelta(hours=1))
    other.wake(CONTRACTED)
    other.start_works(STARTED)
    paper = first.player.upload("hr.supervisor", "监理报告.pdf", "同一份报告")
    first.upload_report(REPORTING, "supervision", supervision_report=paper)
    again = first.player.upload("hr.supervisor", "监理报告（二）.pdf", "同一份报告")
    with pytest.raises(ReportInvalidError) as refused:
        other.upload_report(REPORTING, "supervision", supervision_report=again)
    assert city.project(first).number in refused.value.fields["supervision_report"]


def test_a_report_is_handed_in_once(city: City) -> None:
    story = in_works(city)
    with reading() as session:
        item = story.player.item(session, story.instance, "upload_supervision_report").id
    story.upload_report(REPORTING, "supervision")
    first = reports(story)["supervision"].document_id
    form = story.report_form("supervision", "hr.supervisor")
    with story.player.at(ACCEPTED), unit_of_work() as session:
        actor = story.player.actor(session, "hr.supervisor")
        engine = ProcessEngine(session, settings=city.settings)
        with pytest.raises(ConflictError):
            engine.complete(item, form, actor=actor)
    assert reports(story)["supervision"].document_id == first


def test_a_report_is_its_units_alone(city: City) -> None:
    story = in_works(city)
    for who in ("hr.supervisor2", "hr.auditor", "hr.town"):
        with pytest.raises(NotYoursError):
            story.upload_report(REPORTING, "supervision", by=who)


def test_a_suspended_unit_cannot_be_named(city: City) -> None:
    story = contracted(city)
    with unit_of_work() as session:
        session.add(
            Suspension(
                party_id=story.party_of("hr.supervisor"),
                county_code="huairou",
                from_at=STARTED - timedelta(days=1),
                until_at=STARTED + timedelta(days=30),
                reason="出具虚假报告",
            )
        )
    with pytest.raises(FormInvalidError) as refused:
        story.start_works(STARTED)
    assert list(refused.value.fields) == ["supervision_unit"]
    other = story.party_of("hr.supervisor2")
    story.start_works(STARTED, supervision_unit=other)
    assert reports(story)["supervision"].party_id == other


@pytest.mark.req("HR-4.7")
def test_the_notify_button_tells_each_unit_once_a_working_day(city: City) -> None:
    story = in_works(city)
    found = invite(city, story, FRIDAY)
    assert found.now == ("砺石工程监理有限公司", "明恕工程造价咨询有限公司")
    with pytest.raises(InvitedTodayError, match="砺石工程监理有限公司"):
        invite(city, story, FRIDAY + timedelta(hours=3))
    with pytest.raises(InvitedTodayError):
        invite(city, story, SATURDAY)
    story.upload_report(MONDAY, "audit")
    found = invite(city, story, MONDAY)
    assert (found.now, found.before) == (("砺石工程监理有限公司",), ())
    assert reports(story)["supervision"].invitations == 2
    assert len(told("report_invited")) == 3
    with reading() as session:
        query = select(InAppMessage.link).where(InAppMessage.template == "report_invited")
        assert set(session.scalars(query)) == {f"/cases/{story.instance}"}
    story.upload_report(MONDAY, "supervision")
    with pytest.raises(NothingOwedError):
        invite(city, story, MONDAY)


def test_only_the_owner_notifies_and_replaces(city: City) -> None:
    story = in_works(city)
    for who in ("hr.town2", "hr.supervisor", "hr.contractor03"):
        with pytest.raises(report_units.NotTheOwnerError):
            invite(city, story, FRIDAY, who)
        with pytest.raises(report_units.NotTheOwnerError):
            replace(city, story, ReportKind.AUDIT, "hr.auditor2", by=who)


def test_another_unit_takes_over_while_the_report_is_not_in(city: City) -> None:
    story = in_works(city)
    replace(city, story, ReportKind.SUPERVISION, "hr.supervisor2")
    assert city.steps(story) == BOTH
    assert "已由项目业主更换" in told("report_released")[0]
    with pytest.raises(NotYoursError):
        story.upload_report(REPORTING, "supervision", by="hr.supervisor")
    story.upload_report(REPORTING, "supervision", by="hr.supervisor2")
    story.upload_report(REPORTING, "audit")
    story.accept_works(ACCEPTED)
    with reading() as session:
        item = story.player.item(session, story.instance, "evaluate_contractor")
        data = runtime_of(session, session.get_one(Instance, item.instance_id)).data
    assert data["parties"]["supervisor"] == story.party_of("hr.supervisor2")
    assert data["parties"]["auditor"] == story.party_of("hr.auditor")


def test_replacing_one_unit_leaves_the_owners_draft_and_the_other_report_alone(city: City) -> None:
    story = in_works(city)
    with reading() as session:
        query = select(WorkItem.id).where(WorkItem.instance_id == story.instance)
        kept = query.where(WorkItem.step.in_(("accept_works", "upload_supervision_report")))
        before = sorted(session.scalars(kept))
    replace(city, story, ReportKind.AUDIT, "hr.auditor2")
    with reading() as session:
        assert sorted(session.scalars(kept)) == before
    replace(city, story, ReportKind.AUDIT, "hr.auditor", at=MONDAY)
    story.upload_report(MONDAY, "audit")


@pytest.mark.parametrize(
    ("unit", "reason", "error"),
    [
        ("hr.auditor", "原单位不能按期出具。", SameUnitError),
        ("hr.supervisor", "原单位不能按期出具。", MayNotActError),
        ("hr.auditor2", "换", ReplaceReasonError),
    ],
)
def test_a_replacement_that_does_not_fit_changes_nothing(city: City, unit, reason, error) -> None:
    story = in_works(city)
    with pytest.raises(error):
        replace(city, story, ReportKind.AUDIT, unit, reason=reason)
    assert reports(story)["audit"].party_id == story.party_of("hr.auditor")


def test_a_report_that_is_in_has_its_unit_for_good(city: City) -> None:
    story = in_works(city)
    story.upload_report(REPORTING, "audit")
    with pytest.raises(report_units.NotReportedOnError):
        replace(city, story, ReportKind.AUDIT, "hr.auditor2")
