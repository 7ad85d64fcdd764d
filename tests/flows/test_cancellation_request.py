"""Cancelling after the freeze: asked by the owner with a letter, decided by the leader."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from models.case_action import RequestOpenError, WrongPhaseError
from models.errors import ForbiddenError
from models.flow.instance import Instance, InstanceStatus
from models.flow.job import OutboundMessage
from models.project import ProjectPhase
from models.project_request import ProjectRequest, RequestState
from models.selection.filed_results import FiledResult
from models.selection.tables import Draw, DrawState
from models.session import reading, unit_of_work
from processes.case_errors import FormInvalidError
from processes.demo.interruptions import OPINION, REASON
from processes.demo.story import CENTRE, OWNER, Story
from tests.city import FREEZE, MORNING, SELECTION, City
from tests.seeding import rows

NOW = SELECTION - timedelta(hours=4)


@pytest.fixture
def story(city: City) -> Story:
    story = city.announced(1, 2, 3)
    story.wake(FREEZE)
    return story


def request_row() -> ProjectRequest:
    (row,) = rows(ProjectRequest)
    return row


def told(template: str) -> list[str | None]:
    with reading() as session:
        query = select(OutboundMessage.party_id).where(OutboundMessage.template == template)
        return list(session.scalars(query))


@pytest.mark.req("DZ-81.1")
def test_approved_request_ends_the_selection_and_its_result_is_filed(
    city: City, story: Story
) -> None:
    story.cancel_selection(NOW)
    row = request_row()
    assert (row.kind, row.state, row.reason) == ("cancel", RequestState.APPLIED, REASON)
    assert row.decision_reason == OPINION
    assert row.decided_by == story.account("dz.leader")
    assert city.draw(story).state is DrawState.CANCELLED
    assert city.project(story).phase is ProjectPhase.TERMINATED
    story.wake(SELECTION)
    assert len(rows(FiledResult)) == 1
    with reading() as session:
        assert session.get_one(Instance, story.instance).status is InstanceStatus.TERMINATED


@pytest.mark.req("DZ-81.1")
def test_refused_request_changes_nothing_and_the_owner_is_told(city: City, story: Story) -> None:
    request = story.ask_to_cancel(NOW)
    story.decide_cancelling(NOW, request, approved=False)
    assert request_row().state is RequestState.REFUSED
    assert city.draw(story).state is DrawState.FROZEN
    assert told("cancellation_refused") == [city.project(story).owner_id]
    story.wake(SELECTION)
    assert city.steps(story) == ["open_draw"]


@pytest.mark.req("DZ-81.1")
def test_approval_while_the_draw_opens_comes_too_late(city: City, story: Story) -> None:
    request = story.ask_to_cancel(NOW)
    story.wake(SELECTION)
    with unit_of_work() as session:
        session.get_one(Draw, city.draw(story).id).state = DrawState.OPENING
    story.decide_cancelling(SELECTION, request)
    assert request_row().state is RequestState.LATE
    assert told("cancellation_late") == [city.project(story).owner_id]
    assert city.draw(story).state is DrawState.OPENING
    assert city.steps(story) == ["open_draw"]


def test_approval_after_the_result_comes_too_late(city: City, story: Story) -> None:
    request = story.ask_to_cancel(NOW)
    story.wake(SELECTION)
    story.hold(SELECTION)
    story.decide_cancelling(SELECTION + timedelta(minutes=5), request)
    assert request_row().state is RequestState.LATE
    assert city.draw(story).state is DrawState.DRAWN


@pytest.mark.parametrize("missing", ["cancellation_reason", "cancellation_letter"])
def test_reason_and_letter_are_required(city: City, story: Story, missing: str) -> None:
    with city.player.at(NOW):
        request = city.player.start(OWNER, "cancellation_request", about=story.instance)
        letter = city.player.upload(OWNER, "取消选取申请.pdf", "取消选取申请")
        form = {"cancellation_reason": REASON, "cancellation_letter": letter}
        form = {**form, "understands_cancellation": True, missing: None}
        with pytest.raises(FormInvalidError) as refused:
            city.player.complete(OWNER, request, "fill_cancellation", form)
    assert set(refused.value.fields) == {missing}


def test_the_owner_alone_may_ask_and_only_while_the_list_stands(city: City) -> None:
    story = city.announced(1, 2)
    with pytest.raises(WrongPhaseError):
        story.ask_to_cancel(MORNING + timedelta(hours=7))
    story.wake(FREEZE)
    with city.player.at(NOW), pytest.raises(ForbiddenError):
        city.player.start(CENTRE, "cancellation_request", about=story.instance)
    story.wake(SELECTION)
    story.hold(SELECTION)
    with pytest.raises(WrongPhaseError):
        story.ask_to_cancel(SELECTION + timedelta(minutes=5))
    assert rows(ProjectRequest) == []


def test_two_requests_at_once_are_one(city: City, story: Story) -> None:
    story.ask_to_cancel(NOW)
    with pytest.raises(RequestOpenError):
        story.ask_to_cancel(NOW)
    with pytest.raises(RequestOpenError):
        story.report_outage(SELECTION, SELECTION, SELECTION)


def test_a_selection_that_waits_for_its_new_time_can_be_cancelled(city: City, story: Story) -> None:
    back = SELECTION + timedelta(hours=1)
    story.wake(SELECTION)
    story.report_outage(back, SELECTION, back)
    assert city.steps(story) == ["set_new_time"]
    request = story.cancel_selection(back)
    assert city.steps(story) == []
    states = {one.instance_id: one.state for one in rows(ProjectRequest)}
    assert states[request] is RequestState.APPLIED
    story.wake(back)
    assert len(rows(FiledResult)) == 1
