"""Whether the stored log is the one that was signed: root, every leaf, no number left out."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from models.ledger import checkpoint
from models.ledger.merkle import HASHES, Tree, leaf_hash
from models.ledger.store import StoredNodes
from models.ledger.tables import Checkpoint, LedgerEntry, LedgerNode

ALGORITHMS: tuple[Literal["sha256", "sm3"], ...] = ("sha256", "sm3")
LOG_CHANGED = "日志的根与已签名的检查点不符，日志被改动过：请立即停用并报告监管部门。"
AT_ONCE = 5000


class LogBrokenError(Exception):
    """The log is not what was signed; the text says where and what to do."""


@dataclass(frozen=True)
class LogState:
    """How many entries are signed for, and how many wait for their number."""

    size: int
    waiting: int


def check_log(session: Session, key: checkpoint.PublicKey | None = None) -> LogState:
    """Compare the log with its newest checkpoint (with its signature, when the key is given)."""
    waiting = select(func.count()).where(LedgerEntry.seq.is_(None))
    newest = session.scalars(select(Checkpoint).order_by(Checkpoint.size.desc())).first()
    if newest is None:
        return LogState(0, session.scalar(waiting) or 0)
    head = checkpoint.verify(newest.text, key) if key else checkpoint.parse(newest.text)[0]
    for alg in ALGORITHMS:
        tree = Tree(HASHES[alg], StoredNodes(session, alg), head.size)
        if tree.root() != getattr(head, alg):
            raise LogBrokenError(LOG_CHANGED)
    _compare_leaves(session, head.size)
    return LogState(head.size, session.scalar(waiting) or 0)


def _compare_leaves(session: Session, size: int) -> None:
    """Compare every entry with its leaf in the tree, some thousands at a time."""
    pairs = (
        select(LedgerEntry.seq, LedgerEntry.body, LedgerNode.sha256)
        .join(LedgerNode, and_(LedgerNode.level == 0, LedgerNode.position == LedgerEntry.seq))
        .order_by(LedgerEntry.seq)
        .execution_options(yield_per=AT_ONCE)
    )
    expected = 0
    for seq, body, leaf in session.execute(pairs):
        if seq != expected:
            raise LogBrokenError(f"缺第 {expected} 条。{LOG_CHANGED}")
        if leaf_hash(HASHES["sha256"], body.encode()) != leaf:
            raise LogBrokenError(f"第 {seq} 条被改动。{LOG_CHANGED}")
        expected += 1
    if expected < size:
        raise LogBrokenError(f"缺第 {expected} 条。{LOG_CHANGED}")
