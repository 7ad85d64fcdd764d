"""What a guardian makes of a case, trusting nobody: pure, so that it runs on any machine.

A share goes out only when the guardian's own clock is past the promised time, the checkpoint it
holds contains notice and close, and the list recomputed over the envelopes is the logged one
(selection.md 2). Each refusal has a stable reason.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.errors import InvalidError
from models.ledger.checkpoint import TreeHead
from models.ledger.merkle import HASHES, leaf_hash, verify_inclusion
from models.selection import draw_v1
from models.selection.envelope import ShareBadError, release
from models.selection.guardian_keys import GuardianKey
from models.selection.verifier import RefusedError, envelope_root, parse

Case = Mapping[str, Any]
Envelope = Mapping[str, Any]

FAULTS = {
    "shape": "平台给出的材料不完整或写法不对",
    "inclusion": "所称的日志条目不在检查点内",
    "entry": "日志条目与所称的事项不符",
    "plan": "选取计划与公告登记的指纹不一致",
    "project": "材料不属于同一个项目",
    "too_early": "本机时间还没有到公告的时间{at}",
    "list": "名单或密封件清单与日志登记的根不一致",
    "floor": "最低限价的密封件不是公告登记的那一份",
    "secret": "保密数的密封件不是登记的那一份",
    "envelope": "密封件的项目、种类或持有人不对",
}


class CaseRefusedError(InvalidError):
    """The guardian releases nothing; ``reason`` is stable."""

    message = "拒绝开启：{fault}。没有交出任何份额。"

    def __init__(self, reason: str, **facts: str) -> None:
        super().__init__(fault=FAULTS[reason].format(**facts), reason=reason)
        self.reason = reason


def require(holds: object, reason: str, **facts: str) -> None:
    """Refuse for ``reason`` unless the condition holds."""
    if not holds:
        raise CaseRefusedError(reason, **facts)


@dataclass(frozen=True)
class _Log:
    """The checkpoint that the guardian has verified itself."""

    head: TreeHead

    def entry(self, proof: Mapping[str, Any], action: str, object_: str) -> Any:  # noqa: ANN401
        """Return what an entry says after the act, if the log holds it and it is that act."""
        body, path = proof["entry"].encode(), [bytes.fromhex(one) for one in proof["path"]]
        digest = HASHES["sha256"]
        place = (proof["seq"], self.head.size)
        leaf = leaf_hash(digest, body)
        require(verify_inclusion(digest, leaf, *place, path, self.head.sha256), "inclusion")
        entry = parse(body)
        require((entry["action"], entry["object"]) == (action, object_), "entry")
        return entry["after"]


def check(case: Case, draw_id: str, head: TreeHead, now: datetime) -> list[Envelope]:
    """Return the envelopes whose shares may be released now; raise CaseRefusedError."""
    try:
        require(case["draw"] == draw_id and case["v"] == 1, "shape")
        return _check(case, _Log(head), now)
    except (LookupError, TypeError, ValueError, AttributeError, RefusedError) as error:
        raise CaseRefusedError("shape") from error


def _check(case: Case, log: _Log, now: datetime) -> list[Envelope]:
    if "comparison" in case:
        return _comparison(case, log, now)
    draw_id, plan = case["draw"], parse(case["plan"].encode())
    prepared = log.entry(case["prepared"], "draw:prepared", draw_id)
    require(prepared["project"] == case["project"], "project")
    plan_hash = draw_v1.plan_hash(plan)
    announced = log.entry(case["announced"], "draw:announced", draw_id)
    require(announced["plan"] == plan_hash and plan["draw"] == draw_id, "plan")
    _must_be_past(plan["not_before"], now)
    _must_be_past(case["opens_at"], now)
    secrets = _secrets(case, log, plan)
    if case["auction"] is not None:
        return [*secrets, *_bidding(case, log, plan, plan_hash, now)]
    told = log.entry(case["frozen"], "draw:frozen", draw_id)
    tickets = _listed(case["list"], plan, told["root"], told["tickets"])
    return [*secrets, *_interests(case, tickets)]


def _must_be_past(moment: str, now: datetime) -> None:
    at = datetime.fromisoformat(moment)
    require(at.tzinfo is not None, "shape")
    require(now >= at, "too_early", at=f"{at:%Y-%m-%d %H:%M}")


def _listed(rows: list[dict[str, str]], plan: Mapping[str, Any], root: str, count: int) -> set[str]:
    """Return the tickets of a list, if the logged root is that of the list."""
    listed = {one["ticket"]: one["org_commit"] for one in rows}
    require(len(listed) == len(rows) == count, "list")
    require(draw_v1.root(plan["alg"], plan["draw"], listed) == root, "list")
    return set(listed)


def _secrets(case: Case, log: _Log, plan: Mapping[str, Any]) -> list[Envelope]:
    commits = {one["role"]: one["c"] for one in plan["commits"]}
    found = []
    for one in case["secrets"]:
        role, envelope = one["role"], one["envelope"]
        told = log.entry(one["sealed"], "draw:secret_sealed", case["draw"])
        named = (told["role"], told["commit"], told["envelope"])
        require(named == (role, commits[role], envelope["commit"]), "secret")
        _must_be(envelope, case, "draw_secret", role)
        found.append(envelope)
    return found


def _must_be(envelope: Envelope, case: Case, kind: str, holder: str) -> None:
    expected = {"project": case["project"], "kind": kind, "holder": holder}
    require(envelope["ctx"] == expected, "envelope")


def _interests(case: Case, tickets: set[str]) -> list[Envelope]:
    found: list[Envelope] = list(case["interests"])
    for envelope in found:
        holder = envelope["ctx"]["holder"]
        require(holder in tickets, "list")
        _must_be(envelope, case, "interest", holder)
    return found


def _bidding(
    case: Case, log: _Log, plan: Mapping[str, Any], plan_hash: str, now: datetime
) -> list[Envelope]:
    told, auction_id = case["bidding"], case["auction"]
    notice = log.entry(told["announced"], "auction:announced", auction_id)
    require(notice["plan"] == plan_hash, "plan")
    _must_be_past(notice["bidding_until"], now)
    frozen = log.entry(told["frozen"], "auction:frozen", auction_id)
    tickets = _listed(told["list"], plan, frozen["root"], frozen["joiners"])
    closed = log.entry(told["closed"], "auction:closed", auction_id)
    _must_be_past(closed["closed_at"], now)
    bids: list[Envelope] = list(told["bids"])
    found = (envelope_root(map(dict, bids)).hex(), len(bids))
    require(found == (closed["root"], closed["envelopes"]), "list")
    for envelope in bids:
        holder = envelope["ctx"]["holder"]
        require(holder in tickets, "list")
        _must_be(envelope, case, "bid", holder)
    floor = told["floor"]
    require(floor["commit"] == notice["floor"], "floor")
    _must_be(floor, case, "floor", "owner")
    return [floor, *bids, *_interests(case, tickets)]


def _comparison(case: Case, log: _Log, now: datetime) -> list[Envelope]:
    """Nothing is drawn or bid: the close alone lets the names of the listed tickets be opened."""
    told, draw_id = case["comparison"], case["draw"]
    require(
        case["project"] == log.entry(case["prepared"], "draw:prepared", draw_id)["project"],
        "project",
    )
    made = log.entry(told["prepared"], "comparison:prepared", told["id"])
    require(made["draw"] == draw_id, "project")
    notice = log.entry(told["registering"], "comparison:registering", told["id"])
    closed = log.entry(told["closed"], "comparison:closed", told["id"])
    for moment in (notice["closes_at"], closed["closed_at"]):
        _must_be_past(moment, now)
    place = {"alg": made["alg"], "draw": draw_id}
    tickets = _listed(case["list"], place, closed["root"], closed["registered"])
    return _interests(case, tickets)


def own_shares(envelopes: Iterable[Envelope], keys: Sequence[GuardianKey]) -> dict[str, str]:
    """Return ``{commit: share}`` for the envelopes sealed to one of a guardian's own keys.

    A share that does not open is empty: that it is bad is told, so that nobody waits for it.
    """
    by_kid = {key.public.kid: key for key in keys}
    found = {}
    for envelope in envelopes:
        named = (by_kid.get(one["kid"]) for one in envelope["shares"] if one["to"] == keys[0].name)
        key = next(named, None)
        if key is not None:
            found[str(envelope["commit"])] = _own_share(envelope, key)
    return found


def _own_share(envelope: Envelope, key: GuardianKey) -> str:
    try:
        return release(envelope, key)["share"]
    except ShareBadError:
        return ""
