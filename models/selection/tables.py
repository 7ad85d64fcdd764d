"""What is stored of a draw; the bytes themselves are defined in ``draw_v1`` and ``envelope``.

An ``Interest`` row carries no time, no counter and a random key, so that neither the table nor its
order tells who joined or when (selection.md 3).
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, id_pk, text40


class DrawState(StrEnum):
    """planned → announced → open → frozen → opening → drawn → published, or a side exit."""

    PREPARING = "preparing"
    PLANNED = "planned"
    ANNOUNCED = "announced"
    OPEN = "open"
    FROZEN = "frozen"
    OPENING = "opening"
    DRAWN = "drawn"
    PUBLISHED = "published"
    UNSUCCESSFUL = "unsuccessful"
    CANCELLED = "cancelled"
    RESERVED = "reserved"
    """Joining has ended; it is held only when several bids are equal and lowest."""
    UNUSED = "unused"
    """One bid alone was lowest: no draw was needed."""


class Draw(Base):
    """One draw: its plan as canonical text, and what followed from it."""

    __tablename__ = "draw"
    __table_args__ = (Index(None, "project_id"), Index(None, "state", "not_before"))

    id: Mapped[id_pk]
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"))
    round: Mapped[int] = mapped_column(default=0)
    state: Mapped[DrawState]
    alg: Mapped[str] = mapped_column(String(10), default="sha256")
    min_tickets: Mapped[int] = mapped_column(default=2)
    not_before: Mapped[datetime | None] = mapped_column(info={"label": "选取时间"})
    postponed_to: Mapped[datetime | None] = mapped_column(info={"label": "延后的选取时间"})
    freeze_at: Mapped[datetime | None] = mapped_column(info={"label": "报名截止"})
    plan: Mapped[str] = mapped_column(Text, default="")
    plan_hash: Mapped[str] = mapped_column(String(64), default="")
    platform_year: Mapped[int | None]
    platform_index: Mapped[int | None]
    frozen: Mapped[list[dict[str, str]] | None] = mapped_column(JSON)
    root: Mapped[str] = mapped_column(String(64), default="")
    tickets: Mapped[int | None] = mapped_column(info={"label": "有效票数"})
    winner_ticket: Mapped[str | None] = mapped_column(String(32))
    proof: Mapped[str | None] = mapped_column(Text)
    public_proof: Mapped[str | None] = mapped_column(Text)
    opened_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None] = mapped_column(info={"label": "取消时间"})
    cancel_reason: Mapped[str] = mapped_column(Text, default="", info={"label": "取消理由"})
    keeps_interest: Mapped[bool] = mapped_column(default=False)
    """Whether those who joined go over to the next draw: a change of time alone, by rule."""

    @property
    def opens_at(self) -> datetime | None:
        """From when the draw may be opened: the plan's bound, or later after an outage."""
        if self.not_before is None or self.postponed_to is None:
            return self.not_before
        return max(self.not_before, self.postponed_to)

    @property
    def is_cancelled_after_freeze(self) -> bool:
        """Whether it was cancelled when its list already stood, so that it is still computed."""
        return self.state is DrawState.CANCELLED and bool(self.root)


class DrawContributor(Base):
    """The sealed secret that one contributor handed in with the appointment."""

    __tablename__ = "draw_contributor"
    __table_args__ = (UniqueConstraint("draw_id", "role"),)

    id: Mapped[id_pk]
    draw_id: Mapped[str] = mapped_column(ForeignKey("draw.id"))
    role: Mapped[text40]
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    commit: Mapped[str] = mapped_column(String(64))
    envelope: Mapped[dict[str, object] | None] = mapped_column(JSON)
    released: Mapped[list[dict[str, str]] | None] = mapped_column(JSON)
    secret: Mapped[str | None] = mapped_column(String(64))


class Interest(Base):
    """One live or withdrawn expression of interest; whose it is stands only in sealed form."""

    __tablename__ = "interest"
    __table_args__ = (
        Index(
            "uq_interest_live",
            "draw_id",
            "pseudonym",
            unique=True,
            sqlite_where=text("live"),
            postgresql_where=text("live"),
        ),
        {"sqlite_with_rowid": False},
    )

    ticket: Mapped[str] = mapped_column(String(32), primary_key=True)
    draw_id: Mapped[str] = mapped_column(ForeignKey("draw.id"))
    pseudonym: Mapped[str] = mapped_column(String(64))
    org_commit: Mapped[str] = mapped_column(String(64))
    envelope: Mapped[str] = mapped_column(Text)
    contact: Mapped[bytes] = mapped_column(LargeBinary)
    live: Mapped[bool] = mapped_column(default=True)
    party_id: Mapped[str | None] = mapped_column(ForeignKey("party.id"))
    blind: Mapped[str | None] = mapped_column(String(64))


class PlatformSecrets(Base):
    """The platform's list of secrets for a year: its root stands in the log; secrets on disk."""

    __tablename__ = "platform_secrets"

    year: Mapped[int] = mapped_column(primary_key=True)
    size: Mapped[int]
    root: Mapped[str] = mapped_column(String(64))
    used: Mapped[int] = mapped_column(default=0)


class Guardian(Base):
    """A keeper of one key; ``is_local`` says that this machine runs it."""

    __tablename__ = "guardian"
    __table_args__ = (UniqueConstraint("name", "kid"),)

    id: Mapped[id_pk]
    name: Mapped[text40]
    kid: Mapped[str] = mapped_column(String(8))
    public_key: Mapped[str] = mapped_column(String(130))
    title: Mapped[text40] = mapped_column(default="")
    is_local: Mapped[bool] = mapped_column(default=True)
    is_locked: Mapped[bool] = mapped_column(default=False)
    """Whether its key on this machine opens with a passphrase alone, kept by ``holder_id``."""
    holder_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    """Who answers for it here: keeps the passphrase, or owns the token of its program."""
    seen_at: Mapped[datetime | None] = mapped_column(info={"label": "最近联系"})
    rehearsed_at: Mapped[datetime | None] = mapped_column(info={"label": "最近演练"})
    retired_at: Mapped[datetime | None]


class Mask(Base):
    """What is hidden about a project, from whom, until when, by which article."""

    __tablename__ = "mask"
    __table_args__ = (Index(None, "project_id"),)

    id: Mapped[id_pk]
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"))
    field: Mapped[text40] = mapped_column(info={"label": "内容"})
    until: Mapped[text40] = mapped_column(info={"label": "公开时点"})
    article: Mapped[str] = mapped_column(String(100), info={"label": "依据"})
    set_at: Mapped[datetime] = mapped_column(info={"label": "屏蔽时间"})
    lifted_at: Mapped[datetime | None] = mapped_column(info={"label": "公开时间"})
