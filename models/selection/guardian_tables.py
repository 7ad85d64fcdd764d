"""What guardians on other machines hand in, and how their readiness is rehearsed."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, id_pk, text40


class GuardianRelease(Base):
    """One share that a guardian released for an envelope of a draw or bidding.

    It lies here concealed with the draw's key until the result, so that the database alone does
    not open what the published transcript has not yet told.
    """

    __tablename__ = "guardian_release"
    __table_args__ = (UniqueConstraint("draw_id", "commit", "guardian"),)

    id: Mapped[id_pk]
    draw_id: Mapped[str] = mapped_column(ForeignKey("draw.id"))
    commit: Mapped[str] = mapped_column(String(64))
    guardian: Mapped[text40]
    share: Mapped[bytes] = mapped_column(LargeBinary)


class Rehearsal(Base):
    """A dummy value sealed to the guardians, which each of them must open."""

    __tablename__ = "rehearsal"

    id: Mapped[id_pk]
    begun_at: Mapped[datetime] = mapped_column(index=True, info={"label": "开始时间"})
    envelope: Mapped[dict[str, object]] = mapped_column(JSON)
    released: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    opened_at: Mapped[datetime | None] = mapped_column(info={"label": "开启时间"})
