"""Intake: sent back with everything at once, corrected, accepted."""

import pytest
from sqlalchemy import select

from models.deficiency import DeficiencyNotice, SendBack
from models.document import Document
from models.flow.job import OutboundMessage
from models.flow.work_item import WorkItem
from models.project import Project, ProjectPhase
from models.session import reading
from processes.case_errors import FormInvalidError
from tests.city import MORNING, City, after

REASONS = "1. 预算表与清单金额不一致。\n2. 申请表未盖章。"


@pytest.mark.req("DZ-74.3")
def test_requirement_that_is_not_complete_is_refused_field_by_field(city: City) -> None:
    story = city.story()
    story.start(MORNING)

    with pytest.raises(FormInvalidError) as refused:
        story.fill(after(hours=1), title="", funding="")

    assert set(refused.value.fields) == {"title", "funding"}
    with reading() as session:
        assert session.scalars(select(Project)).all() == []


@pytest.mark.req("DZ-74.3")
def test_documents_of_the_requirement_belong_to_the_project_by_kind(city: City) -> None:
    story = city.story()
    story.start(MORNING)
    story.submit(after(hours=1))

    with reading() as session:
        found = session.execute(select(Document.kind, Document.project_id)).all()
    assert sorted(found) == [
        ("bill_of_quantities", story.project),
        ("budget_sheet", story.project),
        ("entry_application", story.project),
        ("stamped_application", story.project),
    ]


@pytest.mark.req("DZ-74.4")
def test_all_reasons_go_back_at_once_and_each_round_is_kept(city: City) -> None:
    story = city.story()
    story.start(MORNING)
    for hour in (1, 3):
        story.submit(after(hours=hour))
        story.send_back(after(hours=hour + 1), f"{REASONS}\n第{hour}次")

    with reading() as session:
        rounds = session.scalars(select(DeficiencyNotice).order_by(DeficiencyNotice.round)).all()
        items = session.scalars(select(WorkItem.outcome).where(WorkItem.step == "intake_review"))
        assert [one.round for one in rounds] == [1, 2]
        assert rounds[0].reasons == f"{REASONS}\n第1次"
        assert {one.kind for one in rounds} == {SendBack.REVIEW_FAILED}
        assert list(items) == ["审核不通过，退回"] * 2
    assert city.steps(story) == ["fill_requirement"]
    assert city.project(story).phase is ProjectPhase.DRAFT


@pytest.mark.req("DZ-74.4")
def test_owner_is_told_of_the_return_without_its_content(city: City) -> None:
    story = city.story()
    story.start(MORNING)
    story.submit(after(hours=1))
    story.send_back(after(hours=2), REASONS)

    with reading() as session:
        message = session.scalars(select(OutboundMessage)).one()
    assert message.template == "intake_sent_back"
    assert "预算表" not in str(message.values)


def test_sending_back_without_reasons_is_refused(city: City) -> None:
    story = city.story()
    story.start(MORNING)
    story.submit(after(hours=1))

    with pytest.raises(FormInvalidError) as refused:
        story.send_back(after(hours=2), "")
    assert list(refused.value.fields) == ["reasons"]


@pytest.mark.req("DZ-74.4")
def test_corrected_requirement_keeps_its_number_and_changes_the_project(city: City) -> None:
    story = city.story()
    story.start(MORNING)
    story.submit(after(hours=1))
    number = city.project(story).number
    story.send_back(after(hours=2), REASONS)
    story.submit(after(hours=3), ceiling_price=17_000_000)
    story.accept(after(hours=4))

    project = city.project(story)
    assert (project.number, project.ceiling_price) == (number, 17_000_000)
    assert city.steps(story) == ["name_people"]


@pytest.mark.req("DZ-A4b")
def test_works_type_and_qualification_decide_who_is_eligible(city: City) -> None:
    story = city.story()
    story.start(MORNING)
    story.submit(after(hours=1), qualification="water_general", level="2")

    wanted = city.project(story).requirements
    assert [(one["category"], one["level"]) for one in wanted] == [
        ("水利水电工程施工总承包", 2),
        ("安全生产许可证", 0),
    ]
