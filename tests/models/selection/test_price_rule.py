"""The laws of the price rule, on any bids at all; the rule is stated anew here, the plain way."""

import random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from models.selection.price_rule import CLAMP, REJECT, OpenedBid, counting_bids, settle

CEILING = 1_000
TICKETS = ["a" * 32, "b" * 32, "c" * 32, "d" * 32]
pytestmark = pytest.mark.req("DZ-76.2")


@st.composite
def books(draw, fens=None):
    """Up to a dozen bids of four tickets, some of them rubbish, each with a commit of its own."""
    fens = st.none() | st.integers(-5, CEILING + 200) if fens is None else fens
    seqs = st.integers(-1, 5)
    pairs = draw(st.lists(st.tuples(st.sampled_from(TICKETS), fens, seqs), max_size=12))
    made = []
    for n, (ticket, fen, seq) in enumerate(pairs):
        commit = f"{draw(st.integers(0, 9))}{n:063}"
        made.append(OpenedBid(ticket, fen, None if fen is None else seq, commit))
    return made


floors = st.integers(1, CEILING)
rules = st.sampled_from([CLAMP, REJECT])
valid = st.integers(1, CEILING)


def plainly(ceiling, rule, floor, bids):
    """Return price and tied, told ticket by ticket."""
    reached = {}
    for ticket in TICKETS:
        own = [b for b in bids if b.ticket == ticket and b.fen is not None]
        if not own:
            continue
        top = max(b.seq for b in own)
        one = min((b for b in own if b.seq == top), key=lambda b: b.commit)
        if one.fen < 1 or one.fen > ceiling or (rule == REJECT and one.fen < floor):
            continue
        reached[ticket] = max(one.fen, floor)
    if not reached:
        return None, []
    price = min(reached.values())
    return price, [ticket for ticket in TICKETS if reached.get(ticket) == price]


@given(books(), floors, rules)
@settings(max_examples=400)
def test_the_rule_is_what_it_says(bids, floor, rule):
    found = settle(CEILING, rule, floor, bids)
    assert (found.price, found.tied) == plainly(CEILING, rule, floor, bids)


@given(books(), floors, rules, st.randoms(use_true_random=False))
def test_the_order_in_which_bids_are_given_changes_nothing(bids, floor, rule, chance):
    shuffled = bids[:]
    chance.shuffle(shuffled)
    assert settle(CEILING, rule, floor, shuffled) == settle(CEILING, rule, floor, bids)


@given(books(), floors, rules)
def test_no_price_lies_under_the_floor_or_over_the_ceiling(bids, floor, rule):
    price = settle(CEILING, rule, floor, bids).price
    assert price is None or floor <= price <= CEILING


@given(books(), floors)
def test_bidding_under_the_floor_is_bidding_the_floor(bids, floor):
    raised = [
        bid._replace(fen=floor) if bid.fen is not None and 0 < bid.fen < floor else bid
        for bid in bids
    ]
    before, after = (settle(CEILING, CLAMP, floor, one) for one in (bids, raised))
    assert (before.price, before.tied) == (after.price, after.tied)


@given(books(valid), floors)
def test_the_lowest_counting_bid_always_wins(bids, floor):
    assume(bids)
    found = settle(CEILING, CLAMP, floor, bids)
    counting = counting_bids(bids)
    assert found.price == max(floor, min(bid.fen for bid in counting))
    assert set(found.tied) == {b.ticket for b in counting if max(b.fen, floor) == found.price}


@given(books(valid), floors, st.integers(1, CEILING), st.sampled_from(TICKETS))
def test_a_new_bid_takes_the_place_of_the_tickets_former_ones(bids, floor, fen, ticket):
    others = [bid for bid in bids if bid.ticket != ticket]
    last = OpenedBid(ticket, fen, 99, "f" * 64)
    assert (
        settle(CEILING, CLAMP, floor, [*bids, last])[:2]
        == (settle(CEILING, CLAMP, floor, [*others, last])[:2])
    )


@given(books(valid), floors, st.sampled_from([0, -1, CEILING + 1]), st.sampled_from(TICKETS))
def test_a_last_bid_out_of_range_is_set_aside_and_no_earlier_one_comes_back(
    bids, floor, fen, ticket
):
    last = OpenedBid(ticket, fen, 99, "f" * 64)
    found = settle(CEILING, CLAMP, floor, [*bids, last])
    assert last.commit in found.invalid
    assert ticket not in found.tied


@given(books(valid), floors, st.sampled_from(TICKETS), rules)
def test_what_cannot_be_read_leaves_the_others_as_they_were(bids, floor, ticket, rule):
    rubbish = OpenedBid(ticket, None, None, "f" * 64)
    found = settle(CEILING, rule, floor, [*bids, rubbish])
    assert found[:2] == settle(CEILING, rule, floor, bids)[:2]
    assert rubbish.commit in found.invalid


@given(books(), rules, st.none() | st.integers(-3, 0) | st.integers(CEILING + 1, CEILING + 9))
def test_without_a_floor_between_nought_and_the_ceiling_nobody_wins(bids, rule, floor):
    found = settle(CEILING, rule, floor, bids)
    assert (found.price, found.tied) == (None, [])


@given(books(valid), floors, st.data())
def test_another_bidder_never_raises_the_price(bids, floor, data):
    fen = data.draw(valid)
    more = [*bids, OpenedBid("e" * 32, fen, 1, "f" * 64)]
    before, after = (settle(CEILING, CLAMP, floor, one).price for one in (bids, more))
    assert before is None or after <= before


@given(books(), floors, rules)
def test_each_bid_is_either_in_range_or_set_aside_with_a_reason(bids, floor, rule):
    invalid = settle(CEILING, rule, floor, bids).invalid
    lowest = floor if rule == REJECT else 1
    for bid in bids:
        is_good = bid.fen is not None and lowest <= bid.fen <= CEILING
        assert (bid.commit in invalid) is not is_good
    assert all(invalid.values())


def test_of_two_bids_with_one_number_the_smaller_fingerprint_counts():
    one, two = OpenedBid("a" * 32, 700, 2, "1" * 64), OpenedBid("a" * 32, 900, 2, "2" * 64)
    for bids in ([one, two], [two, one]):
        assert settle(CEILING, CLAMP, 1, bids).price == 700


def test_time_gives_no_priority_among_equals():
    bids = [OpenedBid(ticket, 500, n, str(n) * 64) for n, ticket in enumerate(TICKETS)]
    random.Random(3).shuffle(bids)
    assert settle(CEILING, CLAMP, 600, bids).tied == sorted(TICKETS)
    assert settle(CEILING, CLAMP, 600, bids).price == 600


def test_a_bid_under_the_floor_is_set_aside_only_where_the_notice_says_so():
    bids = [OpenedBid("a" * 32, 599, 1, "1" * 64), OpenedBid("b" * 32, 800, 1, "2" * 64)]
    assert settle(CEILING, CLAMP, 600, bids)[:2] == (600, ["a" * 32])
    assert settle(CEILING, REJECT, 600, bids)[:2] == (800, ["b" * 32])
    assert settle(CEILING, REJECT, 600, bids).invalid == {
        "1" * 64: "报价低于最低限价，按公告规定不计入"
    }


@pytest.mark.parametrize("bids", [[], [OpenedBid("a" * 32, None, None, "1" * 64)]])
def test_without_a_valid_bid_nobody_wins(bids):
    assert settle(CEILING, CLAMP, 600, bids)[:2] == (None, [])
