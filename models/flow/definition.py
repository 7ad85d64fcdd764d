"""Published versions of flows and the content they are pinned to; immutable once published."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, id_pk, text40, text100, text200

BASE = "base"
"""The county code under which the base pack is stored."""


class DefinitionStatus(StrEnum):
    """draft → published → retired (a newer one is in force; cases still run on it)."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


class Content(Base):
    """A file of a pack (diagram, form, decision, notice text), stored once by its hash."""

    __tablename__ = "content"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class Definition(Base):
    """One version of one flow in one county (or the base): diagram plus what it refers to.

    ``resources`` pins every form, decision, notice and called flow: name → content hash, for
    example ``{"forms/intake_review.json": "ab…", "calls/draw": "definition id"}``. ``lanes``
    pins the role of each lane's name.
    """

    __tablename__ = "definition"
    __table_args__ = (
        UniqueConstraint("key", "county_code", "version"),
        Index(None, "key", "county_code", "status"),
    )

    id: Mapped[id_pk]
    key: Mapped[text100] = mapped_column(info={"label": "流程"})
    county_code: Mapped[text40] = mapped_column(info={"label": "区县"})
    version: Mapped[int] = mapped_column(info={"label": "版本"})
    title: Mapped[text200] = mapped_column(info={"label": "名称"})
    status: Mapped[DefinitionStatus] = mapped_column(info={"label": "状态"})
    diagram: Mapped[str] = mapped_column(ForeignKey("content.sha256"))
    resources: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    findings: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    lanes: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    starters: Mapped[list[str]] = mapped_column(JSON, default=list)
    phases: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Phases of a project in which the flow may be begun from its case page; empty for others."""
    is_matter: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether people begin it for a matter that is no project: its diagram names the subject."""
    base_id: Mapped[str | None] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(info={"label": "创建时间"})
    created_by: Mapped[str | None] = mapped_column(String(32))
    published_at: Mapped[datetime | None] = mapped_column(info={"label": "发布时间"})
    published_by: Mapped[str | None] = mapped_column(String(32))


class Asset(Base):
    """The current form, decision, notice, role list or text of a county, by name."""

    __tablename__ = "asset"
    __table_args__ = (UniqueConstraint("county_code", "path"),)

    id: Mapped[id_pk]
    county_code: Mapped[text40]
    path: Mapped[text200]
    sha256: Mapped[str] = mapped_column(ForeignKey("content.sha256"))
    base_sha256: Mapped[str | None] = mapped_column(String(64))
    """The base's file of this path when the county's own was made: what an upgrade starts from."""


class RuleValue(Base):
    """One county value from one day on, with its source (县区规则)."""

    __tablename__ = "rule_value"
    __table_args__ = (UniqueConstraint("county_code", "key", "from_on"),)

    id: Mapped[id_pk]
    county_code: Mapped[text40] = mapped_column(info={"label": "区县"})
    key: Mapped[text100] = mapped_column(info={"label": "规则"})
    label: Mapped[text200] = mapped_column(info={"label": "名称"})
    unit: Mapped[text40] = mapped_column(default="", info={"label": "单位"})
    from_on: Mapped[date] = mapped_column(info={"label": "自何日起"})
    value: Mapped[object] = mapped_column(JSON, info={"label": "值"})
    source: Mapped[text200] = mapped_column(info={"label": "依据"})
