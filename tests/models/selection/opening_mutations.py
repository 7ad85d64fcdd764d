"""Alters opening transcripts field by field and says which reason each must be refused for.

``tests/vectors/opening-*.json`` are the transcripts and ``tests/vectors/opening_mutations.json``
the alterations, so that the verifier in Python and the one in the browser are held to the same
list. Run this file to write both anew.
"""

import hashlib
import json

from models.selection import envelope, guardian_keys
from models.selection.price_rule import OpenedBid, bid_fault, settle
from models.selection.verifier import canonical, envelope_root
from tests.models.selection.conftest import VECTORS
from tests.models.selection.mutations import flip, leaves

PROJECT = "7d1f0c52-9a54-4e0c-8f13-2b6f0a4d9c31"
CEILING, FLOOR = 38_640_000, 30_000_000
A, B, C, D = ("1a" * 16, "2b" * 16, "3c" * 16, "4d" * 16)
WRITTEN = {
    # the superseded bid lies under the floor, the one out of range just over the ceiling
    "opening-one": (
        FLOOR,
        [
            (A, 31_000_000, 1),
            (B, 29_999_999, 1),
            (B, 30_500_000, 2),
            (C, CEILING + 1, 1),
            (D, "rubbish", 0),
            (D, "closed", 0),
        ],
    ),
    "opening-tie": (FLOOR, [(A, 1, 1), (B, FLOOR, 4), (C, 38_000_000, 1), (D, CEILING + 1, 1)]),
    "opening-floor-too-high": (CEILING + 1, [(A, 31_000_000, 1), (B, 0, 1)]),
}
BASES = tuple(WRITTEN)


def load(base):
    return json.loads((VECTORS / f"{base}.json").read_text("utf-8"))


def expected(transcript):
    """Return what notice, log and award notice print of an unaltered transcript."""
    return {
        "floor": transcript["floor"]["envelope"]["commit"],
        "root": envelope_root(one["envelope"] for one in transcript["bids"]).hex(),
        "hash": hashlib.sha256(canonical(transcript)).hexdigest(),
    }


# --- making the transcripts ---------------------------------------------------------------------


def made(floor, values, keys):
    """Return a transcript, put together without the platform's own opening."""
    parts = sorted((_bid(*value, keys) for value in values), key=_place)
    held = [_opened(one) for one in parts]
    found = settle(CEILING, "clamp", floor, held)
    for part, bid in zip(parts, held, strict=True):
        part["invalid"] = bid_fault(CEILING, "clamp", floor, bid)
    return {
        "v": 1,
        "project": PROJECT,
        "ceiling": CEILING,
        "below_floor": "clamp",
        "closed_at": "2026-11-23T11:00:00+08:00",
        "floor": _part("floor", "owner", {"fen": floor}, keys),
        "bids": parts,
        "settled": {"price": found.price, "tied": found.tied},
    }


def _part(kind, holder, val, keys):
    context = {"project": PROJECT, "kind": kind, "holder": holder}
    sealed = envelope.seal(context, val, [key.public for key in keys])
    return {"envelope": sealed, "released": [envelope.release(sealed, k) for k in keys], "val": val}


def _bid(ticket, fen, seq, keys):
    if isinstance(fen, int):
        return _part("bid", ticket, {"fen": fen, "seq": seq}, keys)
    # what no browser of the platform would seal: a body that is no bid, a block nobody can open
    part = _part("bid", ticket, {"fen": 1, "seq": 1}, keys)
    if fen == "closed":
        part["envelope"]["nonce"] = flip(part["envelope"]["nonce"])
        return part | {"val": None}
    return _rubbish(ticket, keys)


def _rubbish(ticket, keys):
    from unittest import mock

    value = {"fen": "31000000", "seq": 9}
    with mock.patch.object(envelope, "check_val"):
        return _part("bid", ticket, value, keys) | {"val": None}


def _place(part):
    return part["envelope"]["ctx"]["holder"], part["envelope"]["commit"]


