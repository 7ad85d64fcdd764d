"""Proposals (改动单): what analysts change of a county's pack, before it is in force."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, id_pk, text40, text200


class ProposalState(StrEnum):
    """draft → submitted → scheduled → published; sent back to draft, or withdrawn."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Origin(StrEnum):
    """How a proposal came to be."""

    EDITED = "edited"
    IMPORTED = "imported"
    UPGRADE = "upgrade"
    ROLLBACK = "rollback"


class Proposal(Base):
    """A set of changed files of one county (or the base), published all together or not at all."""

    __tablename__ = "proposal"
    __table_args__ = (
        Index(None, "county_code", "state", "edited_at"),
        Index(None, "state", "effective_at"),
    )

    id: Mapped[id_pk]
    county_code: Mapped[text40] = mapped_column(info={"label": "区县"})
    title: Mapped[text200] = mapped_column(info={"label": "名称"})
    reason: Mapped[str] = mapped_column(String(1000), default="", info={"label": "理由"})
    state: Mapped[ProposalState] = mapped_column(info={"label": "状态"})
    origin: Mapped[Origin] = mapped_column(default=Origin.EDITED, info={"label": "来源"})
    undoes_id: Mapped[str | None] = mapped_column(String(32))
    """The published proposal that this one takes back."""
    version: Mapped[int] = mapped_column(default=0)
    checks: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What the check said when it was published: ``{"findings": [...]}``."""
    created_by: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(info={"label": "创建时间"})
    edited_by: Mapped[str] = mapped_column(String(32))
    edited_at: Mapped[datetime] = mapped_column(info={"label": "修改时间"})
    submitted_by: Mapped[str | None] = mapped_column(String(32))
    submitted_at: Mapped[datetime | None] = mapped_column(info={"label": "提交时间"})
    decided_by: Mapped[str | None] = mapped_column(String(32))
    decided_at: Mapped[datetime | None] = mapped_column(info={"label": "审批时间"})
    decision_note: Mapped[str] = mapped_column(String(1000), default="")
    effective_at: Mapped[datetime | None] = mapped_column(info={"label": "生效时间"})
    published_at: Mapped[datetime | None] = mapped_column(info={"label": "发布时间"})
    published_by: Mapped[str | None] = mapped_column(String(32))


class ProposalFile(Base):
    """One file of a proposal, by its path in the pack; ``sha256`` is empty when it is taken away.

    ``base_sha256`` is what held in the county when it was first edited here (its own file, or else
    the base's; ``base_county`` says whose): when something else holds at publishing, somebody
    changed it meanwhile. ``before_sha256`` is the county's own file just before publishing, so that
    the publication can be taken back. ``merged_sha256`` is the base's file that an upgrade brought
    in: when the base has another one by now, the upgrade does not know of it.
    """

    __tablename__ = "proposal_file"
    __table_args__ = (UniqueConstraint("proposal_id", "path"),)

    id: Mapped[id_pk]
    proposal_id: Mapped[str] = mapped_column(ForeignKey("proposal.id"))
    path: Mapped[text200]
    sha256: Mapped[str | None] = mapped_column(ForeignKey("content.sha256"))
    base_sha256: Mapped[str | None] = mapped_column(String(64))
    base_county: Mapped[str | None] = mapped_column(String(40))
    before_sha256: Mapped[str | None] = mapped_column(String(64))
    merged_sha256: Mapped[str | None] = mapped_column(String(64))
    version: Mapped[int] = mapped_column(default=1)
    edited_by: Mapped[str] = mapped_column(String(32))
    edited_at: Mapped[datetime]


class ProposalSave(Base):
    """One saved state of a file of a proposal, so that what was saved can be brought back."""

    __tablename__ = "proposal_save"
    __table_args__ = (UniqueConstraint("file_id", "version"),)

    id: Mapped[id_pk]
    file_id: Mapped[str] = mapped_column(ForeignKey("proposal_file.id"))
    version: Mapped[int]
    sha256: Mapped[str | None] = mapped_column(ForeignKey("content.sha256"))
    saved_by: Mapped[str] = mapped_column(String(32))
    saved_at: Mapped[datetime]
