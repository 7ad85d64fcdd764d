"""A bidding up to its closed list: times, rules and counts; each verb repeatable."""

import json
from datetime import timedelta

import pytest

from models.errors import SmallworksError
from models.ledger.tables import LedgerEntry
from models.roster.entry import Suspension
from models.selection import auction_errors, auction_rows, auctions, draw_v1, draws, verifier
from models.selection.auction_tables import Auction, AuctionState, Bid
from models.selection.draw_errors import TooEarlyError
from models.selection.tables import Draw, DrawState, Interest
from models.session import unit_of_work
from models.settings import Settings
from tests import seeding
from tests.models.selection import auctioning as make
from tests.models.selection.auctioning import BEGINS, CLOSES, DURING, FLOOR, OPENS
from tests.seeding import FREEZE_AT, MORNING

TICK = timedelta(microseconds=1)
DAY = timedelta(days=1)


@pytest.fixture
def town(database, tmp_path):
    return seeding.build_town(Settings(data_dir=str(tmp_path / "data"), secret_key="s" * 64))


@pytest.fixture
def standing(tmp_path):
    with make.standing(tmp_path / "bidding") as (town, auction, _):
        yield town, auction


def refusal(act, *arguments, **values):
    with pytest.raises(SmallworksError) as caught:
        act(*arguments, **values)
    return caught.value


def logged(action):
    entries = [json.loads(one.body) for one in seeding.rows(LedgerEntry)]
    return [one for one in entries if one["action"] == action]


def sealed(town, **changes):
    """A bidding whose floor is sealed and whose draw is planned."""
    auction = make.prepared(town, **changes)
    make.wait_for_floor(town, auction)
    make.seal_floor(town, auction)
    plan_draw = lambda world, one: draws.plan(  # noqa: E731
        world, auctions.draw_of(world.session, one), FREEZE_AT, OPENS
    )
    make.act(town, MORNING, plan_draw, auction)
    return make.fresh(auction)


# --- before the notice --------------------------------------------------------------------------


def test_a_bidding_stands_beside_a_draw_for_two_or_more_equals(town):
    auction = make.prepared(town)
    assert auction.state is AuctionState.PREPARING
    assert (auction.ceiling, auction.min_joiners, auction.below_floor) == (
        make.CEILING,
        3,
        "clamp",
    )
    assert make.draw_of(auction).min_tickets == 2
    again = make.act(
        town, MORNING, lambda w, one: auctions.prepare(w, auctions.draw_of(w.session, one)), auction
    )
    assert again.id == auction.id
    assert len(logged("auction:prepared")) == 1


@pytest.mark.req("DZ-76.2")
def test_the_countys_rules_of_the_day_go_with_the_bidding(town):
    changes = {"bidding.minimum_joiners": 5, "bidding.below_floor": "reject"}
    auction = make.prepared(town, **changes)
    assert (auction.min_joiners, auction.below_floor) == (5, "reject")


WRONG_TIMES = {
    "before the joining ends": (FREEZE_AT - TICK, CLOSES, "bidding_from"),
    "ends as it begins": (BEGINS, BEGINS, "bidding_until"),
    "shorter than the county's rule": (BEGINS, BEGINS + timedelta(minutes=59), "bidding_until"),
    "past the opening": (BEGINS, OPENS + TICK, "bidding_until"),
    "begins on a day off": (FREEZE_AT + DAY, CLOSES, "bidding_from"),
    "closes on a day off": (BEGINS, FREEZE_AT + DAY, "bidding_until"),
}


@pytest.mark.parametrize("name", WRONG_TIMES)
def test_times_that_break_a_rule_are_told_at_their_field(town, name):
    begins, closes, field = WRONG_TIMES[name]
    auction = sealed(town)
    error = refusal(make.act, town, MORNING, auctions.plan, auction, begins, closes)
    assert isinstance(error, auction_errors.AuctionTimesError)
    assert field in error.fields
    assert make.fresh(auction).state is AuctionState.SEALED


def test_bidding_may_begin_at_the_freeze_and_last_until_the_opening(town):
    auction = sealed(town)
    make.act(town, MORNING, auctions.plan, auction, FREEZE_AT, OPENS)
    row = make.fresh(auction)
    assert (row.state, row.bidding_from, row.closes_at) == (AuctionState.PLANNED, FREEZE_AT, OPENS)


def test_until_the_notice_the_times_may_be_fixed_anew(town):
    auction = sealed(town)
    for until in (CLOSES, CLOSES, CLOSES + timedelta(hours=1)):
        make.act(town, MORNING, auctions.plan, auction, BEGINS, until)
    assert len(logged("auction:planned")) == 2
    for _ in range(2):
        make.act(town, MORNING, auctions.announce, auction)
    (entry,) = logged("auction:announced")
    assert entry["after"]["floor"] == make.fresh(auction).floor_commit
    assert entry["after"]["plan"] == make.draw_of(auction).plan_hash
    error = refusal(make.act, town, MORNING, auctions.plan, auction, BEGINS, CLOSES)
    assert isinstance(error, auction_errors.AuctionStateError)


