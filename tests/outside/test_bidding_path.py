"""Programs of others seal, bid and check the opening, by the specification alone."""

import json

import pytest

from tests.outside import opening_check
from tests.outside.bidding_path import BiddingPath
from tests.outside.draw_check import RefusedProof, check
from tests.outside.program import Program

FREEZE = "2026-11-12T17:30"
BEGINS, CLOSES, OPENS = "2026-11-13T09:00", "2026-11-13T16:00", "2026-11-16T10:00"
FLOOR, CEILING = 150_000, 183_600
A, B, C = ("dz.contractor01", "dz.contractor02", "dz.contractor04")
TIED = {A: [160_000, 149_999], B: [150_000], C: [172_500]}


@pytest.fixture
def path(program, address, clock):
    visitor = Program(address)
    played = BiddingPath(lambda who: program(who) if who else visitor, clock)
    played.register("reverse_auction")
    played.appoint()
    played.seal_floor(FLOOR)
    played.announce_bidding(FREEZE, BEGINS, CLOSES, OPENS)
    return played


@pytest.mark.req("DZ-76.2")
@pytest.mark.req("DZ-80c")
def test_a_tie_at_the_floor_is_settled_and_drawn_as_outsiders_compute_it(path, clock):
    for who in TIED:
        path.join(who)
    early = path.bid(A, 1)
    assert early.status == 409
    clock(FREEZE)
    clock(BEGINS)
    answers = [path.bid(who, fen, n) for who in TIED for n, fen in enumerate(TIED[who], 1)]
    assert {one.status for one in answers} == {201}
    assert {frozenset(one.json) for one in answers} == {frozenset({"commit", "received_at"})}
    clock(CLOSES)
    assert path.bid(C, 1, 2).json["code"] == early.json["code"]
    clock(OPENS)
    path.open_bids()
    clock("2026-11-16T10:04")
    path.hold()
    assert path.transcript().status == 404
    proof = json.loads(path.publish())

    told, root = path.transcript().json, path.root_in_log()
    expected = sorted((path.tickets[A], path.tickets[B]))
    assert opening_check.check(told, path.printed, root) == (FLOOR, expected)
    assert told["ceiling"] == CEILING
    assert check(proof) in expected
    assert [one["ticket"] for one in proof["list"]["tickets"]] == expected
    altered(told, root)


def altered(told, root):
    """What is published is refused with one thing changed."""
    dropped = {**told, "bids": told["bids"][1:]}
    with pytest.raises(RefusedProof):
        opening_check.check(dropped, root=root)
    for change in ({"price": 160_000}, {"tied": told["settled"]["tied"][:1]}):
        with pytest.raises(RefusedProof, match="settled"):
            opening_check.check({**told, "settled": told["settled"] | change})
    with pytest.raises(RefusedProof, match=r"floor\.commit"):
        opening_check.check(told, floor_commit="00" * 32)


def test_what_is_no_sealed_bid_of_this_bidding_is_refused_alike(path, clock):
    """Truncated, oversized, for somebody else's ticket: told as what it is, and nothing is kept."""
    for who in TIED:
        path.join(who)
    clock(FREEZE)
    clock(BEGINS)
    sealed = path.seal("bid", path.tickets[A], {"fen": FLOOR, "seq": 1})
    foreign = path.seal("bid", path.tickets[B], {"fen": FLOOR, "seq": 1})
    wrong = [
        foreign,
        sealed | {"ct": sealed["ct"][:-2]},
        sealed | {"ct": "00" * 20_000},
        sealed | {"shares": sealed["shares"][:2]},
        sealed | {"ctx": sealed["ctx"] | {"project": "0" * 32}},
    ]
    answers = [path.hand_in(A, one) for one in wrong]
    assert {one.status for one in answers} <= {413, 422}
    assert path.hand_in("dz.contractor05", sealed).status == 403
    assert path.program(A).get(f"{path.link}/bids").json["items"] == []
