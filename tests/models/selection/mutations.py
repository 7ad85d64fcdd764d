"""Alters proofs field by field and says which reason each must be refused for.

``tests/vectors/mutations.json`` holds the outcome, so that the verifier in Python and the one in the
browser are held to the same list. Run this file to write it anew.
"""

import copy
import json
from pathlib import Path

VECTORS = Path(__file__).parents[2] / "vectors"
BASES = (
    "draw-sha256-9-round1-beacon.full",
    "draw-sha256-9-round1-beacon.public",
    "draw-sm3-9-round0.full",
    "draw-sm3-9-round0.public",
)
MISSING = {
    "plan": "plan_shape",
    "beacon": "plan_beacon",
    "commits": "plan_commits",
    "tickets": "ticket_shape",
}


def load(base):
    return json.loads((VECTORS / f"{base}.json").read_text("utf-8"))


def apply(proof, mutation):
    """Return the proof with the mutation's one change."""
    altered = copy.deepcopy(proof)
    *parents, last = mutation["path"]
    place = altered
    for step in parents:
        place = place[step]
    if mutation["op"] == "delete":
        del place[last]
    elif mutation["op"] == "swap":
        place[last], place[last + 1] = place[last + 1], place[last]
    else:
        place[last] = mutation["value"]
    return altered


def leaves(value, path=()):
    """Yield the path of every integer and string of a proof."""
    if isinstance(value, (dict, list)):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, held in items:
            yield from leaves(held, (*path, key))
    else:
        yield path, value


def flip(text):
    return text[:-1] + ("0" if text[-1] != "0" else "1")


def generate():
    """Return every mutation of every base."""
    return [{"base": base, **one} for base in BASES for one in _of(load(base))]


def _set(path, value, reason):
    return {"op": "set", "path": list(path), "value": value, "reason": reason}


def _of(proof):
    for path, value in leaves(proof):
        for new, reason in _changes(proof, path, value):
            yield _set(path, new, reason)
    yield from _structure(proof)
    yield from _swaps(proof)


def _changes(proof, path, value):  # noqa: PLR0912 - one branch per field
    match path:
        case ["plan", name]:
            yield from _plan_changes(proof, name, value)
        case ["plan", "beacon", "kind"]:
            yield from [
                ("nist", "plan_beacon"),
                ("none" if value != "none" else "drand-quicknet", "plan_beacon"),
            ]
        case ["plan", "beacon", "round"]:
            yield from [(value + 1, "ranking"), (0, "plan_beacon"), (str(value), "plan_beacon")]
        case ["plan", "commits", _, "role"]:
            yield from [
                (value + "x", "contributors"),
                ("", "plan_commits"),
                ("zz", "plan_commits" if value != "platform" else "contributors"),
            ]
        case ["plan", "commits", _, "c"]:
            yield from [
                (flip(value), "secret_commit"),
                (value.upper(), "plan_commits"),
                (value[2:], "plan_commits"),
            ]
        case ["list", "n"]:
            yield from [
                (value + 1, "list_count"),
                (value - 1, "list_count"),
                (str(value), "list_count"),
            ]
        case ["list", "root"]:
            yield from [(flip(value), "list_root"), (value.upper(), "list_root"), ("", "list_root")]
        case ["list", "tickets", at, name]:
            yield from _ticket_changes(proof, at, name, value)
        case ["reveals", _, "role"]:
            yield from [(value + "x", "contributors"), (1, "contributors")]
        case ["reveals", _, "secret"]:
            yield from [
                (flip(value), "secret_commit"),
                (value[2:], "secret_shape"),
                (value.upper(), "secret_shape"),
                ("", "secret_empty"),
            ]
        case ["beacon"]:
            yield from _beacon_changes(value)
        case ["result", "winner"]:
            yield from [
                (proof["result"]["ranking"][1], "winner"),
                (flip(value), "winner"),
                ("", "winner"),
            ]
        case ["result", "ranking", at]:
            other = proof["result"]["ranking"][at - 1]
            yield from [(flip(value), "ranking"), (other, "ranking"), (at, "ranking")]


