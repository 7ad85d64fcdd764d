"""Gives the log its order: appends what is committed to the Merkle tree and signs checkpoints.

Ids are handed out before a commit, so a smaller id may become visible later. Therefore nothing is
fetched "after the last id": whatever has no number yet and can be seen gets the next numbers, and a
number once given is final.
"""

import json
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.clock import system_now
from models.installation import log_key
from models.ledger import checkpoint
from models.ledger.tables import Checkpoint, LedgerEntry
from models.session import reading, unit_of_work
from models.settings import Settings
from processes.leases import SEQUENCER, lock
from processes.ledger_nodes import Nodes

BATCH = 500
CHECKPOINT_EVERY = timedelta(minutes=10)
AT_ONCE = ("draw:", "auction:")


def pending() -> bool:
    """Return whether something waits for its number, or a checkpoint is due."""
    with reading() as session:
        waiting = select(LedgerEntry.id).where(LedgerEntry.seq.is_(None)).limit(1)
        if session.scalar(waiting) is not None:
            return True
        return _checkpoint_due(session, numbered(session))


def sequence(settings: Settings) -> int:
    """Give numbers to what waits, in batches; return how many entries got a number."""
    total = 0
    while pending():
        count = _sequence_batch(settings)
        if count is None:
            break
        total += count
    return total


def _sequence_batch(settings: Settings) -> int | None:
    """Give numbers to one batch and sign when that is due; None when another sequencer is at it."""
    with unit_of_work() as session:
        if not lock(session, SEQUENCER):
            return None
        entries = _unnumbered(session)
        nodes = Nodes(session, numbered(session))
        for entry in entries:
            entry.seq = nodes.append(entry.body.encode())
        nodes.store()
        if any(map(changes_a_draw, entries)) or _checkpoint_due(session, nodes.size):
            sign(session, nodes, settings)
        return len(entries)


def _unnumbered(session: Session) -> Sequence[LedgerEntry]:
    waiting = select(LedgerEntry).where(LedgerEntry.seq.is_(None))
    return session.scalars(waiting.order_by(LedgerEntry.id).limit(BATCH)).all()


def numbered(session: Session) -> int:
    """Return how many entries have a number, which is the tree's size."""
    last = session.scalar(select(func.max(LedgerEntry.seq)))
    return 0 if last is None else last + 1


def changes_a_draw(entry: LedgerEntry) -> bool:
    """Return whether an entry tells of a draw or a bidding, which gets a checkpoint at once."""
    return str(json.loads(entry.body)["action"]).startswith(AT_ONCE)


def _checkpoint_due(session: Session, size: int) -> bool:
    """Return whether the log grew and its last checkpoint is ten minutes old."""
    newest = select(Checkpoint.size, Checkpoint.at).order_by(Checkpoint.size.desc()).limit(1)
    last = session.execute(newest).one_or_none()
    if last is None:
        return size > 0
    return bool(size > last.size and system_now() - last.at >= CHECKPOINT_EVERY)


def sign(session: Session, nodes: Nodes, settings: Settings) -> None:
    """Store a signed checkpoint over the whole tree."""
    key = log_key(session, settings)
    head = checkpoint.TreeHead(key.name, nodes.size, nodes.root("sha256"), nodes.root("sm3"))
    text = checkpoint.sign(head, [key])
    session.merge(Checkpoint(size=nodes.size, text=text, at=system_now()))