def _opened(part):
    fen, seq = (part["val"]["fen"], part["val"]["seq"]) if part["val"] else (None, None)
    return OpenedBid(part["envelope"]["ctx"]["holder"], fen, seq, part["envelope"]["commit"])


# --- altering them ------------------------------------------------------------------------------


def generate():
    """Return every mutation of every base."""
    return [{"base": base, **one} for base in BASES for one in _of(load(base))]


def _set(path, value, reason):
    return {"op": "set", "path": list(path), "value": value, "reason": reason}


def _of(whole):
    for path, value in places(whole):
        for new, reason in _changes(whole, path, value):
            yield _set(path, new, reason)
    yield from _structure(whole)
    yield from _swaps(whole)


def places(whole):
    """Yield the path of every integer, string and null of a transcript."""
    return leaves(whole)


def _changes(whole, path, value):
    match path:
        case ["floor" | "bids", *_]:
            yield from _of_part(whole, path, value)
        case ["settled", "price"]:
            others = [(1, "settled_price"), (str(value), "settled_price")]
            yield from [*others, (None if value else 0, "settled_price")]
        case ["settled", "tied", _]:
            yield from [(flip(value), "settled_tied"), (D, "settled_tied"), (1, "settled_tied")]
        case [name]:
            yield from _of_whole(name, value)


def _of_whole(name, value):
    known = {
        "v": [(2, "opening_v"), ("1", "opening_v"), (True, "opening_v")],
        "project": [(f"{value}1", "floor_envelope"), ("", "opening_shape"), (1, "opening_shape")],
        "ceiling": [
            (0, "opening_ceiling"),
            (-1, "opening_ceiling"),
            ("1", "opening_ceiling"),
            (True, "opening_ceiling"),
            (1, "bid_invalid"),
        ],
        "below_floor": [("none", "opening_rule"), ("", "opening_rule"), (1, "opening_rule")],
        "closed_at": [
            ("2026-11-23", "opening_time"),
            ("", "opening_time"),
            (0, "opening_time"),
            ("2026-11-23T11:00:01+08:00", "opening_hash"),
        ],
    }
    return known[name]


def _of_part(whole, path, value):  # noqa: PLR0912 - one branch per field
    kind = "floor" if path[0] == "floor" else "bid"
    part = whole["floor"] if kind == "floor" else whole["bids"][path[1]]
    own = path[1:] if kind == "floor" else path[2:]
    form, shares = f"{kind}_envelope", f"{kind}_released"
    match own:
        case ["envelope", "v" | "k"]:
            yield from [(value + 1, form), (str(value), form), (True, form)]
        case ["envelope", "ctx", "holder"]:
            yield from [("", form), (1, form), (f"{value}x", form)]
        case ["envelope", "ctx", _]:
            yield from [(f"{value}x", form), (1, form)]
        case ["envelope", "commit"]:
            yield from [(value.upper() + "G", form), (value[2:], form)]
            yield flip(value), _reason_of_commit(kind, part)
        case ["envelope", "nonce" | "ct"]:
            yield from [(value[2:], form), (1, form)]
            yield flip(value), _reason_of_bytes(kind, part)
        case ["envelope", "shares", _, "to"]:
            yield from [(f"{value}x", form), (1, form)]
        case ["envelope", "shares", _, "kid" | "c"]:
            yield from [(value[2:], form), (1, form)]
            # no opening looks at these: the list's root holds a bid's, the file's print a floor's
            yield flip(value), "opening_hash" if kind == "floor" else "envelope_root"
        case ["envelope", "shares", _, "h"]:
            yield from [(value[2:], form), (flip(value), shares)]
        case ["released", _, "from"]:
            yield from [(f"{value}x", shares), (1, shares)]
        case ["released", _, "share"]:
            yield from [(flip(value), shares), (value[2:], shares), (1, shares)]
            yield "", "opening_hash" if _is_closed(part) else shares
        case ["val"]:
            yield from [({}, f"{kind}_val"), ({"fen": 1, "seq": 1}, f"{kind}_val"), (0, "bid_val")]
        case ["val", _]:
            wrong = [(value + 1, f"{kind}_val"), (str(value), f"{kind}_val")]
            yield from [*wrong, (True, f"{kind}_val"), (None, f"{kind}_val")]
        case ["invalid"]:
            other = None if value else "报价高于最高限价，不计入"
            yield from [(other, "bid_invalid"), ("", "bid_invalid"), (0, "bid_invalid")]


