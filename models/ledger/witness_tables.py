"""Who witnesses the log from outside, what they co-signed, and what alarmed them."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, id_pk, text40
from models.ledger.tables import BigId


class Witness(Base):
    """A party that follows the log with a program and a key of its own."""

    __tablename__ = "witness"

    id: Mapped[id_pk]
    name: Mapped[text40] = mapped_column(unique=True, info={"label": "见证方"})
    public_key: Mapped[str] = mapped_column(String(200), info={"label": "公钥"})
    added_at: Mapped[datetime] = mapped_column(info={"label": "登记时间"})
    seen_at: Mapped[datetime | None] = mapped_column(info={"label": "最近联系"})
    retired_at: Mapped[datetime | None] = mapped_column(info={"label": "停用时间"})


class Cosignature(Base):
    """A witness's signature line under a checkpoint."""

    __tablename__ = "cosignature"

    size: Mapped[int] = mapped_column(BigId, ForeignKey("checkpoint.size"), primary_key=True)
    witness_id: Mapped[str] = mapped_column(ForeignKey("witness.id"), primary_key=True)
    line: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class WitnessAlarm(Base):
    """A witness found that the log was rewritten, truncated or forked."""

    __tablename__ = "witness_alarm"

    id: Mapped[id_pk]
    witness_id: Mapped[str] = mapped_column(ForeignKey("witness.id"))
    at: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[text40]
    evidence: Mapped[str] = mapped_column(Text)
    settled_at: Mapped[datetime | None]
