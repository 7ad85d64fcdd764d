"""A verifier of opening transcripts, written from their specification alone; nothing of the project."""

import hashlib
import json
from itertools import combinations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.outside.draw_check import HEX_32, Hash, demand, jcs, tree_head
from tests.outside.sealing import inverse, times

PLACES = {"centre": 1, "discipline": 2, "regulator": 3}
PARTS = {"v", "project", "ceiling", "below_floor", "closed_at", "floor", "bids", "settled"}
BLOCK, LONGEST, LARGEST = 512, 508, 2**53 - 1


def check(transcript, floor_commit=None, root=None):
    """Return price and tied tickets; raise RefusedProof where anything does not follow."""
    demand(set(transcript) == PARTS and transcript["v"] == 1, "form")
    demand(_is_number(transcript["ceiling"]) and transcript["ceiling"] > 0, "ceiling")
    demand(transcript["below_floor"] in {"clamp", "reject"}, "below_floor")
    project = transcript["project"]
    floor = _floor(project, transcript["floor"], floor_commit)
    bids = [_bid(project, one) for one in transcript["bids"]]
    places = [(one["ticket"], one["commit"]) for one in bids]
    demand(places == sorted(set(places)), "order")
    demand(root is None or list_root(transcript["bids"]) == root, "root")
    price, tied, good = settle(transcript["ceiling"], transcript["below_floor"], floor, bids)
    demand(transcript["settled"] == {"price": price, "tied": tied}, "settled")
    _check_reasons(transcript["bids"], bids, good)
    return price, tied


def list_root(bids):
    """Return the head over the list of envelopes that stands in the log since the close."""
    hasher = Hash("sha256")
    leaves = [hasher.of(b"\0", jcs(one["envelope"])) for one in bids]
    return (tree_head(hasher, leaves) if leaves else hasher.of()).hex()


def settle(ceiling, below_floor, floor, bids):
    """Return price, tied tickets and the commits of bids that took part in the comparison."""
    if floor is None or not 0 < floor <= ceiling:
        return None, [], set()
    counting = {}
    for one in bids:
        if one["seq"] is None:
            continue
        former = counting.get(one["ticket"])
        if former is None or (-one["seq"], one["commit"]) < (-former["seq"], former["commit"]):
            counting[one["ticket"]] = one
    lowest = floor if below_floor == "reject" else 1
    good = {
        ticket: one
        for ticket, one in counting.items()
        if one["fen"] is not None and lowest <= one["fen"] <= ceiling
    }
    reached = {ticket: max(one["fen"], floor) for ticket, one in good.items()}
    price = min(reached.values(), default=None)
    tied = sorted(ticket for ticket, value in reached.items() if value == price)
    return price, tied, {one["commit"] for one in good.values()}


def _floor(project, told, commit):
    demand(set(told) == {"envelope", "released", "val"}, "floor")
    demand(_context(told["envelope"]) == (project, "floor", "owner"), "floor.ctx")
    demand(commit is None or told["envelope"]["commit"] == commit, "floor.commit")
    value = _told_truly(told, {"fen"}, "floor.val")
    return value["fen"] if value else None


def _bid(project, told):
    demand(set(told) == {"envelope", "released", "val", "invalid"}, "bid")
    envelope = told["envelope"]
    ticket = envelope["ctx"]["holder"]
    demand(_context(envelope) == (project, "bid", ticket), "bid.ctx")
    value = _told_truly(told, {"fen", "seq"}, "bid.val")
    numbers = value or {"fen": None, "seq": None}
    return {"ticket": ticket, "commit": envelope["commit"], **numbers}


def _told_truly(told, names, reason):
    """Return the sealed numbers, or None for rubbish, which may be told or left out."""
    value = opened(told["envelope"], told["released"])
    if not _has_numbers(value, names):
        demand(told["val"] in (None, value), reason)
        return None
    demand(told["val"] == value, reason)
    return value


def _check_reasons(told, bids, good):
    """A bid that was compared has no reason against it; one that is not openable has one."""
    for one, bid in zip(told, bids, strict=True):
        reason = one["invalid"]
        demand(reason is None or (isinstance(reason, str) and reason), "invalid")
        demand(bid["commit"] not in good or reason is None, "invalid")
        demand(bid["fen"] is not None or reason is not None, "invalid")


def _context(envelope):
    demand(set(envelope["ctx"]) == {"project", "kind", "holder"}, "ctx")
    return tuple(envelope["ctx"][name] for name in ("project", "kind", "holder"))


def _is_number(value):
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST


def _has_numbers(value, names):
    return isinstance(value, dict) and set(value) == names and all(map(_is_number, value.values()))


def opened(envelope, released):
    """Return the value, or None where every share is public and no pair gives the body."""
    shares = [_share(envelope, one) for one in released]
    demand(len({one[0] for one in shares}) == len(shares), "released")
    for pair in combinations(shares, 2):
        body = _body(envelope, pair)
        if body is not None:
            return _value(envelope, body)
    demand(len(shares) == len(PLACES), "released")
    return None


def _share(envelope, released):
    """Return a share that the envelope itself promises."""
    described = {one["to"]: one["h"] for one in envelope["shares"]}
    demand(set(described) == set(PLACES) and released["from"] in PLACES, "released")
    plain = bytes.fromhex(released["share"])
    demand(hashlib.sha256(plain).hexdigest() == described[released["from"]], "share")
    demand(len(plain) == 33 and plain[0] == PLACES[released["from"]], "share")
    return plain


def _body(envelope, pair):
    (a, first), (b, second) = ((one[0], int.from_bytes(one[1:17], "big")) for one in pair)
    key = times(times(first, b) ^ times(second, a), inverse(a ^ b)).to_bytes(16, "big")
    nonce, sealed = bytes.fromhex(envelope["nonce"]), bytes.fromhex(envelope["ct"])
    try:
        block = AESGCM(key).decrypt(nonce, sealed, jcs(envelope["ctx"]))
    except InvalidTag:
        return None
    size = int.from_bytes(block[:4], "big")
    body = block[4 : 4 + size]
    padded = len(block) == BLOCK and size <= LONGEST and not any(block[4 + size :])
    return body if padded and hashlib.sha256(body).hexdigest() == envelope["commit"] else None


def _value(envelope, body):
    """Return what was sealed; None when the sealer put rubbish into the body."""
    try:
        told = json.loads(body)
    except ValueError:
        return None
    whole = isinstance(told, dict) and set(told) == {"ctx", "val", "salt"}
    if not whole or jcs(told) != body or told["ctx"] != envelope["ctx"]:
        return None
    return told["val"] if isinstance(told["salt"], str) and HEX_32.fullmatch(told["salt"]) else None
