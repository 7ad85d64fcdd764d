"""Moving running cases (案卷迁移) to another version of their flow."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, id_pk, text40, text100


class MoveState(StrEnum):
    """prepared (rehearsed on copies) → approved → moved → undone."""

    PREPARED = "prepared"
    APPROVED = "approved"
    MOVED = "moved"
    UNDONE = "undone"


class MovedState(StrEnum):
    """What became of one case."""

    READY = "ready"
    REFUSED = "refused"
    MOVED = "moved"
    UNDONE = "undone"


class CaseMove(Base):
    """One act that takes many cases from one version to another, with its mapping."""

    __tablename__ = "case_move"
    __table_args__ = (Index(None, "county_code", "flow", "created_at"),)

    id: Mapped[id_pk]
    group_id: Mapped[str | None] = mapped_column(String(32), index=True)
    """The act for many counties at once that this one belongs to."""
    county_code: Mapped[text40]
    flow: Mapped[text100]
    from_id: Mapped[str] = mapped_column(ForeignKey("definition.id"))
    to_id: Mapped[str] = mapped_column(ForeignKey("definition.id"))
    mapping: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    """Element of the old version → element of the new one, where they differ."""
    reason: Mapped[str] = mapped_column(String(1000))
    state: Mapped[MoveState]
    created_by: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime]
    approved_by: Mapped[str | None] = mapped_column(String(32))
    approved_at: Mapped[datetime | None]
    moved_by: Mapped[str | None] = mapped_column(String(32))
    moved_at: Mapped[datetime | None]
    undone_by: Mapped[str | None] = mapped_column(String(32))
    undone_at: Mapped[datetime | None]


class MovedCase(Base):
    """One case of such an act; its former state is kept, so that the act can be undone."""

    __tablename__ = "moved_case"

    move_id: Mapped[str] = mapped_column(ForeignKey("case_move.id"), primary_key=True)
    instance_id: Mapped[str] = mapped_column(
        ForeignKey("instance.id"), primary_key=True, index=True
    )
    state: Mapped[MovedState]
    told: Mapped[str] = mapped_column(String(500), default="")
    former_state: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    moved_version: Mapped[int | None]
    """The case's version right after the move; when it has gone on since, undoing is refused."""