def test_without_a_sealed_floor_nothing_is_planned_or_announced(town):
    auction = make.prepared(town)
    for verb, more in ((auctions.plan, (BEGINS, CLOSES)), (auctions.announce, ())):
        error = refusal(make.act, town, MORNING, verb, auction, *more)
        assert isinstance(error, auction_errors.AuctionStateError)
    with unit_of_work() as session:
        assert isinstance(
            refusal(auctions.current, session, "p"), auction_errors.AuctionNotFoundError
        )


def test_every_state_has_its_words():
    assert set(auctions.STATE_TITLES) == set(AuctionState)


# --- joiners ------------------------------------------------------------------------------------


@pytest.mark.req("DZ-76.2")
def test_the_joiners_freeze_at_the_printed_minute_and_the_draw_stands_ready(town):
    auction = make.announced(town)
    make.joined(town, auction)
    early = refusal(make.act, town, FREEZE_AT - TICK, auctions.freeze, auction)
    assert isinstance(early, TooEarlyError)
    found = make.frozen(town, auction)
    assert make.frozen(town, auction) == found
    assert (found.joiners, found.enough) == (4, True)
    draw, row = make.draw_of(auction), make.fresh(auction)
    assert (row.state, draw.state) == (AuctionState.FROZEN, DrawState.RESERVED)
    commits = {one.ticket: one.org_commit for one in seeding.rows(Interest, draw_id=draw.id)}
    assert found.root == draw_v1.root(draw.alg, draw.id, commits)
    (entry,) = logged("auction:frozen")
    assert entry["after"]["joiners"] == 4
    assert logged("draw:frozen") == []


@pytest.mark.req("DZ-76.2")
@pytest.mark.parametrize(("joiners", "enough"), [(0, False), (2, False), (3, True)])
def test_fewer_than_three_joiners_are_too_few(town, joiners, enough):
    auction = make.announced(town)
    make.joined(town, auction, town.contractors[:joiners])
    assert make.frozen(town, auction).enough is enough
    if enough:
        return
    error = refusal(make.act, town, BEGINS, auctions.open_bidding, auction)
    assert isinstance(error, auction_errors.AuctionStateError)
    for _ in range(2):
        make.act(town, FREEZE_AT, auctions.fail, auction, auctions.TOO_FEW)
    row = make.fresh(auction)
    assert (row.state, make.draw_of(auction).state) == (
        AuctionState.UNSUCCESSFUL,
        DrawState.UNSUCCESSFUL,
    )
    assert f"{joiners}家，少于规定的3家" in auctions.failure_text(row)
    assert len(logged("auction:unsuccessful")) == 1


def test_after_a_failure_a_new_round_has_a_new_bidding_and_a_new_floor(town):
    auction = make.announced(town)
    make.frozen(town, auction)
    make.act(town, FREEZE_AT, auctions.fail, auction, auctions.TOO_FEW)

    def anew(world, one):
        draw = draws.prepare(world, one.project_id)
        return draw.round, auctions.prepare(world, draw).id

    number, key = make.act(town, FREEZE_AT, anew, auction)
    assert number == 1
    assert key != auction.id
    with unit_of_work() as session:
        assert auctions.latest(session, auction.project_id).id == key
        assert auctions.latest(session, auction.project_id).floor_commit == ""


def test_who_is_suspended_at_the_freeze_is_not_among_the_joiners(town):
    auction = make.announced(town)
    make.joined(town, auction)
    seeding.suspend(town.contractors[0], CLOSES)
    assert make.frozen(town, auction).joiners == 3
    assert logged("auction:frozen")[0]["after"]["tombstones"] == 1


# --- bidding and its close ----------------------------------------------------------------------


def test_bidding_begins_at_the_printed_minute(town):
    auction = make.announced(town)
    make.joined(town, auction)
    make.frozen(town, auction)
    early = refusal(make.act, town, BEGINS - TICK, auctions.open_bidding, auction)
    assert isinstance(early, TooEarlyError)
    for _ in range(2):
        make.act(town, BEGINS, auctions.open_bidding, auction)
    assert make.fresh(auction).state is AuctionState.BIDDING
    assert len(logged("auction:bidding")) == 1


@pytest.mark.req("DZ-76.2")
def test_the_close_lists_every_envelope_in_order_and_logs_their_head(standing):
    town, auction = standing
    for account, count in zip(town.contractors[:3], (1, 3, 2), strict=True):
        for n in range(count):
            make.bid(town, auction, account, FLOOR + n)
    early = refusal(make.closed, town, auction, CLOSES - TICK)
    assert isinstance(early, TooEarlyError)
    found = make.closed(town, auction, CLOSES + DAY)
    assert make.closed(town, auction, CLOSES + DAY) == found
    rows = sorted(seeding.rows(Bid, auction_id=auction.id), key=lambda b: (b.ticket, b.commit))
    root = verifier.envelope_root(json.loads(one.envelope) for one in rows).hex()
    assert (found.envelopes, found.root) == (6, root)
    (entry,) = logged("auction:closed")
    # as of the printed minute, also when the machine was down then
    assert entry["after"] == {
        "closed_at": "2026-11-23T11:00:00+08:00",
        "envelopes": 6,
        "root": root,
        "tombstones": 0,
    }