def _plan_changes(proof, name, value):
    other = "sm3" if proof["plan"]["alg"] == "sha256" else "sha256"
    known = {
        "v": [(2, "plan_v"), (0, "plan_v"), ("1", "plan_v"), (True, "plan_v")],
        "alg": [(other, "secret_commit"), ("md5", "plan_alg"), ("", "plan_alg"), (1, "plan_alg")],
        "draw": [(f"{value}1", "secret_commit"), ("", "plan_shape"), (1, "plan_shape")],
        "pick": [(2, "plan_pick"), (0, "plan_pick"), ("1", "plan_pick"), (True, "plan_pick")],
        "not_before": [
            ("2026-11-25T10:00:01+08:00", "ranking"),
            ("2026-11-25", "plan_shape"),
            (0, "plan_shape"),
        ],
        "min_tickets": [(10, "too_few"), (3, "ranking"), (-1, "plan_shape"), ("2", "plan_shape")],
        "rule": [("rank-hash", "plan_rule"), ("", "plan_rule")],
        "round": [
            (proof["plan"]["round"] + 1, "ranking"),
            (-1, "plan_shape"),
            (2**32, "plan_shape"),
        ],
    }
    return known[name]


def _ticket_changes(proof, at, name, value):
    tickets = proof["list"]["tickets"]
    broken = [
        (value[1:], "ticket_shape"),
        (value.upper() + "G", "ticket_shape"),
        (1, "ticket_shape"),
    ]
    if name == "org":
        named = [one["org"] for one in tickets if "org" in one and one["org"] != value]
        twice = [(named[0], "org_twice")] if named else []
        return [
            (value[:-1] + "Y", "list_root"),
            ("", "ticket_shape"),
            (None, "ticket_shape"),
            *twice,
        ]
    if name == "ticket" and at:
        broken.append((tickets[at - 1]["ticket"], "ticket_order"))
    if name == "org_commit":
        hidden = next(one["org_commit"] for one in tickets if one.get("org_commit", value) != value)
        broken.append((hidden, "org_twice"))
    return [(flip(value), "list_root"), *broken]


def _beacon_changes(value):
    if value:
        return [
            (flip(value), "ranking"),
            ("", "beacon_value"),
            (value[2:], "beacon_value"),
            (1, "beacon_value"),
        ]
    return [("00", "beacon_value"), ("ab" * 48, "beacon_value"), (0, "beacon_value")]


def _reason_of_shape(path):
    lists = [step for step in path if step in MISSING]
    if path[:2] == ["plan", "beacon"] and len(path) > 2 and path[2] != "extra":
        return "plan_beacon"
    return MISSING[lists[-1]] if lists and path[0] != "reveals" else "proof_shape"


def _objects(value, path=()):
    if isinstance(value, dict):
        yield list(path), value
    if isinstance(value, (dict, list)):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, held in items:
            yield from _objects(held, (*path, key))


def _structure(proof):
    for path, value in _objects(proof):
        reason = _reason_of_shape(path) if path else "proof_shape"
        yield _set([*path, "extra"], 0, reason)
        yield _set(path, [], reason) if path else _set(["plan"], [], "plan_shape")
        for name in value:
            yield {"op": "delete", "path": [*path, name], "reason": reason}
    lists = [
        (["plan", "commits"], "contributors"),
        (["reveals"], "contributors"),
        (["result", "ranking"], "ranking"),
        (["list", "tickets"], "list_count"),
    ]
    for path, reason in lists:
        yield {"op": "delete", "path": [*path, 0], "reason": reason}
        empty = "plan_commits" if path[0] == "plan" else reason
        yield _set(path, [], empty)
        yield _set(path, {}, "plan_commits" if path[0] == "plan" else "proof_shape")
    yield _set(["platform"], None, "platform_path")
    yield _set(["platform"], {"i": 1, "path": []}, "platform_path")
    yield _set(["platform"], {"i": -1, "path": ["00" * 32]}, "platform_path")
    yield _set(["platform"], {"i": 0, "path": ["00"]}, "platform_path")
    yield from _hidden_winner(proof)


def _hidden_winner(proof):
    from models.selection.draw_v1 import Ticket

    tickets = proof["list"]["tickets"]
    at = next(i for i, one in enumerate(tickets) if one["ticket"] == proof["result"]["winner"])
    closed = Ticket(**tickets[at]).closed(proof["plan"]["alg"])
    yield _set(["list", "tickets", at], closed, "winner_hidden")


def _swaps(proof):
    lists = [
        (["plan", "commits"], "plan_commits"),
        (["reveals"], "contributors"),
        (["list", "tickets"], "ticket_order"),
        (["result", "ranking"], "ranking"),
    ]
    for path, reason in lists:
        held = proof
        for step in path:
            held = held[step]
        for at in range(len(held) - 1):
            yield {"op": "swap", "path": [*path, at], "reason": reason}


def text():
    lines = ",\n".join(json.dumps(one, separators=(",", ":"), sort_keys=True) for one in generate())
    return f"[\n{lines}\n]\n"


if __name__ == "__main__":
    (VECTORS / "mutations.json").write_text(text(), "utf-8")
