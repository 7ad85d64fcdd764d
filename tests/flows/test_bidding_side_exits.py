"""What ends, stops or repeats a bidding, and what nobody may do in it."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from handlers.auctions import FloorMissingError
from models.case_action import DrawOpeningError, ListFrozenError
from models.flow.definition import RuleValue
from models.flow.job import Setting
from models.flow.rules import forget_rules
from models.notice import Notice, NoticeKind
from models.outage import Heartbeat
from models.project import ProjectPhase
from models.selection.auction_errors import AuctionTimesError
from models.selection.auction_tables import Auction, AuctionState
from models.selection.bid_errors import BiddingClosedError
from models.selection.guardians import GuardiansTogetherError
from models.selection.postponements import NewTimeError
from models.selection.tables import Draw
from models.session import reading, unit_of_work
from processes import heartbeat, job_runner
from processes.demo.story import CENTRE
from processes.training_clock import DEMONSTRATION
from tests.city import FREEZE, MORNING, City, after
from tests.flows import bidding as play
from tests.flows.bidding import BEGINS, CLOSES, FLOOR, OPENS, PUBLISHED
from tests.seeding import rows

OFFERS = {1: 17_000_000, 2: 16_000_000, 3: 16_500_000}
HALF, MONDAY = timedelta(minutes=30), timedelta(days=3)
WEEK = timedelta(days=7)


def failure() -> str:
    with reading() as session:
        query = select(Notice).where(Notice.kind == NoticeKind.CORRIGENDUM)
        return session.scalars(query.order_by(Notice.published_at.desc())).first().body


@pytest.mark.req("DZ-76.2")
def test_two_joiners_are_too_few_and_nobody_ever_bids(city: City) -> None:
    one = play.announced(city, 1, 2)
    one.wake(FREEZE)
    assert city.steps(one) == ["decide_after_failure"]
    assert city.project(one).phase is ProjectPhase.UNSUCCESSFUL
    assert "2家，少于规定的3家" in failure()
    with pytest.raises(BiddingClosedError):
        one.bid(BEGINS, {1: 16_000_000})


@pytest.mark.req("DZ-76.2")
def test_a_repeated_selection_has_a_floor_and_a_plan_of_its_own(city: City) -> None:
    one = play.announced(city, 1, 2)
    one.wake(FREEZE)
    one.decide_after_failure(PUBLISHED, "repeat", "参与企业不足三家。")
    one.name_people(PUBLISHED)
    play.announce_again(one, PUBLISHED, FLOOR + 1)
    first, second = sorted(rows(Auction), key=lambda row: row.state.value != "unsuccessful")
    assert first.floor_commit != second.floor_commit
    assert len({row.plan_hash for row in rows(Draw)}) == 2
    assert second.state is AuctionState.ANNOUNCED


@pytest.mark.req("DZ-76.2")
def test_nobody_bids_and_the_selection_failed(city: City) -> None:
    one = play.opened(city, {1: None, 2: None, 3: None})
    assert city.steps(one) == ["decide_after_failure"]
    assert "没有收到报价" in failure()


def test_a_floor_above_the_ceiling_is_found_at_the_opening(city: City) -> None:
    one = play.opened(city, OFFERS, floor=play.CEILING + 1)
    assert city.steps(one) == ["decide_after_failure"]
    assert "高于最高限价" in failure()
    assert play.auction_of(one).state is AuctionState.UNSUCCESSFUL


def test_where_the_county_rejects_bids_under_the_floor_the_next_one_wins(city: City) -> None:
    with unit_of_work() as session:
        for row in session.scalars(select(RuleValue).where(RuleValue.key == "bidding.below_floor")):
            row.value = "reject"
    forget_rules()
    one = play.opened(city, {1: FLOOR - 1, 2: FLOOR, 3: 16_000_000})
    auction = play.auction_of(one)
    assert (auction.below_floor, auction.price) == ("reject", FLOOR)
    assert len(auction.tied or []) == 1
    with reading() as session:
        tender = session.scalars(select(Notice).order_by(Notice.published_at)).first()
    assert "低于最低限价的，作无效报价处理" in tender.body


@pytest.mark.req("DZ-80c")
def test_the_step_is_not_finished_without_a_sealed_floor(city: City) -> None:
    one = play.story(city)
    one.prepare(MORNING)
    form = {"floor_sealed": True}
    with one.player.at(MORNING), pytest.raises(FloorMissingError):
        one.player.complete(one.owner, one.instance, "seal_floor", form)
    assert city.steps(one) == ["seal_floor"]


def test_outside_a_demonstration_no_notice_goes_out_while_one_machine_keeps_all_keys(
    city: City,
) -> None:
    one = play.prepared(city)
    with unit_of_work() as session:
        session.delete(session.get_one(Setting, DEMONSTRATION))
    with pytest.raises(GuardiansTogetherError):
        play.announce(one, after(hours=1))
    assert city.steps(one) == ["publish_notice"]
    assert play.auction_of(one).state is AuctionState.PLANNED


def test_times_out_of_order_are_told_at_their_fields(city: City) -> None:
    one = play.prepared(city)
    wrong = play.notice_form() | {"bidding_until": "2026-11-13T09:30"}
    with one.player.at(MORNING), pytest.raises(AuctionTimesError) as told:
        one.player.complete(CENTRE, one.instance, "draft_bidding_notice", wrong)
    assert list(told.value.fields) == ["bidding_until"]
    assert city.steps(one) == ["draft_bidding_notice"]


@pytest.mark.req("DZ-81.1")
def test_a_change_ends_the_round_and_the_next_has_a_new_floor_for_the_new_ceiling(
    city: City,
) -> None:
    one = play.announced(city, 1, 2, 3)
    first = play.auction_of(one)
    one.change(after(days=1), "change", new_price=18_000_000)
    assert city.steps(one) == ["confirm_monitor", "confirm_officer"]
    play.announce_again(one, after(days=1, hours=1))
    second = play.auction_of(one)
    assert (second.ceiling, second.state) == (18_000_000, AuctionState.ANNOUNCED)
    body = failure()
    assert second.floor_commit in body
    assert first.floor_commit not in body
    assert "参与全部失效" in body


@pytest.mark.req("DZ-81.1")
def test_a_change_of_time_alone_keeps_who_joined(city: City) -> None:
    one = play.announced(city, 1, 2, 3)
    one.change(after(days=1), "change")
    play.announce_again(one, after(days=1, hours=1))
    one.wake(FREEZE + WEEK)
    assert play.auction_of(one).joiners == 3


@pytest.mark.req("DZ-81.1")
def test_a_paused_bidding_resumes_with_who_joined_and_a_floor_sealed_anew(city: City) -> None:
    one = play.announced(city, 1, 2, 3)
    at = after(days=1)
    one.change(at, "pause")
    one.publish_pause(at)
    one.change(at + HALF, "resume")
    play.announce_again(one, at + 2 * HALF)
    one.wake(FREEZE + WEEK)
    cancelled, frozen = sorted(rows(Auction), key=lambda row: row.state.value)
    assert (cancelled.state, cancelled.transcript) == (AuctionState.CANCELLED, None)
    assert (frozen.state, frozen.joiners) == (AuctionState.FROZEN, 3)
    assert cancelled.floor_commit != frozen.floor_commit


def test_in_the_bidding_period_the_owner_may_ask_to_cancel_and_no_longer_to_change(
    city: City,
) -> None:
    one = play.begun(city, 1, 2, 3)
    with pytest.raises(ListFrozenError):
        one.begin_request(BEGINS + HALF)
    one.bid(BEGINS + HALF, OFFERS)
    one.cancel_selection(BEGINS + 2 * HALF)
    auction = play.auction_of(one)
    assert (auction.state, auction.transcript) == (AuctionState.CANCELLED, None)
    assert city.project(one).phase is ProjectPhase.TERMINATED
    one.wake(OPENS + HALF)
    assert city.steps(one) == []
    assert play.auction_of(one).transcript is None


def test_once_the_bids_are_open_nothing_cancels_the_selection(city: City) -> None:
    one = play.closed(city, OFFERS)
    with unit_of_work() as session:
        session.get_one(Auction, play.auction_of(one).id).state = AuctionState.OPENING
    with pytest.raises(DrawOpeningError):
        one.ask_to_cancel(OPENS)


@pytest.mark.req("DZ-81.2")
def test_an_outage_in_the_bidding_moves_close_and_opening_and_sealed_bids_stay(city: City) -> None:
    one = play.begun(city, 1, 2, 3)
    one.bid(BEGINS + timedelta(minutes=10), OFFERS)
    one.report_outage(BEGINS + 2 * HALF, BEGINS + HALF, BEGINS + 2 * HALF)
    assert city.steps(one) == ["set_new_close"]
    with pytest.raises(NewTimeError):
        play.close_later(one, BEGINS + 2 * HALF, CLOSES)
    play.close_later(one, BEGINS + 2 * HALF, CLOSES + MONDAY)
    assert city.draw(one).opens_at == city.project(one).selection_at == OPENS + MONDAY
    assert "竞价截止由2026年11月13日 12:00延至2026年11月16日 12:00" in failure()

    one.wake(CLOSES)
    one.bid(CLOSES + HALF, {3: 15_500_000})
    one.wake(CLOSES + MONDAY)
    one.wake(OPENS)
    assert city.steps(one) == []
    one.wake(OPENS + MONDAY)
    one.open_bids(OPENS + MONDAY)
    auction = play.auction_of(one)
    assert (auction.envelopes, auction.price) == (4, 15_500_000)


@pytest.mark.req("DZ-81.2")
def test_a_platform_that_was_down_at_the_close_closes_nothing_and_asks_for_a_new_time(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = play.begun(city, 1, 2, 3)
    one.bid(BEGINS + HALF, OFFERS)
    down, back = CLOSES - HALF, CLOSES + HALF
    for moment in (down, back):
        monkeypatch.setattr(heartbeat, "system_now", lambda moment=moment: moment)
        monkeypatch.setattr(heartbeat, "business_now", lambda moment=moment: moment)
        heartbeat.beat(city.settings)
    assert rows(Heartbeat)
    one.wake(back)
    assert play.auction_of(one).state is AuctionState.BIDDING
    with one.player.at(back):
        for job in job_runner.due_jobs():
            job_runner.run_job(job, city.settings)
    assert city.steps(one) == ["set_new_close"]


@pytest.mark.req("DZ-77")
def test_after_a_declined_award_a_new_round_is_sealed_and_the_old_transcript_stays(
    city: City,
) -> None:
    one = play.published(city, OFFERS)
    at = PUBLISHED + HALF
    one.decline(at, one.winner())
    one.decide_after_decline(at, "repeat")
    play.prepare_again(one, at)
    old, new = sorted(rows(Auction), key=lambda row: row.transcript is None)
    assert json.loads(old.transcript or "")["settled"]["price"] == 16_000_000
    assert (new.state, new.floor_commit != old.floor_commit) == (AuctionState.SEALED, True)
    assert city.project(one).award_price is None