def test_who_was_suspended_meanwhile_is_not_in_the_list_by_rule(standing):
    town, auction = standing
    for account in town.contractors[:3]:
        make.bid(town, auction, account, FLOOR)
    seeding.suspend(town.contractors[0], CLOSES + DAY)
    found = make.closed(town, auction)
    assert found.envelopes == 2
    assert logged("auction:closed")[0]["after"]["tombstones"] == 1
    assert len(make.own(town, auction, town.contractors[0])) == 1


def test_whose_suspension_ended_before_the_close_is_in_the_list(standing):
    town, auction = standing
    make.bid(town, auction, town.contractors[0], FLOOR)
    seeding.suspend(town.contractors[0], CLOSES - TICK)
    assert seeding.rows(Suspension)
    assert make.closed(town, auction).envelopes == 1


def test_nobody_bidding_closes_an_empty_list(standing):
    town, auction = standing
    found = make.closed(town, auction)
    assert (found.envelopes, found.root) == (0, verifier.sha256(b"").hex())


def test_a_clock_set_back_changes_nothing_of_what_is_closed(standing):
    town, auction = standing
    make.bid(town, auction, town.contractors[0], FLOOR)
    make.closed(town, auction)
    before = make.fresh(auction)
    make.act(town, DURING, auctions.close, auction)
    for verb, more in ((auctions.open_bidding, ()), (auctions.postpone_close, (OPENS,))):
        error = refusal(make.act, town, DURING, verb, auction, *more)
        assert isinstance(error, auction_errors.AuctionStateError)
    after = make.fresh(auction)
    assert (after.state, after.closed_at, after.envelope_root) == (
        before.state,
        before.closed_at,
        before.envelope_root,
    )


# --- outages and cancelling ---------------------------------------------------------------------


def test_an_outage_puts_the_close_off_up_to_the_opening(standing):
    town, auction = standing
    later = CLOSES + timedelta(hours=2)
    for _ in range(2):
        make.act(town, DURING, auctions.postpone_close, auction, later)
    assert make.fresh(auction).closes_at == later
    assert len(logged("auction:postponed")) == 1
    assert isinstance(refusal(make.closed, town, auction, CLOSES), TooEarlyError)
    assert make.closed(town, auction, later).envelopes == 0
    assert make.fresh(auction).closed_at == later


@pytest.mark.parametrize("to", [DURING, DURING - DAY, CLOSES, OPENS + TICK])
def test_a_close_is_not_put_off_to_the_past_nor_past_the_opening(standing, to):
    town, auction = standing
    error = refusal(make.act, town, DURING, auctions.postpone_close, auction, to)
    assert "bidding_until" in error.fields
    assert make.fresh(auction).closes_at == CLOSES


def test_bidding_is_cancelled_for_good_and_nothing_is_opened(standing):
    town, auction = standing
    make.bid(town, auction, town.contractors[0], FLOOR)
    for _ in range(2):
        make.act(town, DURING, auctions.cancel, auction, " 项目调整 ")
    row, draw = make.fresh(auction), make.draw_of(auction)
    assert (row.state, row.cancel_reason) == (AuctionState.CANCELLED, "项目调整")
    assert draw.state is DrawState.CANCELLED
    assert not draw.is_cancelled_after_freeze
    assert isinstance(refusal(make.closed, town, auction), auction_errors.AuctionStateError)
    assert len(logged("auction:cancelled")) == 1


def test_a_change_before_the_freeze_may_keep_who_has_joined(town):
    auction = make.announced(town)
    make.joined(town, auction)
    keeps = lambda world, one: auctions.cancel(world, one, "延期", keeps=True)  # noqa: E731
    make.act(town, MORNING, keeps, auction)
    assert make.draw_of(auction).keeps_interest
    assert len(logged("draw:cancelled")) == 1


def test_an_opening_is_not_cancelled_any_more(standing):
    town, auction = standing
    make.bid(town, auction, town.contractors[0], FLOOR)
    make.closed(town, auction)
    make.opened(town, auction)
    error = refusal(make.act, town, OPENS, auctions.cancel, auction, "改主意")
    assert isinstance(error, auction_errors.AuctionStateError)


def test_what_failed_or_ended_does_not_fail_again(standing):
    town, auction = standing
    with unit_of_work() as session:
        session.get_one(Auction, auction.id).state = AuctionState.PUBLISHED
    error = refusal(make.act, town, OPENS, auctions.fail, auction, "no_bids")
    assert isinstance(error, auction_errors.AuctionStateError)


def test_a_draw_of_a_random_selection_has_no_bidding_beside_it(town):
    draw = seeding.announce(town)
    with unit_of_work() as session:
        assert auction_rows.of_draw(session, draw.id) is None
        assert auction_rows.latest(session, draw.project_id) is None
        assert session.get_one(Draw, draw.id).state is DrawState.OPEN
