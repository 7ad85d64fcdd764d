"""An opened bidding as people read it: which part each bid played."""

import orjson
import pytest

from models.selection.verifier import BID_FAULTS
from processes.open_data.opened_bids import FAULT_WORDS, BidPart, opened_bids

A, B, C = ("a" * 32, "b" * 32, "c" * 32)


def bid(ticket, commit, fen, seq=1, invalid=None):
    val = None if fen is None else {"fen": fen, "seq": seq}
    return {
        "envelope": {"ctx": {"holder": ticket}, "commit": commit * 64},
        "val": val,
        "invalid": invalid,
    }


def read(bids, floor=300, price=None, tied=(), below="clamp"):
    told = {
        "ceiling": 400,
        "below_floor": below,
        "floor": {"envelope": {"commit": "f" * 64}, "val": floor and {"fen": floor}},
        "bids": bids,
        "settled": {"price": price, "tied": list(tied)},
    }
    return opened_bids(orjson.dumps(told).decode())


def parts(found):
    return [(one.ticket, one.fen, one.effective, one.part) for one in found.lines]


def test_before_there_is_a_transcript_there_is_nothing():
    assert opened_bids(None) is None
    assert opened_bids("") is None


def test_the_lowest_comes_first_and_what_did_not_count_last():
    over = BID_FAULTS["over_ceiling"]
    found = read(
        [bid(A, "1", 390), bid(B, "2", 350), bid(C, "3", 401, invalid=over)], price=350, tied=[B]
    )
    assert parts(found) == [
        (B, 350, 350, BidPart.LOWEST),
        (A, 390, 390, BidPart.COUNTED),
        (C, 401, None, BidPart.INVALID),
    ]
    assert [one.why for one in found.set_aside] == [over]
    assert not found.is_tie


def test_under_the_floor_counts_as_the_floor_and_ties_without_priority():
    found = read([bid(A, "1", 10), bid(B, "2", 300)], price=300, tied=[A, B])
    assert [one.effective for one in found.lines] == [300, 300]
    assert [one.is_raised for one in found.lines] == [True, False]
    assert found.is_tie


def test_only_the_highest_number_counts_and_of_equals_the_smaller_commit():
    found = read(
        [bid(A, "1", 390, seq=2), bid(A, "2", 310, seq=1), bid(A, "3", 305, seq=2)],
        price=390,
        tied=[A],
    )
    assert [(one.fen, one.part) for one in found.lines] == [
        (390, BidPart.LOWEST),
        (305, BidPart.SUPERSEDED),
        (310, BidPart.SUPERSEDED),
    ]
    assert found.tickets == 1


def test_rubbish_is_listed_with_its_reason_and_without_numbers():
    found = read([bid(A, "1", None, invalid=BID_FAULTS["unreadable"])])
    (line,) = found.lines
    assert (line.fen, line.seq, line.part) == (None, None, BidPart.INVALID)
    assert line.why == BID_FAULTS["unreadable"]


@pytest.mark.parametrize("floor", [None, 401])
def test_without_a_usable_floor_nothing_was_compared(floor):
    found = read([bid(A, "1", 350)], floor=floor)
    assert found.price is None
    assert parts(found) == [(A, 350, None, BidPart.COUNTED)]


def test_reasons_that_pages_can_translate_are_those_of_the_transcript():
    assert FAULT_WORDS == BID_FAULTS
