"""Rounds of an enrolment or a change of its facts (入驻、变更): every one submitted is kept."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, id_pk, text40
from models.identity.party import Party


class RoundState(StrEnum):
    """How far a round has come."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    SENT_BACK = "sent_back"
    PASSED = "passed"
    REFUSED = "refused"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


ROUND_TITLES = {
    RoundState.DRAFT: "填写中",
    RoundState.SUBMITTED: "待核实",
    RoundState.SENT_BACK: "已退回",
    RoundState.PASSED: "已通过",
    RoundState.REFUSED: "不予入驻",
    RoundState.ENDED: "流程终止，未核实",
    RoundState.WITHDRAWN: "已撤回",
}
KIND_TITLES = {
    "owner": "项目业主",
    "contractor": "施工企业",
    "agency": "代理机构",
    "supervisor": "监理单位",
    "auditor": "审计单位",
    "review_body": "评审机构",
}
"""What an organisation enrols as; each is a role of the same name."""
REGULATOR = "regulator"
REVIEWERS = (REGULATOR, "landscape_authority")
"""The roles that review enterprises; whose are whose says the county's decision table."""
OPEN = (RoundState.DRAFT, RoundState.SUBMITTED)
_IS_OPEN = text("state IN ('draft','submitted')")


class EnrolmentRound(Base):
    """What a party handed in at one time, and what became of it; in force only once passed."""

    __tablename__ = "enrolment_round"
    __table_args__ = (
        Index(
            "ix_enrolment_round_open",
            "party_id",
            "county_code",
            unique=True,
            sqlite_where=_IS_OPEN,
            postgresql_where=_IS_OPEN,
        ),
        Index(None, "instance_id", "round"),
        Index(None, "county_code", "state", "submitted_at"),
        Index(None, "party_id", "submitted_at"),
    )

    id: Mapped[id_pk]
    # no foreign key: a case's first steps run before the case itself is stored
    instance_id: Mapped[str] = mapped_column(String(32))
    party_id: Mapped[str] = mapped_column(ForeignKey("party.id"))
    county_code: Mapped[str] = mapped_column(ForeignKey("county.code"), info={"label": "区县"})
    kind: Mapped[text40] = mapped_column(info={"label": "单位类别"})
    trade: Mapped[text40] = mapped_column(default="", info={"label": "行业"})
    """The trade that decides which department reviews it (HR-2.5.2)."""
    reviewer: Mapped[text40] = mapped_column(default="regulator", info={"label": "审核部门"})
    """The role that reviews it, as the county's decision table said at its submission."""
    is_change: Mapped[bool] = mapped_column(default=False, info={"label": "变更"})
    round: Mapped[int] = mapped_column(info={"label": "第几轮"})
    state: Mapped[RoundState] = mapped_column(info={"label": "状态"})
    profile: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    qualifications: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    submitted_by: Mapped[str | None] = mapped_column(String(32))
    submitted_at: Mapped[datetime | None] = mapped_column(info={"label": "提交时间"})
    due_at: Mapped[datetime | None] = mapped_column(info={"label": "核实期限"})
    decided_by: Mapped[str | None] = mapped_column(String(32))
    decided_at: Mapped[datetime | None] = mapped_column(info={"label": "核实时间"})
    reasons: Mapped[str] = mapped_column(Text, default="", info={"label": "全部原因"})

    party: Mapped[Party] = relationship()

    @property
    def title(self) -> str:
        """What this round asks for, in words."""
        return f"{KIND_TITLES.get(self.kind, self.kind)}{'变更' if self.is_change else '入驻'}"
