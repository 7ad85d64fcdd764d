"""Staff report an outage: refused beside the field, put off, or answered that it came too late."""

from datetime import timedelta

import pytest

from handlers.outages import OutageInvalidError
from models.case_action import DrawOpeningError, RequestOpenError, WrongPhaseError
from models.errors import SmallworksError
from models.outage import Outage, OutageSource
from models.project_request import ProjectRequest, RequestState
from models.selection.tables import Draw, DrawState
from models.session import unit_of_work
from processes.case_errors import FormInvalidError
from processes.demo.story import CENTRE, Story
from tests.city import FREEZE, MORNING, SELECTION, City
from tests.seeding import rows

NOW = SELECTION + timedelta(minutes=20)
BEGAN, BACK = SELECTION - timedelta(minutes=20), SELECTION + timedelta(hours=2)
NEW = SELECTION + timedelta(days=3)


@pytest.fixture
def story(city: City) -> Story:
    return city.frozen(1, 2, 3)


def begin(city: City, story: Story, at=NOW) -> str:
    with city.player.at(at):
        return city.player.start(CENTRE, "outage_report", about=story.instance)


def state_of(instance: str) -> RequestState:
    return next(one.state for one in rows(ProjectRequest) if one.instance_id == instance)


@pytest.mark.req("DZ-81.2")
def test_reported_outage_puts_the_selection_off(city: City, story: Story) -> None:
    report = story.report_outage(NOW, BEGAN, BACK)
    assert state_of(report) is RequestState.APPLIED
    (outage,) = rows(Outage)
    assert (outage.found_by, outage.county_code) == (OutageSource.STAFF, "dazhou")
    assert (outage.began_at, outage.recovered_at) == (BEGAN, BACK)
    assert outage.reported_by == story.account(CENTRE)
    assert city.steps(story) == ["set_new_time"]
    story.set_new_time(NOW, NEW)
    story.wake(NEW)
    story.hold(NEW)
    assert city.draw(story).state is DrawState.DRAWN


@pytest.mark.parametrize(
    ("began", "back", "field", "words"),
    [
        (NOW + timedelta(hours=1), BACK, "outage_began", "还没有到"),
        (BEGAN, BEGAN - timedelta(minutes=15), "outage_recovered", "不能早于开始时间"),
        (
            SELECTION - timedelta(hours=3),
            SELECTION - timedelta(hours=2),
            "outage_recovered",
            "不用延期",
        ),
    ],
)
def test_times_that_cannot_be_are_refused_beside_their_field(
    city: City, story: Story, began, back, field: str, words: str
) -> None:
    report = begin(city, story)
    with pytest.raises(OutageInvalidError) as refused:
        story.fill_report(NOW, report, began, back)
    assert words in refused.value.fields[field]
    assert rows(Outage) == []
    assert city.steps(story) == ["open_draw"]


def test_report_without_a_cause_is_refused(city: City, story: Story) -> None:
    report = begin(city, story)
    with pytest.raises(FormInvalidError) as refused:
        story.fill_report(NOW, report, BEGAN, BACK, cause="")
    assert set(refused.value.fields) == {"outage_cause"}


@pytest.mark.req("DZ-81.2")
def test_draw_that_is_opening_takes_no_report(city: City, story: Story) -> None:
    report = begin(city, story)
    with unit_of_work() as session:
        session.get_one(Draw, city.draw(story).id).state = DrawState.OPENING
    with pytest.raises(SmallworksError) as refused:
        story.fill_report(NOW, report, BEGAN, BACK)
    assert "开启" in refused.value.text
    with pytest.raises(DrawOpeningError):
        begin(city, story)
    assert rows(Outage) == []


def test_draw_that_began_to_open_meanwhile_makes_the_report_late(city: City, story: Story) -> None:
    report = begin(city, story)
    form = {"outage_cause": "片区线路检修停电", "outage_began": "2026-11-13T14:40"}
    with city.player.at(NOW):
        form["outage_recovered"] = "2026-11-13T17:00"
        city.player.complete(CENTRE, report, "report_outage", form)
        with unit_of_work() as session:
            session.get_one(Draw, city.draw(story).id).state = DrawState.OPENING
        city.player.deliver_messages()
    assert state_of(report) is RequestState.LATE
    assert city.steps(story) == ["open_draw"]


def test_nothing_is_reported_before_the_freeze_or_after_the_result(city: City) -> None:
    story = city.announced(1, 2)
    with pytest.raises(WrongPhaseError):
        begin(city, story, MORNING + timedelta(hours=7))
    story.wake(FREEZE)
    story.wake(SELECTION)
    story.hold(SELECTION)
    with pytest.raises(WrongPhaseError):
        begin(city, story, SELECTION + timedelta(hours=1))


def test_two_reports_at_once_are_one(city: City, story: Story) -> None:
    begin(city, story)
    with pytest.raises(RequestOpenError) as refused:
        begin(city, story)
    assert "停电断网" in refused.value.text