def _is_closed(part):
    """Whether no pair of its shares opens a part, as against one that holds rubbish."""
    return part["val"] is None and envelope.open_bytes(part["envelope"], part["released"]) is None


def _reason_of_commit(kind, part):
    if kind == "floor":
        return "floor_commit"
    return "bid_val" if part["val"] else "envelope_root"


def _reason_of_bytes(kind, part):
    if part["val"]:
        return f"{kind}_val"
    return "envelope_root"


def _objects(value, path=()):
    if isinstance(value, dict):
        yield list(path), value
    if isinstance(value, (dict, list)):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, held in items:
            yield from _objects(held, (*path, key))


def _reason_of_shape(path):
    if not path or path[0] == "settled":
        return "opening_shape"
    kind = "floor" if path[0] == "floor" else "bid"
    own = path[1:] if kind == "floor" else path[2:]
    ends = {"val": f"{kind}_val", "released": f"{kind}_released"}
    return ends.get(own[0], f"{kind}_envelope") if own else f"{kind}_envelope"


def _structure(whole):
    for path, value in _objects(whole):
        reason = _reason_of_shape(path)
        yield _set([*path, "extra"], 0, reason)
        if path:
            yield _set(path, [], reason)
        for name in value:
            yield {"op": "delete", "path": [*path, name], "reason": reason}
    yield _set(["bids"], {}, "opening_shape")
    yield _set(["settled", "tied"], {}, "settled_tied")
    for at in range(len(whole["bids"])):
        yield {"op": "delete", "path": ["bids", at], "reason": "envelope_root"}
    yield _set(["bids"], [*whole["bids"], whole["bids"][-1]], "bid_order")
    yield from _fewer_shares(whole)


def _fewer_shares(whole):
    parts = [(["floor"], whole["floor"])]
    parts += [(["bids", at], one) for at, one in enumerate(whole["bids"])]
    for path, part in parts:
        kind = "floor" if path == ["floor"] else "bid"
        reason = f"{kind}_released"
        two = reason if _is_closed(part) else "opening_hash"
        yield {"op": "delete", "path": [*path, "released", 0], "reason": two}
        yield _set([*path, "released"], part["released"][:1], reason)
        yield _set([*path, "released"], [], reason)
        yield _set([*path, "released"], {}, reason)
        yield {
            "op": "delete",
            "path": [*path, "envelope", "shares", 2],
            "reason": f"{kind}_envelope",
        }


def _swaps(whole):
    for at in range(len(whole["bids"]) - 1):
        yield {"op": "swap", "path": ["bids", at], "reason": "bid_order"}
    for at in range(2):
        for path, kind in ((["floor"], "floor"), (["bids", 0], "bid")):
            shares, released = [*path, "envelope", "shares", at], [*path, "released", at]
            yield {"op": "swap", "path": shares, "reason": f"{kind}_envelope"}
            yield {"op": "swap", "path": released, "reason": f"{kind}_released"}


def text():
    lines = ",\n".join(json.dumps(one, separators=(",", ":"), sort_keys=True) for one in generate())
    return f"[\n{lines}\n]\n"


def write():
    """Write transcripts, sealed to fresh keys, and their alterations."""
    keys = [guardian_keys.make_key(name) for name in guardian_keys.GUARDIANS]
    for base, (floor, values) in WRITTEN.items():
        whole = canonical(made(floor, values, keys)).decode()
        (VECTORS / f"{base}.json").write_text(whole, "utf-8")
    (VECTORS / "opening_mutations.json").write_text(text(), "utf-8")


if __name__ == "__main__":
    write()
