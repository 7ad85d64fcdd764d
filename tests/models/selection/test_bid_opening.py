"""From the closed list to the published result: outcomes, rubbish, absent guardians, crashes."""

import hashlib
import json

import pytest
from sqlalchemy import event

from models.ledger.tables import LedgerEntry
from models.project import Project
from models.selection import (
    auction_errors,
    auctions,
    bid_opening,
    draw_keys,
    verifier,
)
from models.selection.auction_tables import Auction, AuctionState, Bid
from models.selection.draw_errors import TooEarlyError
from models.selection.tables import DrawState, Interest
from models.session import unit_of_work
from tests import seeding
from tests.models.selection import auctioning as make
from tests.models.selection.auctioning import (
    AFTER,
    CEILING,
    CLOSES,
    FLOOR,
    OPENS,
    bid_all,
    logged,
    refusal,
    transcript,
)
from tests.models.selection.mutations import flip
from tests.outside import opening_check, sealing


def ticket_of(town, auction, n):
    return make.context(town, auction, town.contractors[n])["ctx"]["holder"]


def party_of(town, n):
    return seeding.actor(town.contractors[n]).party_id


# --- outcomes -----------------------------------------------------------------------------------


@pytest.mark.req("DZ-76.2")
def test_one_lowest_wins_and_its_draw_is_never_needed(town, auction):
    winner = ticket_of(town, auction, 1)
    bid_all(town, auction, 35_000_000, 34_000_000, 36_000_000)
    found = make.to_result(town, auction)
    assert (found.outcome, found.price, found.tied) == ("winner", 34_000_000, [winner])
    assert make.settled(town, auction) == found
    done = make.published(town, auction)
    assert (done.state, done.winner_ticket) == (AuctionState.PUBLISHED, winner)
    assert make.draw_of(auction).state is DrawState.UNUSED
    (project,) = seeding.rows(Project, id=auction.project_id)
    assert (project.winner_id, project.award_price) == (party_of(town, 1), 34_000_000)


@pytest.mark.req("DZ-A5")
def test_a_bid_under_the_floor_wins_at_the_floor(town, auction):
    bid_all(town, auction, FLOOR + 1, 1, CEILING)
    found = make.to_result(town, auction)
    assert (found.outcome, found.price) == ("winner", FLOOR)
    assert [one["invalid"] for one in transcript(auction)["bids"]] == [None] * 3


@pytest.mark.req("DZ-76.2")
def test_equal_lowest_prices_go_to_the_draw_of_the_notice(town, auction):
    tied = sorted(ticket_of(town, auction, n) for n in (0, 2))
    plan = make.draw_of(auction).plan_hash
    bid_all(town, auction, FLOOR - 5, 31_000_000, FLOOR)
    found = make.to_result(town, auction)
    assert (found.outcome, found.price, found.tied) == ("tie", FLOOR, tied)
    draw = make.draw_of(auction)
    assert (draw.state, draw.tickets) == (DrawState.FROZEN, 2)
    assert [one["ticket"] for one in draw.frozen] == tied
    assert refusal(make.published, town, auction).code == "auction_state"
    held = make.drawn(town, auction)
    assert held.winner_ticket in tied
    done = make.published(town, auction)
    assert (done.state, done.winner_ticket) == (AuctionState.PUBLISHED, held.winner_ticket)
    draw = make.draw_of(auction)
    assert draw.state is DrawState.PUBLISHED
    verifier.verify(json.loads(draw.public_proof), plan)
    (project,) = seeding.rows(Project, id=auction.project_id)
    (row,) = seeding.rows(Interest, ticket=held.winner_ticket)
    assert (project.winner_id, project.award_price) == (row.party_id, FLOOR)


@pytest.mark.req("DZ-76.2")
def test_nobody_bidding_is_a_failure_with_its_reason(town, auction):
    found = make.to_result(town, auction)
    assert (found.outcome, found.reason, found.price) == ("none", "no_bids", None)
    assert make.settled(town, auction) == found
    row = make.fresh(auction)
    assert (row.state, make.draw_of(auction).state) == (
        AuctionState.UNSUCCESSFUL,
        DrawState.UNSUCCESSFUL,
    )
    assert auctions.failure_text(row) == "竞价截止时没有收到报价，选取失败"
    assert transcript(auction)["settled"] == {"price": None, "tied": []}


