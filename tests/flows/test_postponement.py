"""An outage across the selection time: put off, announced, told, and never opened earlier."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from models.clock import business_clock, fixed
from models.flow.job import OutboundMessage
from models.ledger.tables import LedgerEntry
from models.notice import Notice, NoticeKind
from models.project import ProjectPhase
from models.selection import guardians
from models.selection.draw_errors import TooEarlyError
from models.selection.postponements import NewTimeError, OpeningBegunError, Postponement
from models.selection.tables import Draw, DrawState
from models.session import reading, unit_of_work
from processes.demo.story import CENTRE
from processes.item_view import item_view
from tests.city import FREEZE, SELECTION, City
from tests.flows.interrupting import interrupt, set_new_time
from tests.seeding import rows

BEGAN, BACK = SELECTION - timedelta(minutes=30), SELECTION + timedelta(hours=1)
NEW = SELECTION + timedelta(days=3)
"""The selection was on a Friday: the next working day is Monday, at the printed time."""


@pytest.fixture
def story(city: City):
    story = city.announced(1, 2, 3)
    story.wake(FREEZE)
    interrupt(city, story, BEGAN, BACK)
    return story


@pytest.mark.req("DZ-81.2")
def test_selection_moves_to_after_the_recovery_and_then_goes_on(city: City, story) -> None:
    assert city.steps(story) == ["set_new_time"]
    set_new_time(city, story, BACK, NEW)
    draw = city.draw(story)
    assert (draw.not_before, draw.postponed_to, draw.opens_at) == (SELECTION, NEW, NEW)
    assert city.project(story).selection_at == NEW
    assert city.steps(story) == []
    story.wake(NEW - timedelta(minutes=1))
    assert city.steps(story) == []
    story.wake(NEW)
    assert city.steps(story) == ["open_draw"]
    story.hold(NEW)
    story.publish(NEW)
    assert city.draw(story).state is DrawState.PUBLISHED
    assert city.project(story).phase is ProjectPhase.PUBLICISED


def test_the_plan_and_its_printed_hash_do_not_change(city: City, story) -> None:
    before = city.draw(story)
    set_new_time(city, story, BACK, NEW)
    after = city.draw(story)
    assert (after.plan, after.plan_hash, after.root) == (before.plan, before.plan_hash, before.root)


def test_the_field_proposes_the_printed_time_on_the_next_working_day(city: City, story) -> None:
    with reading() as session:
        item = city.player.item(session, story.instance, "set_new_time")
        shown = item_view(session, item.id, city.player.actor(session, CENTRE))
    assert shown.data["new_selection_at"] == "2026-11-16T15:00"
    assert shown.data["interruption"] == "11月13日14:30至11月13日16:00，线路检修停电"
    set_new_time(city, story, BACK, NEW)


@pytest.mark.req("DZ-81.2")
def test_it_is_recorded_announced_and_told_to_all_who_fit_and_all_who_act(
    city: City, story
) -> None:
    set_new_time(city, story, BACK, NEW, "请各方在新的时间到场。")
    (moved,) = rows(Postponement)
    assert (moved.former_at, moved.new_at, moved.decided_at) == (SELECTION, NEW, BACK)
    with reading() as session:
        tender = session.scalars(
            select(Notice).where(Notice.kind == NoticeKind.TENDER_NOTICE)
        ).one()
        corrigendum = session.scalars(
            select(Notice).where(Notice.kind == NoticeKind.CORRIGENDUM)
        ).one()
        told = session.scalars(
            select(OutboundMessage).where(OutboundMessage.template == "selection_postponed")
        ).all()
        fitting = {city.contractor(session, number).id for number in (1, 2, 3, 4, 5, 6, 7, 8, 10)}
        logged = [
            one for one in session.scalars(select(LedgerEntry.body)) if "draw:postponed" in one
        ]
    assert corrigendum.follows_id == tender.id
    assert corrigendum.published_at == BACK
    for words in (
        "2026年11月13日",
        "2026年11月16日",
        "线路检修停电",
        "请各方在新的时间到场",
        "没有改变",
    ):
        assert words in corrigendum.body
    assert fitting | {city.project(story).owner_id} <= {one.party_id for one in told}
    assert sum(one.party_id is None for one in told) == 2, "officer and monitor"
    assert len(logged) == 1


@pytest.mark.parametrize(
    ("to", "words"),
    [
        (BACK - timedelta(minutes=5), "已经过去"),
        (BACK + timedelta(minutes=30), "至少提前4小时"),
        (SELECTION + timedelta(days=1), "不是工作日"),
    ],
)
def test_a_new_time_that_breaks_a_rule_is_refused_at_its_field(
    city: City, story, to, words
) -> None:
    with pytest.raises(NewTimeError) as refused:
        set_new_time(city, story, BACK, to)
    assert words in refused.value.fields["new_selection_at"]
    assert city.steps(story) == ["set_new_time"]
    assert city.draw(story).postponed_to is None
    assert rows(Postponement) == []


def test_guardians_give_nothing_before_the_new_time(city: City, story) -> None:
    set_new_time(city, story, BACK, NEW)
    with reading() as session:
        draw = session.get_one(Draw, city.draw(story).id)
        with pytest.raises(TooEarlyError):
            guardians.check_may_release(session, draw, NEW - timedelta(seconds=1))
        guardians.check_may_release(session, draw, NEW)


@pytest.mark.req("DZ-81.2")
def test_list_freezes_as_of_its_minute_when_the_outage_covers_both_times(city: City) -> None:
    story = city.announced(1, 2, 3)
    interrupt(city, story, FREEZE - timedelta(minutes=10), BACK)
    draw = city.draw(story)
    assert (draw.state, draw.tickets) == (DrawState.FROZEN, 3)
    with reading() as session:
        frozen = [
            one for one in session.scalars(select(LedgerEntry.body)) if '"draw:frozen"' in one
        ]
    assert len(frozen) == 1
    assert FREEZE.isoformat() in frozen[0]
    assert city.steps(story) == ["set_new_time"]
    set_new_time(city, story, BACK, NEW)
    story.wake(NEW)
    assert city.steps(story) == ["open_draw"]


def test_it_can_be_put_off_again_and_each_time_is_kept(city: City, story) -> None:
    set_new_time(city, story, BACK, NEW)
    interrupt(city, story, NEW - timedelta(minutes=1), NEW + timedelta(hours=2))
    assert city.steps(story) == ["set_new_time"]
    later = NEW + timedelta(days=1)
    set_new_time(city, story, NEW + timedelta(hours=2), later)
    assert [one.new_at for one in rows(Postponement)] == [NEW, later]
    with reading() as session:
        chain = {one.id: one.follows_id for one in session.scalars(select(Notice))}
    assert sorted(value is None for value in chain.values()) == [False, False, True]
    story.wake(NEW)
    assert city.steps(story) == []
    story.wake(later)
    assert city.steps(story) == ["open_draw"]


@pytest.mark.req("DZ-81.2")
def test_a_draw_that_is_opening_is_not_interrupted(city: City) -> None:
    story = city.frozen(1, 2, 3)
    with unit_of_work() as session:
        session.get_one(Draw, city.draw(story).id).state = DrawState.OPENING
    with pytest.raises(OpeningBegunError) as refused:
        interrupt(city, story, BEGAN, BACK)
    assert "已经开启" in refused.value.text
    assert city.steps(story) == ["open_draw"]


def test_who_waits_to_open_is_interrupted_too(city: City) -> None:
    story = city.frozen(1, 2)
    with business_clock(fixed(SELECTION)):
        interrupt(city, story, SELECTION, BACK)
    assert city.steps(story) == ["set_new_time"]
