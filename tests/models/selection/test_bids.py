"""Sealed bids: who may hand them in, when, and that nothing of them is told or kept."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event, inspect, text

from models.base import Base
from models.errors import SmallworksError
from models.identity.actor import Actor
from models.identity.party import Party
from models.project import Project, ProjectPhase
from models.roster.entry import RosterEntry
from models.selection import bid_errors, bids, envelope_form, guardian_keys
from models.selection.auction_tables import Auction, AuctionState, Bid
from models.selection.envelope import EnvelopeRefusedError, ShareBadError
from models.selection.tables import Interest
from models.session import unit_of_work
from tests import seeding
from tests.models.selection import auctioning as make
from tests.models.selection.auctioning import BEGINS, CEILING, CLOSES, DURING, FLOOR, refusal

TICK = timedelta(microseconds=1)


@pytest.fixture
def first(town):
    return town.contractors[0]


def stored(auction):
    return seeding.rows(Bid, auction_id=auction.id)


@contextmanager
def changed(table, key):
    with unit_of_work() as session:
        yield session.get_one(table, key)


def contents(engine, *without):
    with engine.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(table.select())))
            for table in Base.metadata.sorted_tables
            if table.name not in without
        }


# --- every bid is taken alike -------------------------------------------------------------------


@pytest.mark.req("DZ-80b")
@pytest.mark.parametrize("fen", [1, FLOOR - 1, FLOOR, FLOOR + 1, CEILING, CEILING + 1, 0])
def test_whatever_a_bid_says_it_is_taken_in_the_same_words(town, auction, first, fen):
    told = make.bid(town, auction, first, fen)
    (row,) = stored(auction)
    assert told == {"commit": row.commit, "received_at": "2026-11-23T09:00:00+08:00"}


@pytest.mark.req("DZ-80b")
def test_bids_above_and_under_the_floor_take_the_same_statements(standing, town, auction):
    _, _, engine = standing
    taken = []
    for account, fen in zip(town.contractors, (1, FLOOR - 1, FLOOR + 1, CEILING + 1), strict=False):
        context = make.context(town, auction, account)
        given = make.sealed(context["ctx"], {"fen": fen, "seq": 1})
        seen = []
        note = lambda *parts: seen.append(parts[2])  # noqa: B023, E731
        event.listen(engine, "before_cursor_execute", note)
        make.hand_in(town, auction, account, given)
        event.remove(engine, "before_cursor_execute", note)
        taken.append(seen)
    assert taken[0] == taken[1] == taken[2] == taken[3]


def test_a_bid_writes_nothing_but_its_row(standing, town, auction, first):
    _, _, engine = standing
    files = sorted(town.settings.directory.rglob("*"))
    before = contents(engine, "bid")
    make.bid(town, auction, first, FLOOR)
    make.bid(town, auction, first, FLOOR + 1)
    assert contents(engine, "bid") == before
    assert sorted(town.settings.directory.rglob("*")) == files
    assert len(stored(auction)) == 2


def test_the_row_tells_neither_who_bid_nor_when_nor_what(town, auction, first):
    make.bid(town, auction, first, 31_234_500)
    (row,) = stored(auction)
    assert row.received_at is None
    (party,) = seeding.rows(Party, id=seeding.actor(first).party_id)
    told = " ".join(repr(getattr(row, column.key)) for column in inspect(Bid).columns)
    for secret in (party.id, party.credit_code, party.name, first, "31234500", "312,345", "2026"):
        assert secret not in told
        assert secret.encode().hex() not in told


def test_the_table_has_no_counter_and_no_order_of_arrival(standing):
    kinds = {column.key: type(column.type).__name__ for column in Bid.__table__.c}
    assert [name for name, kind in kinds.items() if "Integer" in kind] == []
    assert [name for name, kind in kinds.items() if "Time" in kind] == ["received_at"]
    with standing[2].connect() as connection:
        query = "SELECT sql FROM sqlite_master WHERE name = 'bid'"
        assert "WITHOUT ROWID" in connection.execute(text(query)).scalar_one()


def test_the_stored_bytes_have_one_size(town, auction):
    for account, fen in zip(town.contractors[:4], (1, 99, 123_456_789, CEILING), strict=True):
        make.bid(town, auction, account, fen)
    columns = [column.key for column in inspect(Bid).columns]
    sizes = {
        tuple(len(value) if (value := getattr(row, name)) is not None else 0 for name in columns)
        for row in stored(auction)
    }
    assert len(sizes) == 1


# --- when ---------------------------------------------------------------------------------------


@pytest.mark.req("DZ-76.2")
@pytest.mark.parametrize("at", [BEGINS, DURING, CLOSES - TICK])
def test_bids_are_taken_from_the_first_to_the_last_moment(town, auction, first, at):
    given = make.sealed(make.context(town, auction, first)["ctx"], {"fen": FLOOR, "seq": 1})
    make.hand_in(town, auction, first, given, at)
    assert len(stored(auction)) == 1


@pytest.mark.req("DZ-76.2")
@pytest.mark.parametrize("at", [BEGINS - TICK, CLOSES, CLOSES + TICK])
def test_before_and_from_the_closing_second_on_no_bid_is_taken(town, auction, first, at):
    given = make.sealed(make.context(town, auction, first)["ctx"], {"fen": FLOOR, "seq": 1})
    error = refusal(make.hand_in, town, auction, first, given, at)
    assert isinstance(error, bid_errors.BiddingClosedError)
    assert stored(auction) == []
    # nobody has closed it: the state still takes bids, and that changes nothing
    assert make.fresh(auction).state is AuctionState.BIDDING


def test_a_clock_set_back_reopens_nothing(town, auction, first):
    given = make.sealed(make.context(town, auction, first)["ctx"], {"fen": FLOOR, "seq": 1})
    make.closed(town, auction)
    error = refusal(make.hand_in, town, auction, first, given, DURING)
    assert isinstance(error, bid_errors.BiddingClosedError)
    assert stored(auction) == []


@pytest.mark.parametrize("state", sorted(set(AuctionState) - {AuctionState.BIDDING}))
def test_in_no_other_state_a_bid_is_taken_whatever_the_clock_says(town, auction, first, state):
    given = make.sealed(make.context(town, auction, first)["ctx"], {"fen": FLOOR, "seq": 1})
    with changed(Auction, auction.id) as row:
        row.state = state
    error = refusal(make.hand_in, town, auction, first, given)
    assert isinstance(error, bid_errors.BiddingClosedError)


def test_while_the_project_is_paused_no_bid_is_taken(town, auction, first):
    given = make.sealed(make.context(town, auction, first)["ctx"], {"fen": FLOOR, "seq": 1})
    with changed(Project, auction.project_id) as project:
        project.phase = ProjectPhase.PAUSED
    error = refusal(make.hand_in, town, auction, first, given)
    assert isinstance(error, bid_errors.BiddingClosedError)


def test_an_outage_moves_the_close_for_everybody(town, auction, first):
    later = CLOSES + timedelta(hours=2)
    given = make.sealed(make.context(town, auction, first)["ctx"], {"fen": FLOOR, "seq": 1})
    with changed(Auction, auction.id) as row:
        row.postponed_to = later
    make.hand_in(town, auction, first, given, CLOSES)
    assert isinstance(
        refusal(make.hand_in, town, auction, first, given, later), bid_errors.BiddingClosedError
    )


def test_that_bidding_is_closed_is_told_alike_to_who_joined_and_who_did_not(town, auction):
    told = {
        refusal(make.context, town, auction, account, CLOSES).text for account in town.contractors
    }
    assert len(town.contractors) == 5
    assert len(told) == 1


# --- who ----------------------------------------------------------------------------------------


def test_who_did_not_join_cannot_bid(town, auction):
    error = refusal(make.context, town, auction, town.contractors[4])
    assert isinstance(error, bid_errors.NoTicketError)


def test_whose_ticket_is_a_tombstone_cannot_bid(town, auction, first):
    context = make.context(town, auction, first)
    with changed(Interest, context["ctx"]["holder"]) as row:
        row.live = False
    given = make.sealed(context["ctx"], {"fen": FLOOR, "seq": 1})
    assert isinstance(refusal(make.hand_in, town, auction, first, given), bid_errors.NoTicketError)


@pytest.mark.parametrize("username", ["dz.owner", "dz.selector", "dz.monitor", "dz.centre"])
def test_nobody_but_contractors_bids(town, auction, username):
    error = refusal(make.context, town, auction, make.account(town, username))
    assert isinstance(error, bid_errors.NotBidderError)


def test_a_contractor_of_another_county_does_not_bid_here(town, auction, first):
    here = seeding.actor(first)
    there = Actor(
        account_id=here.account_id,
        name=here.name,
        party_id=here.party_id,
        grants=frozenset({("contractor", "huairou")}),
    )
    with unit_of_work() as session, make.business_clock(make.fixed(DURING)):
        error = refusal(bids.place, session, town.settings, auction.project_id, there, {})
    assert isinstance(error, bid_errors.NotBidderError)


def test_who_was_suspended_meanwhile_is_told_why(town, auction, first):
    given = make.sealed(make.context(town, auction, first)["ctx"], {"fen": FLOOR, "seq": 1})
    seeding.suspend(first, CLOSES + timedelta(days=30))
    error = refusal(make.hand_in, town, auction, first, given)
    assert isinstance(error, bid_errors.BidderUnfitError)
    assert "停用" in error.text
    assert stored(auction) == []


def test_who_fits_no_more_is_told_what_is_lacking(town, auction, first):
    given = make.sealed(make.context(town, auction, first)["ctx"], {"fen": FLOOR, "seq": 1})
    party_id = seeding.actor(first).party_id
    (entry,) = seeding.rows(RosterEntry, party_id=party_id)
    with changed(RosterEntry, entry.id) as row:
        row.qualifications[0].level = 4
    error = refusal(make.hand_in, town, auction, first, given)
    assert isinstance(error, bid_errors.BidderUnfitError)
    assert "等级不够" in error.text


def test_no_refusal_speaks_of_others_or_of_prices():
    texts = [
        one.message
        for one in vars(bid_errors).values()
        if isinstance(one, type) and issubclass(one, SmallworksError) and "message" in vars(one)
    ]
    assert len(texts) == 9  # with the three families
    for one in texts:
        assert not any(
            word in one for word in ("最低限价", "低于", "高于", "其他企业", "家企业参与")
        )


# --- what ---------------------------------------------------------------------------------------


def foreign(ctx, **changes):
    return make.sealed(ctx | changes, {"fen": FLOOR, "seq": 1})


def other_guardians(ctx):
    keys = [guardian_keys.make_key(name) for name in guardian_keys.GUARDIANS]
    return make.sealed(ctx, {"fen": FLOOR, "seq": 1}, [key.public for key in keys])


def cut(ctx):
    given = foreign(ctx)
    return given | {"ct": given["ct"][:-2]}


def oversized(ctx):
    given = foreign(ctx)
    return given | {"ct": given["ct"] + "00" * envelope_form.MAX_ENVELOPE_BYTES}


def without_shares(ctx):
    return foreign(ctx) | {"shares": []}


def off_the_curve(ctx):
    given = foreign(ctx)
    share = given["shares"][0]
    share["c"] = "04" + "11" * 64 + share["c"][130:]
    return given


BAD = {
    "another project": (lambda ctx: foreign(ctx, project="p"), "ctx"),
    "another kind": (lambda ctx: make.sealed(ctx | {"kind": "floor"}, {"fen": 1}), "ctx"),
    "another ticket": (lambda ctx: foreign(ctx, holder="ab" * 16), "ctx"),
    "other guardians": (other_guardians, "guardians"),
    "cut off": (cut, "hex"),
    "oversized": (oversized, "hex"),
    "no shares": (without_shares, "guardians"),
    "off the curve": (off_the_curve, "point"),
    "an empty object": (lambda _: {}, "shape"),
    "a field too many": (lambda ctx: foreign(ctx) | {"note": ""}, "shape"),
    "a list for a text": (lambda ctx: foreign(ctx) | {"commit": []}, "hex"),
    "another version": (lambda ctx: foreign(ctx) | {"v": 2}, "v"),
}


@pytest.mark.parametrize("name", BAD)
def test_an_envelope_that_is_no_sealed_bid_is_refused_with_its_reason(town, auction, first, name):
    made, reason = BAD[name]
    given = made(make.context(town, auction, first)["ctx"])
    error = refusal(make.hand_in, town, auction, first, given)
    assert isinstance(error, EnvelopeRefusedError)
    assert error.details["reason"] == reason
    assert stored(auction) == []


@pytest.mark.parametrize("given", [None, [], "", 7, "{}", [{}]])
def test_what_is_no_envelope_at_all_is_refused(town, auction, first, given):
    error = refusal(make.hand_in, town, auction, first, given)
    assert isinstance(error, bid_errors.BidInvalidError)


def test_a_share_that_its_guardian_cannot_open_is_refused_at_once(town, auction, first):
    given = foreign(make.context(town, auction, first)["ctx"])
    share = given["shares"][1]
    share["c"] = share["c"][:-2] + ("00" if share["c"][-2:] != "00" else "11")
    assert isinstance(refusal(make.hand_in, town, auction, first, given), ShareBadError)
    assert stored(auction) == []


# --- again --------------------------------------------------------------------------------------


def test_a_contractor_may_bid_again_and_each_is_kept(town, auction, first):
    assert make.context(town, auction, first)["seq"] == 1
    for n in range(3):
        make.bid(town, auction, first, FLOOR + n)
    assert make.context(town, auction, first)["seq"] == 4
    assert len(stored(auction)) == 3


def test_the_same_envelope_twice_is_one_bid_with_its_first_moment(town, auction, first):
    given = foreign(make.context(town, auction, first)["ctx"])
    told = make.hand_in(town, auction, first, given, DURING)
    again = make.hand_in(town, auction, first, given, DURING + timedelta(minutes=5))
    assert again == told
    assert len(stored(auction)) == 1


def test_the_database_itself_keeps_one_of_two_windows_at_once(town, auction, first, monkeypatch):
    given = foreign(make.context(town, auction, first)["ctx"])
    make.hand_in(town, auction, first, given)
    # what the second window saw before the first one committed
    monkeypatch.setattr(bids, "_handed_in", lambda *_: (0, None))
    make.hand_in(town, auction, first, given)
    assert len(stored(auction)) == 1


def test_more_bids_than_anybody_needs_are_refused(town, auction, first, monkeypatch):
    monkeypatch.setattr(bids, "MOST_BIDS", 2)
    for n in range(2):
        make.bid(town, auction, first, FLOOR + n)
    error = refusal(make.bid, town, auction, first, FLOOR)
    assert isinstance(error, bid_errors.TooManyBidsError)
    assert len(stored(auction)) == 2


def test_who_bid_sees_its_own_fingerprints_and_moments_and_nobody_elses(town, auction):
    first, second = town.contractors[:2]
    told = [
        make.bid(town, auction, first, FLOOR, at=DURING),
        make.bid(town, auction, first, FLOOR, at=DURING + timedelta(minutes=1)),
    ]
    assert make.own(town, auction, first) == told
    assert make.own(town, auction, second) == []
    assert make.own(town, auction, town.contractors[4]) == []
    assert make.own(town, auction, make.account(town, "dz.centre")) == []


def test_a_bid_takes_few_statements(standing, town, auction, first):
    _, _, engine = standing
    given = foreign(make.context(town, auction, first)["ctx"])
    seen = []
    event.listen(engine, "before_cursor_execute", lambda *parts: seen.append(parts[2]))
    who = seeding.actor(first)
    seen.clear()
    with make.business_clock(make.fixed(DURING)), unit_of_work() as session:
        bids.place(session, town.settings, auction.project_id, who, given)
    assert len(seen) <= 10, seen
