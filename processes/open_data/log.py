"""The business log as anybody may read and check it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import installation
from models.errors import InvalidError, NotFoundError
from models.ledger import checkpoint, witnesses
from models.ledger.store import stored
from models.ledger.tables import Checkpoint, LedgerEntry
from models.paging import clamp
from models.settings import Settings


class CheckpointMissingError(NotFoundError):
    """Nothing has been logged yet."""

    message = "日志还没有检查点：第一件事办理之后才会生成，请稍后再来。"


class LogRangeError(InvalidError):
    """The asked numbers lie outside the published log."""

    message = "序号超出已公布的日志（共{size}条），请按最新检查点重新查询。"


@dataclass(frozen=True)
class Head:
    """The newest checkpoint in the numbers a page shows."""

    size: int
    at: datetime
    root: str
    text: str


def newest_head(session: Session) -> Head | None:
    """Return the newest checkpoint, or None before the first."""
    row = session.scalars(select(Checkpoint).order_by(Checkpoint.size.desc()).limit(1)).first()
    if row is None:
        return None
    head, _ = checkpoint.parse(row.text)
    return Head(row.size, row.at, head.sha256.hex(), row.text)


def checkpoint_text(session: Session) -> str:
    """Return the newest checkpoint with every signature under it."""
    head = newest_head(session)
    if head is None:
        raise CheckpointMissingError
    return cosigned(session, head.size, head.text)


def cosigned(session: Session, size: int, text: str) -> str:
    """Return a checkpoint with the witnesses' signatures under the log's own."""
    return text + witnesses.lines_under(session, size)


def entries(session: Session, start: int, limit: int | None) -> tuple[list[tuple[int, str]], int]:
    """Return ``(seq, canonical text)`` from ``start`` on, and the size of the published log."""
    size = published(session)
    rows = session.execute(
        select(LedgerEntry.seq, LedgerEntry.body)
        .where(LedgerEntry.seq >= start, LedgerEntry.seq < size)
        .order_by(LedgerEntry.seq)
        .limit(clamp(limit, 100))
    )
    return [(int(seq or 0), body) for seq, body in rows], size


def inclusion(session: Session, seq: int, size: int) -> list[str]:
    """Return the audit path (hex) of entry ``seq`` in the log of the first ``size`` entries."""
    _within(session, 0 <= seq < size, size)
    return [node.hex() for node in stored(session, size, lambda tree: tree.inclusion(seq))]


def consistency(session: Session, first: int, second: int) -> list[str]:
    """Return the proof (hex) that the log of ``first`` entries is the beginning of ``second``."""
    _within(session, 0 < first <= second, second)
    return [node.hex() for node in stored(session, second, lambda tree: tree.consistency(first))]


def _within(session: Session, holds: bool, upper: int) -> None:  # noqa: FBT001
    size = published(session)
    if not holds or upper > size:
        raise LogRangeError(size=size)


def published(session: Session) -> int:
    """Return how many entries the newest checkpoint covers."""
    return session.scalar(select(Checkpoint.size).order_by(Checkpoint.size.desc()).limit(1)) or 0


def public_key(session: Session, settings: Settings) -> str:
    """Return the log's public key in the form in which it is published."""
    return installation.log_key(session, settings).public.text()
