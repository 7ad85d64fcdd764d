"""Rehearsals (试运行) of drafts in a world of their own, and runs of worked cases (办理样例)."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Float, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, id_pk, text40, text100, text200


class FlowRehearsal(Base):
    """One rehearsal of a flow as it stands in a county, or in a proposal of it."""

    __tablename__ = "flow_rehearsal"
    __table_args__ = (Index(None, "county_code", "touched_at"),)

    id: Mapped[id_pk]
    county_code: Mapped[text40]
    proposal_id: Mapped[str | None] = mapped_column(ForeignKey("proposal.id"), index=True)
    flow: Mapped[text100]
    title: Mapped[text200]
    world: Mapped[str] = mapped_column(String(64))
    """The hash of the world it began in: packs, proposal's files, cast."""
    position: Mapped[int] = mapped_column(default=0)
    """The number of the step looked at; steps after it are kept until another act is done here."""
    created_by: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime]
    touched_at: Mapped[datetime]


class FlowRehearsalStep(Base):
    """One act of a rehearsal and what the rehearsed world was after it."""

    __tablename__ = "flow_rehearsal_step"

    rehearsal_id: Mapped[str] = mapped_column(ForeignKey("flow_rehearsal.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    act: Mapped[dict[str, Any]] = mapped_column(JSON)
    seen: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Open items, path, data, messages, the clock: what the page shows."""
    snapshot: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class CaseRun(Base):
    """The last run of one worked case in a county, or in a proposal of it."""

    __tablename__ = "case_run"
    __table_args__ = (Index(None, "county_code", "flow"),)

    id: Mapped[id_pk]
    county_code: Mapped[text40]
    proposal_id: Mapped[str | None] = mapped_column(ForeignKey("proposal.id"), index=True)
    flow: Mapped[text100]
    path: Mapped[text200]
    name: Mapped[text200]
    world: Mapped[str] = mapped_column(String(64))
    passed: Mapped[bool]
    told: Mapped[str] = mapped_column(String(1000), default="")
    walked: Mapped[dict[str, list[str]]] = mapped_column(JSON, default=dict)
    """Flow key → ids of the sequence flows and events it went through."""
    seconds: Mapped[float] = mapped_column(Float)
    ran_at: Mapped[datetime]
