"""Running cases: the engine's state as one blob, and the rows derived from it."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, id_pk, text40, text100, text200
from models.flow.definition import Definition


class InstanceStatus(StrEnum):
    """As the fixed API names them."""

    RUNNING = "running"
    COMPLETED = "completed"
    TERMINATED = "terminated"
    SUSPENDED = "suspended"
    FAILED = "failed"


NAMED = text("subject <> ''")
"""Spelled out, as the index has it."""


class Instance(Base):
    """One run of one definition; ``version`` decides who was first."""

    __tablename__ = "instance"
    __table_args__ = (
        Index(
            "ix_instance_next_check",
            "next_check",
            sqlite_where=text("next_check IS NOT NULL"),
            postgresql_where=text("next_check IS NOT NULL"),
        ),
        Index(None, "county_code", "created_at"),
        # cases that are no project's are listed and searched by this index alone
        Index(
            "ix_instance_subject",
            *("county_code", "created_at", "subject", "status", "started_by", "definition_id"),
            sqlite_where=NAMED,
            postgresql_where=NAMED,
        ),
    )

    id: Mapped[id_pk]
    definition_id: Mapped[str] = mapped_column(ForeignKey("definition.id"), index=True)
    county_code: Mapped[text40] = mapped_column(info={"label": "区县"})
    project_id: Mapped[str | None] = mapped_column(String(32), index=True)
    subject: Mapped[text200] = mapped_column(
        default="", server_default="", info={"label": "案卷名称"}
    )
    """What a case that is no project's is called; empty where the flow does not say."""
    status: Mapped[InstanceStatus] = mapped_column(info={"label": "状态"})
    version: Mapped[int] = mapped_column(default=0, info={"label": "状态版本"})
    state: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    next_check: Mapped[datetime | None] = mapped_column(info={"label": "下次检查"})
    failure: Mapped[str] = mapped_column(String(500), default="", info={"label": "故障"})
    failures: Mapped[int] = mapped_column(default=0)
    rules_on: Mapped[date] = mapped_column(info={"label": "规则日期"})
    started_by: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(info={"label": "开始时间"})
    ended_at: Mapped[datetime | None] = mapped_column(info={"label": "结束时间"})

    definition: Mapped[Definition] = relationship(lazy="raise")


class AwaitedMessage(Base):
    """A message name an instance waits for."""

    __tablename__ = "awaited_message"

    instance_id: Mapped[str] = mapped_column(ForeignKey("instance.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(100), primary_key=True)


class WaitKind(StrEnum):
    """What a case waits for where no work item says so."""

    TIMER = "timer"
    MESSAGE = "message"
    FIRST = "first"
    """The first of several events."""
    CALL = "call"
    """A called flow to end."""
    DEADLINE = "deadline"
    """A timer on a step that goes on meanwhile: nobody waits there."""
    FAILED = "failed"
    """A service that failed and is tried again."""


class CaseWait(Base):
    """A place of a diagram where a case waits now, not for a person; gone when it goes on."""

    __tablename__ = "case_wait"
    __table_args__ = (
        Index(None, "flow", "county_code", "part", "element", "kind", "due_at", "since"),
    )

    instance_id: Mapped[str] = mapped_column(ForeignKey("instance.id"), primary_key=True)
    task_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    flow: Mapped[text100]
    county_code: Mapped[text40]
    part: Mapped[text100]
    """The flow whose diagram holds the element."""
    element: Mapped[text100]
    kind: Mapped[WaitKind]
    since: Mapped[datetime]
    due_at: Mapped[datetime | None]