def test_only_bids_out_of_range_are_a_failure(town, auction):
    bid_all(town, auction, CEILING + 1, 0, CEILING * 100)
    found = make.to_result(town, auction)
    assert (found.outcome, found.reason) == ("none", "no_valid_bid")
    told = {one["invalid"] for one in transcript(auction)["bids"]}
    assert told == {"报价高于最高限价，不计入", "报价不大于零，不计入"}
    assert logged("auction:settled")[0]["after"]["invalid"] == 3


@pytest.mark.req("DZ-76.2")
def test_the_highest_number_counts_not_the_last_to_come(town, auction):
    make.bid(town, auction, town.contractors[0], 33_000_000, seq=5)
    make.bid(town, auction, town.contractors[0], 31_000_000, seq=2)
    make.bid(town, auction, town.contractors[1], 34_000_000)
    assert make.to_result(town, auction).price == 33_000_000


def test_the_county_may_set_bids_under_the_floor_aside(tmp_path):
    # the rule goes with the bidding from its preparation on
    with make.standing(tmp_path / "reject") as (town, auction, _):
        with unit_of_work() as session:
            session.get_one(Auction, auction.id).below_floor = "reject"
        bid_all(town, auction, FLOOR - 1, FLOOR + 7)
        found = make.to_result(town, auction)
        assert (found.outcome, found.price) == ("winner", FLOOR + 7)
        told = [one["invalid"] for one in transcript(auction)["bids"] if one["invalid"]]
        assert told == ["报价低于最低限价，按公告规定不计入"]


# --- the transcript -----------------------------------------------------------------------------


def test_the_transcript_satisfies_both_verifiers_with_notice_and_log(town, auction):
    bid_all(town, auction, 35_000_000, 1, CEILING + 1, 36_000_000)
    make.bid(town, auction, town.contractors[0], 34_500_000)
    make.to_result(town, auction)
    row = make.fresh(auction)
    whole = transcript(auction)
    report = verifier.verify_opening(
        whole, row.floor_commit, row.envelope_root, row.transcript_hash
    )
    assert report.is_compared
    found = opening_check.check(whole, row.floor_commit, row.envelope_root)
    assert found == (row.price, row.tied)
    assert hashlib.sha256(row.transcript.encode()).hexdigest() == row.transcript_hash
    assert logged("auction:opened")[0]["after"]["transcript"] == row.transcript_hash
    assert whole["closed_at"] == "2026-11-23T11:00:00+08:00"


def test_the_log_tells_no_price_before_the_result_is_public(town, auction):
    bid_all(town, auction, 34_567_800, 35_000_000)
    make.to_result(town, auction)
    assert not any("34567800" in one.body for one in seeding.rows(LedgerEntry))
    make.published(town, auction)
    (entry,) = logged("auction:published")
    assert entry["after"]["price"] == 34_567_800


def rubbish(town, auction, n, val):
    """Hand in what no page of the platform would seal; the platform cannot know."""
    context = make.context(town, auction, town.contractors[n])
    given = sealing.seal(context["ctx"], val, context["guardians"])
    return make.hand_in(town, auction, town.contractors[n], given)


@pytest.mark.parametrize(
    "val",
    [
        {"fen": "34000000", "seq": 9},
        {"fen": 34_000_000},
        {"fen": 34_000_000, "seq": 9, "x": 1},
        {"fen": 340_000.25, "seq": 9},
        {"fen": True, "seq": 9},
        {"fen": 2**53, "seq": 9},
        {"yuan": 340_000, "seq": 9},
        [34_000_000],
        "34000000",
        None,
    ],
)
def test_rubbish_inside_is_set_aside_and_an_earlier_readable_bid_counts(town, auction, val):
    make.bid(town, auction, town.contractors[0], 34_000_000)
    rubbish(town, auction, 0, val)
    make.bid(town, auction, town.contractors[1], 35_000_000)
    found = make.to_result(town, auction)
    assert (found.outcome, found.price) == ("winner", 34_000_000)
    told = [one for one in transcript(auction)["bids"] if one["invalid"]]
    assert [(one["val"], one["invalid"]) for one in told] == [
        (None, verifier.BID_FAULTS["unreadable"])
    ]
    row = make.fresh(auction)
    opening_check.check(transcript(auction), row.floor_commit, row.envelope_root)


