"""The outside verifier of openings: it accepts what follows from the envelopes and nothing else."""

import copy
import hashlib
from functools import cache

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from tests.outside import opening_check, sealing
from tests.outside.draw_check import RefusedProof

PROJECT, CEILING, FLOOR = "p-1", 10_000, 8_000
A, B, C = ("a" * 32, "b" * 32, "c" * 32)


@cache
def keys():
    """Return each guardian's private number and what is public of it."""
    made = {}
    for name in ("centre", "discipline", "regulator"):
        key = ec.generate_private_key(sealing.CURVE)
        public = sealing.point(key.public_key())
        told = {
            "name": name,
            "public_key": public.hex(),
            "kid": hashlib.sha256(public).hexdigest()[:8],
        }
        made[name] = (key.private_numbers().private_value, told)
    return made


@cache
def _sealed(kind, holder, *pairs):
    context = {"project": PROJECT, "kind": kind, "holder": holder}
    envelope = sealing.seal(context, dict(pairs), [told for _, told in keys().values()])
    return envelope, released(envelope)


def sealed(kind, holder, value):
    envelope, shares = copy.deepcopy(_sealed(kind, holder, *value.items()))
    return {"envelope": envelope, "released": shares, "val": value}


def released(envelope):
    commit = bytes.fromhex(envelope["commit"])
    shares = []
    for one in envelope["shares"]:
        info = sealing.info_of(envelope["ctx"], one["to"], commit)
        plain = sealing.unsealed(keys()[one["to"]][0], bytes.fromhex(one["c"]), info)
        shares.append({"from": one["to"], "share": plain.hex()})
    return shares


def transcript(*bids, price=None, tied=(), floor=FLOOR, below_floor="clamp"):
    """Return an opening; a bid is ticket, value and the reason against it."""
    rows = [sealed("bid", ticket, value) | {"invalid": reason} for ticket, value, reason in bids]
    rows.sort(key=lambda one: (one["envelope"]["ctx"]["holder"], one["envelope"]["commit"]))
    return {
        "v": 1,
        "project": PROJECT,
        "ceiling": CEILING,
        "below_floor": below_floor,
        "closed_at": "2026-11-12T17:30:00+08:00",
        "floor": sealed("floor", "owner", {"fen": floor}),
        "bids": rows,
        "settled": {"price": price, "tied": list(tied)},
    }


def bid(ticket, fen, seq=1, reason=None):
    return ticket, {"fen": fen, "seq": seq}, reason


SETTLED = {
    "one lowest": transcript(bid(A, 9_000), bid(B, 8_500), price=8_500, tied=[B]),
    "under the floor": transcript(bid(A, 7_000), bid(B, 8_001), price=8_000, tied=[A]),
    "equal at the floor": transcript(
        bid(A, 1), bid(B, 8_000), bid(C, 9_000), price=8_000, tied=[A, B]
    ),
    "under the floor set aside": transcript(
        bid(A, 7_999, reason="低于最低限价"),
        bid(B, 9_000),
        price=9_000,
        tied=[B],
        below_floor="reject",
    ),
    "the last one counts": transcript(
        bid(A, 8_100), bid(A, 9_900, 2), bid(B, 9_800), price=9_800, tied=[B]
    ),
    "the last one is out of range": transcript(
        bid(A, 8_100), bid(A, 10_001, 2, "超过最高限价"), bid(B, 9_800), price=9_800, tied=[B]
    ),
    "nobody bid": transcript(),
    "floor above the ceiling": transcript(bid(A, 9_000), floor=10_001),
    "rubbish": transcript(
        (A, {"fen": "8千", "seq": 1}, "内容不符"), bid(B, 9_800), price=9_800, tied=[B]
    ),
}


@pytest.mark.parametrize("name", SETTLED)
def test_an_opening_that_follows_from_its_envelopes_is_accepted(name):
    told = SETTLED[name]
    commit, root = told["floor"]["envelope"]["commit"], opening_check.list_root(told["bids"])
    price, tied = opening_check.check(told, commit, root)
    assert {"price": price, "tied": tied} == told["settled"]


def test_two_shares_are_enough_and_one_is_not():
    told = copy.deepcopy(SETTLED["one lowest"])
    told["bids"][0]["released"].pop(0)
    assert opening_check.check(told)
    told["bids"][0]["released"].pop(0)
    with pytest.raises(RefusedProof, match="released"):
        opening_check.check(told)


ALTERED = {
    "another price": lambda one: one["settled"].update(price=9_000),
    "another winner": lambda one: one["settled"].update(tied=[A]),
    "another ceiling": lambda one: one.update(ceiling=8_499),
    "another value": lambda one: one["bids"][0]["val"].update(fen=8_400),
    "another floor": lambda one: one["floor"]["val"].update(fen=8_600),
    "a floor nobody can read": lambda one: one["floor"].update(val=None),
    "a bid left out of the comparison": lambda one: one["bids"][1].update(val=None, invalid="无效"),
    "a reason against a good bid": lambda one: one["bids"][0].update(invalid="无效"),
    "another order": lambda one: one["bids"].reverse(),
    "a bid twice": lambda one: one["bids"].append(one["bids"][1]),
    "a foreign envelope": lambda one: one["bids"][0]["envelope"]["ctx"].update(project="p-2"),
    "a foreign share": lambda one: one["bids"][0].update(released=one["bids"][1]["released"]),
    "another body": lambda one: one["bids"][0]["envelope"].update(commit="00" * 32),
    "another rule": lambda one: one.update(below_floor="none"),
    "a word more": lambda one: one.update(remark=""),
}


@pytest.mark.parametrize("name", ALTERED)
def test_an_altered_opening_is_refused(name):
    told = copy.deepcopy(SETTLED["one lowest"])
    ALTERED[name](told)
    with pytest.raises(RefusedProof):
        opening_check.check(told)


def test_a_bid_that_is_not_in_the_list_of_the_close_is_found():
    told = copy.deepcopy(SETTLED["one lowest"])
    root = opening_check.list_root(told["bids"])
    told["bids"].pop(0)
    assert opening_check.check(told)
    with pytest.raises(RefusedProof, match="root"):
        opening_check.check(told, root=root)


def test_a_floor_other_than_the_notices_is_found():
    with pytest.raises(RefusedProof, match=r"floor\.commit"):
        opening_check.check(SETTLED["one lowest"], floor_commit="00" * 32)
