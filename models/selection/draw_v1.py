"""The building side of draw-v1: plan, ticket list, proof; every byte is the verifier's own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.errors import InvalidError
from models.selection import verifier

ROLES = ("monitor", "owner", "platform")
_SPACE = 2**256


class DrawInvalidError(InvalidError):
    """A plan, list or secret that no draw can be made of."""

    message = "选取材料有误：{fault}请联系交易中心核对后重新办理。"


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """One live ticket with the company behind it."""

    ticket: str
    org: str
    blind: str

    def opened(self) -> dict[str, str]:
        """Return the form that names the company."""
        return {"ticket": self.ticket, "org": self.org, "blind": self.blind}

    def closed(self, alg: str) -> dict[str, str]:
        """Return the form that hides the company behind its commitment."""
        return {"ticket": self.ticket, "org_commit": org_commit(alg, self.org, self.blind)}


@dataclass(frozen=True, kw_only=True)
class Unopened:
    """Why a secret counts as empty: its envelope and every guardian's share, all public."""

    envelope: dict[str, Any]
    released: list[dict[str, str]]


def commit(alg: str, draw: str, role: str, secret: str) -> str:
    """Return the commitment (hex) of a contributor's secret (hex)."""
    return verifier.commit(verifier.HASHES[alg], draw, role, bytes.fromhex(secret)).hex()


def org_commit(alg: str, org: str, blind: str) -> str:
    """Return the commitment (hex) that stands for a company while names are hidden."""
    return verifier.org_commit(verifier.HASHES[alg], org, bytes.fromhex(blind)).hex()


def leaf(alg: str, draw: str, ticket: str, commitment: str) -> str:
    """Return the leaf (hex) of one ticket from its org_commit (hex)."""
    digest = verifier.HASHES[alg]
    return verifier.ticket_leaf(digest, draw, ticket, bytes.fromhex(commitment)).hex()


def root(alg: str, draw: str, tickets: Mapping[str, str]) -> str:
    """Return the Merkle root (hex) over ``{ticket: org_commit}``, in ticket order."""
    leaves = [bytes.fromhex(leaf(alg, draw, one, tickets[one])) for one in sorted(tickets)]
    return verifier.tree_head(verifier.HASHES[alg], leaves).hex()


def plan_hash(plan: Mapping[str, Any]) -> str:
    """Return the hash (hex) that the tender notice prints."""
    return verifier.plan_hash(dict(plan)).hex()


def make_plan(  # noqa: PLR0913 - these are the plan's fields
    *,
    draw: str,
    not_before: str,
    min_tickets: int,
    commits: Mapping[str, str],
    alg: str = "sha256",
    round_no: int = 0,
    beacon_round: int | None = None,
) -> dict[str, Any]:
    """Return the plan; ``commits`` maps each role to its commitment (hex)."""
    drand = {"kind": "drand-quicknet", "round": beacon_round}
    plan = {
        "v": 1,
        "alg": alg,
        "draw": draw,
        "pick": 1,
        "not_before": not_before,
        "min_tickets": min_tickets,
        "rule": "rank-hmac",
        "round": round_no,
        "beacon": {"kind": "none"} if beacon_round is None else drand,
        "commits": [{"role": role, "c": commits[role]} for role in sorted(commits)],
    }
    try:
        verifier.check_plan(plan)
    except verifier.RefusedError as error:
        raise DrawInvalidError(fault=str(error), reason=error.code) from error
    return plan


def seed(
    plan: dict[str, Any], root_hex: str, n: int, secrets: Mapping[str, str], beacon: str
) -> bytes:
    """Return the seed; ``secrets`` maps each role to its secret (hex, empty when unopened)."""
    given = [(role, bytes.fromhex(secrets[role])) for role in sorted(secrets)]
    return verifier.seed(plan, bytes.fromhex(root_hex), n, given, bytes.fromhex(beacon))


def ranking(plan: Mapping[str, Any], key: bytes, tickets: Sequence[str]) -> list[str]:
    """Return the tickets in drawn order; the first one wins."""
    return verifier.ranking(verifier.HASHES[plan["alg"]], key, tickets, plan["round"])


def integer_below(alg: str, key: bytes, label: str, n: int) -> int:
    """Return an unbiased integer in ``0 … n-1`` from the seed, one for each label."""
    if n < 1:
        raise ValueError("n must be positive")
    counter, fair = 0, _SPACE // n * n
    while True:
        message = b"smallworks/draw/1/int" + verifier.lp(label.encode()) + verifier.u32be(counter)
        number = int.from_bytes(verifier.hmac(verifier.HASHES[alg], key, message), "big")
        if number < fair:
            return number % n
        counter += 1


def make_proof(
    plan: dict[str, Any],
    tickets: Sequence[Ticket],
    secrets: Mapping[str, str | Unopened],
    *,
    beacon: str = "",
    platform: dict[str, Any] | None = None,
    open_all: bool = False,
) -> dict[str, Any]:
    """Hold the draw and return its proof: the public form, or the regulator's with ``open_all``."""
    listed = sorted(tickets, key=lambda one: one.ticket)
    alg, ids = plan["alg"], [one.ticket for one in listed]
    commits = {one.ticket: org_commit(alg, one.org, one.blind) for one in listed}
    list_root = root(alg, plan["draw"], commits)
    plain = {r: "" if isinstance(s, Unopened) else s for r, s in secrets.items()}
    ranked = ranking(plan, seed(plan, list_root, len(ids), plain, beacon), ids)
    shown = [
        one.opened() if open_all or one.ticket == ranked[0] else one.closed(alg) for one in listed
    ]
    proof = {
        "plan": plan,
        "list": {"n": len(ids), "root": list_root, "tickets": shown},
        "reveals": [_reveal(role, secrets[role]) for role in sorted(secrets)],
        "beacon": beacon,
        "result": {"winner": ranked[0], "ranking": ranked},
    }
    proof |= {"platform": platform} if platform else {}
    _must_verify(proof)
    return proof


def _reveal(role: str, secret: str | Unopened) -> dict[str, Any]:
    if isinstance(secret, str):
        return {"role": role, "secret": secret}
    empty: dict[str, Any] = {"role": role, "secret": ""}
    return empty | {"envelope": secret.envelope, "released": secret.released}


def _must_verify(proof: dict[str, Any]) -> None:
    """Publish nothing that our own verifier would refuse."""
    try:
        verifier.verify(proof)
    except verifier.RefusedError as error:
        raise DrawInvalidError(fault=str(error), reason=error.code) from error
