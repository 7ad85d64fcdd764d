"""What is stored of the business log."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base

BigId = BigInteger().with_variant(Integer, "sqlite")


class LedgerEntry(Base):
    """One business act as canonical JSON; the sequencer gives ``seq`` (0, 1, 2 …)."""

    __tablename__ = "ledger_entry"
    __table_args__ = (Index(None, "object"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    seq: Mapped[int | None] = mapped_column(BigId, unique=True)
    object: Mapped[str] = mapped_column(String(60))
    body: Mapped[str] = mapped_column(Text)


class LedgerNode(Base):
    """The hash of a complete subtree: ``level`` 0 are the leaves; two algorithms side by side."""

    __tablename__ = "ledger_node"
    __table_args__ = ({"sqlite_with_rowid": False},)

    level: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(BigId, primary_key=True)
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    sm3: Mapped[bytes] = mapped_column(LargeBinary(32))


class Checkpoint(Base):
    """A signed statement of the log's size and root."""

    __tablename__ = "checkpoint"

    size: Mapped[int] = mapped_column(BigId, primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
