"""Start and acceptance of the works, registered by the owner with what they rest on."""

from datetime import date, datetime

import pytest
from sqlalchemy import delete, select

from models.calendar import CalendarYearMissingError, WorkCalendar, forget_calendar
from models.clock import CHINA
from models.completion import Completion
from models.contract_errors import AcceptanceInvalidError, StartInvalidError
from models.flow.definition import BASE, RuleValue
from models.flow.rules import forget_rules
from models.performance_review import PerformanceReview
from models.project import ProjectPhase
from models.session import reading, unit_of_work
from processes.case_errors import FormInvalidError
from tests.city import City
from tests.flows.afterwards import contracted

ACCEPTED = datetime(2026, 12, 18, 16, 0, tzinfo=CHINA)
STARTED = datetime(2026, 11, 19, 9, 0, tzinfo=CHINA)


def works(story) -> Completion:
    with reading() as session:
        query = select(Completion).where(Completion.project_id == story.project)
        return session.scalars(query).one()


@pytest.mark.req("DZ-A4")
def test_start_and_acceptance_are_registered_and_the_evaluation_is_owed(city: City) -> None:
    story = contracted(city)
    assert city.steps(story) == ["register_start"]
    story.start_works(STARTED)
    assert city.steps(story) == ["accept_works"]
    story.accept_works(ACCEPTED, audited_settlement=18_200_000)

    row = works(story)
    assert (row.started_on, row.accepted_on) == (STARTED.date(), ACCEPTED.date())
    assert row.audited_settlement == 18_200_000
    assert city.project(story).phase is ProjectPhase.COMPLETED
    assert city.steps(story) == ["evaluate_contractor"]
    with reading() as session:
        item = city.player.item(session, story.instance, "evaluate_contractor")
        review = session.scalars(select(PerformanceReview)).one()
        # accepted on a Friday: five working days later is the Friday after
        assert item.due_at == review.due_at == datetime(2026, 12, 25, 17, 30, tzinfo=CHINA)


def test_the_acceptance_is_wanted_some_days_after_the_agreed_end(city: City) -> None:
    story = contracted(city)
    story.start_works(STARTED)
    with reading() as session:
        item = city.player.item(session, story.instance, "accept_works")
    # 45 days from 19 November end on 2 January; twenty working days of the year 2027 follow
    assert item.due_at == datetime(2027, 1, 29, 17, 30, tzinfo=CHINA)


def test_works_that_end_in_a_year_without_a_calendar_have_no_deadline(city: City) -> None:
    with unit_of_work() as session:
        session.execute(delete(WorkCalendar).where(WorkCalendar.day >= date(2027, 1, 1)))
    forget_calendar()
    story = contracted(city)
    story.start_works(STARTED)
    with reading() as session:
        item = city.player.item(session, story.instance, "accept_works")
    assert item.due_at is None


def test_an_acceptance_whose_deadline_falls_into_a_missing_year_is_refused_whole(
    city: City,
) -> None:
    story = contracted(city)
    story.start_works(STARTED)
    with unit_of_work() as session:
        session.execute(delete(WorkCalendar).where(WorkCalendar.day >= date(2027, 1, 1)))
    forget_calendar()
    with pytest.raises(CalendarYearMissingError) as refused:
        story.accept_works(datetime(2026, 12, 30, 9, 0, tzinfo=CHINA))
    assert "2027年的工作日历尚未载入" in refused.value.text
    assert works(story).accepted_on is None
    assert city.project(story).phase is ProjectPhase.CONTRACTED
    assert city.steps(story) == ["accept_works"]


@pytest.mark.parametrize("started_on", [date(2026, 11, 16), date(2026, 11, 20)])
def test_works_begin_after_the_contract_and_not_in_the_future(city: City, started_on) -> None:
    story = contracted(city)
    with pytest.raises(StartInvalidError) as refused:
        story.start_works(STARTED, started_on)
    assert list(refused.value.fields) == ["started_on"]


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"accepted_on": "2026-11-16", "completed_on": "2026-11-19"}, "accepted_on", "合同签订"),
        ({"accepted_on": "2026-12-19"}, "accepted_on", "不能晚于今天"),
        ({"accepted_on": "2026-12-01"}, "accepted_on", "早于竣工日期"),
        ({"completed_on": "2026-11-18"}, "completed_on", "早于开工日期"),
        ({"audited_settlement": 18_360_001}, "settlement_reason", "高于合同价"),
    ],
)
def test_an_acceptance_that_does_not_fit_is_refused_at_its_field(
    city: City, changes, field, words
) -> None:
    story = contracted(city)
    story.start_works(STARTED)
    with pytest.raises(AcceptanceInvalidError) as refused:
        story.accept_works(ACCEPTED, **changes)
    assert words in refused.value.fields[field]
    assert works(story).accepted_on is None


def test_a_higher_settlement_is_kept_with_its_grounds(city: City) -> None:
    story = contracted(city)
    story.start_works(STARTED)
    grounds = "按设计变更单增加围墙12米。"
    story.accept_works(ACCEPTED, audited_settlement=18_900_000, settlement_reason=grounds)
    assert works(story).settlement_reason == grounds


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ("completion.supervision_report", "supervision_unit"),
        ("completion.audit_report", "audit_unit"),
    ],
)
def test_the_county_decides_which_units_report_on_the_works(city: City, rule, field) -> None:
    with unit_of_work() as session:
        query = select(RuleValue).where(RuleValue.key == rule, RuleValue.county_code == BASE)
        base = session.scalars(query).one()
        base.value = True
    forget_rules()
    story = contracted(city)
    with pytest.raises(FormInvalidError) as refused:
        story.start_works(STARTED)
    assert list(refused.value.fields) == [field]
    assert city.steps(story) == ["register_start"]


def test_the_acceptance_report_is_always_needed(city: City) -> None:
    story = contracted(city)
    story.start_works(STARTED)
    with pytest.raises(FormInvalidError) as refused:
        story.accept_works(ACCEPTED, acceptance_report=[])
    assert list(refused.value.fields) == ["acceptance_report"]
