"""Jobs and outgoing messages: written in the transaction, done after it, claimed with a lease."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, id_pk, text40, text100


class JobState(StrEnum):
    """waiting → leased → done; ``dead`` after too many attempts, for a keeper to look at."""

    WAITING = "waiting"
    LEASED = "leased"
    DONE = "done"
    DEAD = "dead"


OPEN_JOB = text("state IN ('waiting','leased')")


class OutboundMessage(Base):
    """A text message or e-mail to send (outbox); sent at least once, with one idempotency key."""

    __tablename__ = "outbound_message"
    __table_args__ = (
        Index(
            "ix_outbound_message_open", "due_at", sqlite_where=OPEN_JOB, postgresql_where=OPEN_JOB
        ),
    )

    id: Mapped[id_pk]
    key: Mapped[str] = mapped_column(String(100), unique=True, info={"label": "幂等键"})
    channel: Mapped[text40] = mapped_column(info={"label": "渠道"})
    recipient: Mapped[text100] = mapped_column(info={"label": "接收人"})
    party_id: Mapped[str | None] = mapped_column(String(32))
    template: Mapped[text100] = mapped_column(info={"label": "模板"})
    values: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)
    state: Mapped[JobState] = mapped_column(default=JobState.WAITING, info={"label": "状态"})
    attempts: Mapped[int] = mapped_column(default=0, info={"label": "次数"})
    due_at: Mapped[datetime] = mapped_column(info={"label": "最早发送"})
    lease_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None] = mapped_column(info={"label": "发送时间"})
    receipt: Mapped[str] = mapped_column(String(200), default="", info={"label": "回执"})
    error: Mapped[str] = mapped_column(String(500), default="", info={"label": "错误"})


class Job(Base):
    """Work that takes long (a letter, an export), or is owed after a commit."""

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_open", "due_at", sqlite_where=OPEN_JOB, postgresql_where=OPEN_JOB),
    )

    id: Mapped[id_pk]
    kind: Mapped[text40] = mapped_column(info={"label": "种类"})
    key: Mapped[str] = mapped_column(String(100), unique=True)
    args: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)
    state: Mapped[JobState] = mapped_column(default=JobState.WAITING, info={"label": "状态"})
    attempts: Mapped[int] = mapped_column(default=0, info={"label": "次数"})
    due_at: Mapped[datetime] = mapped_column(info={"label": "最早执行"})
    lease_until: Mapped[datetime | None]
    done_at: Mapped[datetime | None] = mapped_column(info={"label": "完成时间"})
    error: Mapped[str] = mapped_column(String(500), default="", info={"label": "错误"})


class Setting(Base):
    """A value of the installation itself: its id, the training clock, the demonstration mark."""

    __tablename__ = "setting"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[object] = mapped_column(JSON)


class Lease(Base):
    """A named lease held by one process (the beat's, the sequencer's)."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    holder: Mapped[text100]
    until: Mapped[datetime]
