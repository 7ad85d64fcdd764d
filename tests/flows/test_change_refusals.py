"""What may not be asked about a project, each refusal in its own words, nothing half-done."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from handlers.requests import KindUnfitError
from models.case_action import (
    CaseNotRunningError,
    DrawOpeningError,
    ListFrozenError,
    NoSuchCaseError,
    NotYourProjectError,
    PauseNotOutError,
    RequestOpenError,
    WrongPhaseError,
)
from models.flow.instance import Instance
from models.identity.account import Account
from models.identity.party import Party
from models.ids import new_id
from models.project_request import ProjectRequest, RequestState
from models.selection import guardians
from models.selection.draw_errors import ScheduleError
from models.selection.schedule import earliest_freeze
from models.selection.tables import DrawState
from models.session import reading, unit_of_work
from processes.case_errors import FormInvalidError, MayNotStartError
from processes.demo.story import Story
from processes.taking_back import NotARequestError, NotYourRequestError, TakeBackTooLateError
from tests.city import FREEZE, SELECTION, City, after
from tests.seeding import rows

NOW = after(days=1)


def count(table) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def move_to_another_party(username: str) -> None:
    """Let an account of the owner belong to another owner of the same county."""
    with unit_of_work() as session:
        other = Party(
            id=new_id(),
            name="青石镇人民政府",
            county_code="dazhou",
            credit_code="11511702000000009X",
        )
        other.created_at = NOW
        session.add(other)
        session.flush()
        account = session.scalars(select(Account).where(Account.username == username)).one()
        account.party_id = other.id


@pytest.mark.req("DZ-81.1")
def test_two_changes_at_once_are_refused_and_leave_no_second_case(city: City) -> None:
    story = city.announced(1)
    story.request_change(NOW)
    cases = count(Instance)
    with pytest.raises(RequestOpenError, match="已有一项变更申请（办理中）"):
        story.begin_request(NOW)
    assert (count(Instance), count(ProjectRequest)) == (cases, 1)


@pytest.mark.req("DZ-81.1")
@pytest.mark.parametrize("woken", [True, False])
def test_a_change_after_the_freeze_is_refused_by_the_clock(city: City, *, woken: bool) -> None:
    story = city.announced(1, 2)
    if woken:
        story.wake(FREEZE)
    with pytest.raises(ListFrozenError, match="名单已经冻结"):
        story.begin_request(FREEZE)
    assert rows(ProjectRequest) == []


@pytest.mark.req("DZ-81.1")
def test_a_request_begun_before_the_freeze_is_not_submitted_after_it(city: City) -> None:
    story = city.announced(1, 2)
    request = story.begin_request(NOW)
    with pytest.raises(ListFrozenError):
        story.fill_change(FREEZE, request, "terminate")
    story.withdraw_change(FREEZE, request)


@pytest.mark.req("DZ-81.1")
def test_a_termination_while_the_draw_opens_is_refused(city: City) -> None:
    story = city.frozen(1, 2)
    with unit_of_work() as session:
        for one in session.scalars(select(guardians.Guardian)):
            one.is_local = one.name == "centre"
    story.hold(SELECTION)
    assert city.draw(story).state is DrawState.OPENING
    with pytest.raises(DrawOpeningError, match="选取正在开启"):
        story.begin_request(SELECTION + timedelta(minutes=1))
    with city.player.at(SELECTION), pytest.raises(DrawOpeningError):
        city.player.start("dz.owner", "cancellation_request", about=story.instance)


@pytest.mark.req("DZ-81.1")
def test_somebody_elses_project_cannot_be_changed(city: City) -> None:
    story = city.announced(1)
    move_to_another_party("dz.owner")
    with pytest.raises(NotYourProjectError, match="只能由本项目的项目业主提出"):
        story.begin_request(NOW)
    assert rows(ProjectRequest) == []


def test_another_role_does_not_begin_a_change(city: City) -> None:
    story = city.announced(1)
    for username in ("dz.centre", "dz.leader", "dz.contractor01"):
        with city.player.at(NOW), pytest.raises(MayNotStartError):
            city.player.start(username, "change_request", about=story.instance)


@pytest.mark.parametrize("about", ["", "0" * 32])
def test_a_request_about_nothing_is_refused(city: City, about: str) -> None:
    with city.player.at(NOW), pytest.raises(NoSuchCaseError):
        city.player.start("dz.owner", "change_request", about=about)


def test_a_request_is_not_itself_the_case_of_a_project(city: City) -> None:
    story = city.announced(1)
    request = story.request_change(NOW)
    with city.player.at(NOW), pytest.raises(NoSuchCaseError):
        city.player.start("dz.owner", "change_request", about=request)


def test_before_the_notice_nothing_is_changed_by_request(city: City) -> None:
    story = city.story()
    story.prepare(NOW)
    with pytest.raises(WrongPhaseError, match="公告中"):
        story.begin_request(NOW)


def test_a_suspended_case_takes_no_request(city: City) -> None:
    story = city.announced(1)
    with unit_of_work() as session:
        session.get_one(Instance, story.instance).status = "suspended"
    with pytest.raises(CaseNotRunningError):
        story.begin_request(NOW)


def test_only_a_paused_project_is_resumed_and_no_paused_one_changed(city: City) -> None:
    story = city.announced(1)
    request = story.begin_request(NOW)
    with pytest.raises(KindUnfitError) as refused:
        story.fill_change(NOW, request, "resume")
    assert "没有暂停" in refused.value.fields["kind"]
    story.fill_change(NOW, request, "pause")
    story.decide_change(NOW, request)
    story.publish_pause(NOW)
    again = story.begin_request(NOW)
    for kind in ("change", "pause"):
        with pytest.raises(KindUnfitError, match="只能恢复或终止"):
            story.fill_change(NOW, again, kind)


@pytest.mark.req("DZ-81.2")
@pytest.mark.parametrize("filled", [False, True])
def test_a_request_left_undecided_past_its_phase_stands_in_nobodys_way(
    city: City, *, filled: bool
) -> None:
    story = city.announced(1, 2, 3)
    former = story.request_change(NOW) if filled else story.begin_request(NOW)
    story.wake(FREEZE)
    with city.player.at(FREEZE):
        city.player.start("dz.centre", "outage_report", about=story.instance)
    states = {one.kind: one.state for one in rows(ProjectRequest)}
    assert states == {"change": RequestState.LATE, "outage": RequestState.OPEN}
    if filled:
        story.decide_change(FREEZE, former)
    else:
        story.withdraw_change(FREEZE, former)
    with reading() as session:
        assert session.get_one(Instance, former).status == "completed"
    assert {one.state for one in rows(ProjectRequest)} == {RequestState.LATE, RequestState.OPEN}


@pytest.mark.req("DZ-81.1")
def test_nothing_follows_a_pause_before_its_notice_is_out(city: City) -> None:
    story = city.announced(1)
    story.change(NOW, "pause")
    with pytest.raises(PauseNotOutError, match="暂停公告还没有发布"):
        story.begin_request(NOW)
    assert [one.kind for one in rows(ProjectRequest)] == ["pause"]
    story.publish_pause(NOW)
    request = story.change(NOW, "resume")
    with reading() as session:
        query = select(ProjectRequest.state).where(ProjectRequest.instance_id == request)
        assert session.scalar(query) is RequestState.APPLIED


@pytest.mark.parametrize(
    ("terms", "field"),
    [({"new_price": 0}, "new_price"), ({"new_duration": 0}, "new_duration"),
     ({"new_scope": "短"}, "new_scope"), ({"qualification": "unknown", "level": "3"}, "qualification")],
)  # fmt: skip
def test_a_change_to_what_cannot_stand_is_refused_beside_its_field(
    city: City, terms: dict, field: str
) -> None:
    story = city.announced(1)
    request = story.begin_request(NOW)
    with pytest.raises(FormInvalidError) as refused:
        story.fill_change(NOW, request, "change", **terms)
    assert list(refused.value.fields) == [field]


def test_a_request_is_taken_back_by_who_asked_and_not_after_the_decision(city: City) -> None:
    story = city.announced(1, 2)
    request = story.request_change(NOW)
    with city.player.at(NOW), pytest.raises(NotYourRequestError):
        city.player.take_back("dz.leader", request)
    with city.player.at(NOW), pytest.raises(NotARequestError):
        city.player.take_back("dz.owner", story.instance)
    story.decide_change(NOW, request)
    with pytest.raises(TakeBackTooLateError, match="已生效"):
        story.withdraw_change(NOW, request)


def changed(city: City) -> Story:
    """A story changed a day after its notice, both people confirmed anew."""
    story = city.announced(1)
    story.change(NOW)
    story.confirm_officer(NOW)
    story.confirm_monitor(NOW)
    return story


@pytest.mark.req("DZ-81.1")
def test_after_a_change_the_whole_period_is_given_again(city: City) -> None:
    story = changed(city)
    with pytest.raises(ScheduleError) as refused:
        story.announce(NOW, NOW + timedelta(days=1), SELECTION)
    assert "公告不少于2个工作日" in refused.value.fields["freeze_at"]


@pytest.mark.req("DZ-81.1")
def test_a_county_may_give_only_what_was_left_of_the_period(city: City) -> None:
    story = changed(city)
    with city.player.at(NOW), unit_of_work() as session:
        world = city.world(session, story, NOW)
        rule = replace(world.rules.rules["change.restarts_period"], value=False)
        rules = {**world.rules.rules, "change.restarts_period": rule}
        world = replace(world, rules=replace(world.rules, rules=rules))
        earliest = earliest_freeze(world, city.draw(story))
        # the notice came an hour after the morning; its two working days were to end on Wednesday
        period = world.calendar.add_to_moment(after(hours=1), 2)
    assert earliest == period
    assert earliest < full_period(city, story)


def full_period(city: City, story: Story):
    with city.player.at(NOW), unit_of_work() as session:
        return earliest_freeze(city.world(session, story, NOW), city.draw(story))