@pytest.mark.parametrize(("fen", "seq"), [(-1, 9), (0, 9), (CEILING + 1, 9), (1, -3)])
def test_numbers_out_of_range_are_told_as_they_are(town, auction, fen, seq):
    rubbish(town, auction, 0, {"fen": fen, "seq": seq})
    make.bid(town, auction, town.contractors[1], 35_000_000)
    found = make.to_result(town, auction)
    told = [one["val"] for one in transcript(auction)["bids"]]
    assert {"fen": fen, "seq": seq} in told
    assert found.price == (FLOOR if fen == 1 else 35_000_000)


def unopenable(ctx, val):
    given = make.sealed(ctx, val)
    return given | {"nonce": flip(given["nonce"])}


def test_a_bid_that_no_pair_of_shares_opens_is_set_aside_with_all_its_shares(town, auction):
    context = make.context(town, auction, town.contractors[0])
    given = unopenable(context["ctx"], {"fen": 1, "seq": 1})
    make.hand_in(town, auction, town.contractors[0], given)
    make.bid(town, auction, town.contractors[1], 35_000_000)
    assert make.to_result(town, auction).price == 35_000_000
    (told,) = [one for one in transcript(auction)["bids"] if one["val"] is None]
    assert [one["from"] for one in told["released"]] == ["centre", "discipline", "regulator"]


# --- the floor ----------------------------------------------------------------------------------


def failing(tmp_path, **values):
    town = seeding.build_town(
        make.Settings(data_dir=str(tmp_path / "data"), secret_key="s" * 64), contractors=3
    )
    auction = make.bidding(town, **values)
    bid_all(town, auction, 31_000_000, 32_000_000, 33_000_000)
    return town, auction


@pytest.mark.parametrize(
    ("floor", "reason"),
    [
        ({"fen": CEILING + 1}, "floor_out_of_range"),
        ({"given": lambda ctx: unopenable(ctx, {"fen": FLOOR})}, "floor_unopenable"),
    ],
)
def test_a_floor_nobody_can_reckon_with_fails_and_names_who_sealed_it(
    database, tmp_path, floor, reason
):
    town, auction = failing(tmp_path, **floor)
    found = make.to_result(town, auction)
    assert (found.outcome, found.reason, found.price) == ("none", reason, None)
    (entry,) = logged("auction:floor_unusable")
    assert entry["after"] == {"reason": reason, "account": make.account(town, "dz.owner")}
    row = make.fresh(auction)
    assert row.state is AuctionState.UNSUCCESSFUL
    report = verifier.verify_opening(transcript(auction), row.floor_commit, row.envelope_root)
    assert report.price is None
    assert len(transcript(auction)["floor"]["released"]) == 3


# --- times, guardians, presses ------------------------------------------------------------------


def test_nothing_opens_before_its_time_or_before_the_close_is_logged(town, auction):
    bid_all(town, auction, FLOOR)
    early = refusal(make.opened, town, auction)
    assert isinstance(early, auction_errors.AuctionStateError)
    make.closed(town, auction)
    assert isinstance(refusal(make.opened, town, auction, CLOSES), TooEarlyError)
    with unit_of_work() as session:
        for entry in session.query(LedgerEntry).filter(LedgerEntry.object == auction.id):
            session.delete(entry)
    error = refusal(make.opened, town, auction)
    assert isinstance(error, auction_errors.CloseNotLoggedError)
    assert make.fresh(auction).transcript is None


# --- who stood behind the tickets ---------------------------------------------------------------


