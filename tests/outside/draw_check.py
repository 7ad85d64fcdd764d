"""A verifier of published draws, written from their specification alone; nothing of the project."""

import hashlib
import hmac
import json
import re
from itertools import pairwise

KNOWN_LABEL = b"smallworks/draw/1/"
HEX_32 = re.compile(r"[0-9a-f]{64}", re.ASCII)
TICKET = re.compile(r"[0-9a-f]{32}", re.ASCII)
CONTRIBUTORS = {"owner", "monitor", "platform"}
BEACON_BYTES = {"none": 0, "drand-quicknet": 48}


class RefusedProof(Exception):
    """A proof that does not stand up."""


def demand(holds, reason):
    if not holds:
        raise RefusedProof(reason)


def jcs(value):
    """Return RFC 8785 bytes of objects, arrays, texts and integers."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def u32(number):
    return number.to_bytes(4, "big")


def lp(data):
    return u32(len(data)) + data


class Hash:
    """SHA-256 or SM3, plain and keyed."""

    def __init__(self, name):
        self.name = name

    def of(self, *parts):
        return hashlib.new(self.name, b"".join(parts)).digest()

    def keyed(self, key, *parts):
        return hmac.new(key, b"".join(parts), self.name).digest()


def tree_head(hasher, leaves):
    """Return the Merkle tree head over leaf hashes, cut as RFC 9162 cuts."""
    if len(leaves) == 1:
        return leaves[0]
    cut = 1
    while cut * 2 < len(leaves):
        cut *= 2
    return hasher.of(b"\1", tree_head(hasher, leaves[:cut]), tree_head(hasher, leaves[cut:]))


def plan_hash(plan):
    return Hash(plan["alg"]).of(jcs(plan)).hex()


def check(proof, plan=None):
    """Return the winner's ticket; raise RefusedProof. ``plan``: the hash printed in the notice."""
    told = proof["plan"]
    _check_plan(told, plan)
    hasher = Hash(told["alg"])
    secrets = _check_reveals(hasher, told, proof["reveals"])
    tickets, root = _check_list(hasher, told, proof["list"])
    beacon = bytes.fromhex(proof["beacon"])
    demand(len(beacon) == BEACON_BYTES[told["beacon"]["kind"]], "beacon")
    salt = hasher.of(KNOWN_LABEL + b"plan", lp(jcs(told)), lp(root), u32(len(tickets)))
    parts = [lp(role.encode()) + lp(secret) for role, secret in secrets]
    seed = hasher.keyed(salt, *parts, lp(beacon))
    order = sorted(tickets, key=lambda one: _score(hasher, seed, told["round"], one))
    demand(proof["result"]["ranking"] == order, "ranking")
    demand(proof["result"]["winner"] == order[0], "winner")
    if "platform" in proof:
        _check_place(hasher, dict(secrets)["platform"], proof["platform"])
    return order[0]


def _score(hasher, seed, turn, ticket):
    return hasher.keyed(seed, KNOWN_LABEL + b"rank", u32(turn), lp(ticket.encode()))


def _check_plan(told, plan):
    demand(told["v"] == 1 and told["rule"] == "rank-hmac" and told["pick"] == 1, "plan")
    demand(told["alg"] in {"sha256", "sm3"}, "alg")
    demand(told["beacon"]["kind"] in BEACON_BYTES, "beacon.kind")
    roles = [one["role"] for one in told["commits"]]
    demand(roles == sorted(set(roles)), "commits")
    demand(plan is None or plan_hash(told) == plan, "plan_hash")


def _check_reveals(hasher, told, reveals):
    demand(
        [one["role"] for one in reveals] == [one["role"] for one in told["commits"]],
        "contributors",
    )
    secrets = []
    for commit, reveal in zip(told["commits"], reveals, strict=True):
        role, text = reveal["role"], reveal["secret"]
        demand(HEX_32.fullmatch(text), "secret")
        secret = bytes.fromhex(text)
        made = hasher.of(
            KNOWN_LABEL + b"commit", lp(told["draw"].encode()), lp(role.encode()), lp(secret)
        )
        demand(made.hex() == commit["c"], "commit")
        secrets.append((role, secret))
    return secrets


def _check_list(hasher, told, given):
    tickets = [one["ticket"] for one in given["tickets"]]
    demand(all(TICKET.fullmatch(one) for one in tickets), "ticket")
    demand(all(a < b for a, b in pairwise(tickets)), "order")
    demand(given["n"] == len(tickets) >= told["min_tickets"], "n")
    opened = [one["org"] for one in given["tickets"] if "org" in one]
    demand(len(opened) == len(set(opened)), "twice")
    leaves = [_leaf(hasher, told["draw"], one) for one in given["tickets"]]
    root = tree_head(hasher, leaves)
    demand(root.hex() == given["root"], "root")
    return tickets, root


def _leaf(hasher, draw, one):
    if "org" in one:
        demand(HEX_32.fullmatch(one["blind"]), "blind")
        blind = bytes.fromhex(one["blind"])
        commit = hasher.of(KNOWN_LABEL + b"org", lp(one["org"].encode()), lp(blind)).hex()
    else:
        commit = one["org_commit"]
    demand(HEX_32.fullmatch(commit), "org_commit")
    return hasher.of(b"\0", jcs({"draw": draw, "org": commit, "ticket": one["ticket"]}))


def platform_root(hasher, secret, place, size):
    """Return the head over the year's secrets that a secret and its path lead to."""
    node, left, last = hasher.of(b"\0", u32(place["i"]), secret), place["i"], size - 1
    for step in map(bytes.fromhex, place["path"]):
        demand(last > 0, "platform")
        if left % 2 or left == last:
            node = hasher.of(b"\1", step, node)
            while left % 2 == 0 and left:
                left, last = left // 2, last // 2
        else:
            node = hasher.of(b"\1", node, step)
        left, last = left // 2, last // 2
    demand(last == 0, "platform")
    return node


def _check_place(hasher, secret, place):
    demand(isinstance(place["i"], int) and place["i"] >= 0, "platform")
    demand(all(HEX_32.fullmatch(step) for step in place["path"]), "platform")
