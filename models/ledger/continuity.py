"""Whether a log continues what was seen of it before; if not, what was done to it.

``truncated``: it has fewer entries than were signed for. ``forked``: of the same length, with
other entries. ``rewritten``: longer, and not a continuation. ``replayed``: an old statement was
handed out again, while the log itself still proves the newer one.
"""

from collections.abc import Callable, Sequence

from models.ledger.checkpoint import TreeHead
from models.ledger.merkle import HASHES, verify_consistency

TRUNCATED, FORKED, REWRITTEN, REPLAYED = "truncated", "forked", "rewritten", "replayed"

FAULTS = {
    TRUNCATED: "日志被截短：以前签过{seen}条，现在只有{found}条",
    FORKED: "日志分叉：同样是{seen}条，签过两个不同的根",
    REWRITTEN: "日志被改写：现在的{found}条不是由以前签过的{seen}条增加而来",
    REPLAYED: "给出的是旧检查点：以前见过{seen}条，这次给的是{found}条，日志本身没有变短",
}
"""One sentence for each, for people."""

ProofOf = Callable[[int, int], Sequence[bytes] | None]
"""Asks the log for the proof that one size continues another; None when it has none."""


def fault_of(seen: TreeHead, found: TreeHead, proof_of: ProofOf) -> str:
    """Return what is wrong with ``found`` after ``seen``; empty when it continues it."""
    if found.size == seen.size:
        is_same = (found.sha256, found.sm3) == (seen.sha256, seen.sm3)
        return "" if is_same else FORKED
    if found.size > seen.size:
        return "" if _continues(seen, found, proof_of) else REWRITTEN
    return REPLAYED if _continues(found, seen, proof_of) else TRUNCATED


def text_of(kind: str, seen: TreeHead, found: TreeHead) -> str:
    """Return the sentence that tells people of a fault."""
    return FAULTS[kind].format(seen=seen.size, found=found.size)


def _continues(first: TreeHead, second: TreeHead, proof_of: ProofOf) -> bool:
    if first.size == 0:
        return True
    proof = proof_of(first.size, second.size)
    return proof is not None and verify_consistency(
        HASHES["sha256"], first.size, second.size, proof, first.sha256, second.sha256
    )