def test_publishing_writes_names_and_times_and_forgets_the_key(town, auction):
    told = [make.bid(town, auction, town.contractors[n], 34_000_000 + n) for n in range(3)]
    make.to_result(town, auction)
    draw = make.draw_of(auction)
    assert draw_keys.exists(town.settings, draw.id)
    for _ in range(2):
        make.published(town, auction, AFTER)
    assert not draw_keys.exists(town.settings, draw.id)
    parties = {one.party_id for one in seeding.rows(Interest, draw_id=draw.id) if one.live}
    assert parties == {party_of(town, n) for n in range(4)}
    assert all(one.received_at is not None for one in seeding.rows(Bid, auction_id=auction.id))
    assert make.own(town, auction, town.contractors[1]) == [told[1]]
    assert len(logged("auction:published")) == 1


def test_after_a_tie_the_names_of_all_are_written_once(town, auction):
    bid_all(town, auction, FLOOR, FLOOR, 35_000_000)
    make.to_result(town, auction)
    make.drawn(town, auction)
    make.published(town, auction)
    rows = [one for one in seeding.rows(Interest, draw_id=auction.draw_id) if one.live]
    assert {one.party_id for one in rows} == {party_of(town, n) for n in range(4)}
    assert {one.contact for one in rows} == {b'{"contact":"","remark":""}'}


def test_a_winner_whose_joining_envelope_names_nobody_fails_and_is_named_in_the_log(town, auction):
    bid_all(town, auction, 34_000_000, 35_000_000)
    ticket = ticket_of(town, auction, 0)
    with unit_of_work() as session:
        row = session.get_one(Interest, ticket)
        given = json.loads(row.envelope)
        row.envelope = json.dumps(given | {"nonce": flip(given["nonce"])})
    found = make.to_result(town, auction)
    assert (found.outcome, found.reason) == ("none", "winner_unopenable")
    (entry,) = logged("auction:winner_unopenable")
    assert entry["after"] == {"ticket": ticket, "party": party_of(town, 0)}


# --- ended at every statement -------------------------------------------------------------------


class Ended(Exception):
    """The process ended."""


def ending_at(engine, number):
    """Let the given statement from now on end the process."""
    left = [number]

    def count(*_):
        left[0] -= 1
        if left[0] == 0:
            raise Ended

    event.listen(engine, "before_cursor_execute", count)
    return lambda: event.remove(engine, "before_cursor_execute", count)


def played(town, auction, engine, *, deadly):
    """Go from the close to the result; each verb is ended at every one of its statements once."""
    verbs = [
        (auctions.close, CLOSES),
        (bid_opening.open_, OPENS),
        (bid_opening.settle, OPENS),
        (bid_opening.publish, AFTER),
    ]
    deaths = 0
    for verb, at in verbs:
        number = 1
        while deadly:
            relent = ending_at(engine, number)
            try:
                make.act(town, at, verb, auction)
            except Ended:
                deaths, number = deaths + 1, number + 1
                continue
            finally:
                relent()
            break
        make.act(town, at, verb, auction)
    return deaths


def test_ended_at_every_statement_the_transcript_is_byte_equal(tmp_path):
    folder = tmp_path / "closing"
    with make.standing(folder) as (town, auction, engine):
        bid_all(town, auction, 35_000_000, 34_000_000, CEILING + 1, 1_000)
        make.bid(town, auction, town.contractors[3], 36_000_000)
        engine.dispose()
        other = tmp_path / "again"
        make.shutil.copytree(folder, other)
        played(town, auction, engine, deadly=False)
        calm = make.fresh(auction)
    with make.reopened(other) as (town, auction, engine):
        assert played(town, auction, engine, deadly=True) > 30
        rough = make.fresh(auction)
        assert len(logged("auction:opened")) == len(logged("auction:settled")) == 1
    assert rough.transcript == calm.transcript
    columns = ("state", "price", "tied", "winner_ticket", "envelope_root", "transcript_hash")
    assert [getattr(rough, one) for one in columns] == [getattr(calm, one) for one in columns]
