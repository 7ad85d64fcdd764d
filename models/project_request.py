"""Requests about a running project (项目申请): who asked what, and what came of it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, id_pk, text40, text100


class RequestState(StrEnum):
    """open → approved → applied or late; or refused, or withdrawn before the decision."""

    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"
    APPLIED = "applied"
    LATE = "late"
    WITHDRAWN = "withdrawn"


STATE_TITLES = {
    RequestState.OPEN: "办理中",
    RequestState.APPROVED: "已同意，待生效",
    RequestState.REFUSED: "未同意",
    RequestState.APPLIED: "已生效",
    RequestState.LATE: "已过时，未生效",
    RequestState.WITHDRAWN: "已撤回",
}
CORRIGENDUM = "corrigendum"
KIND_TITLES = {
    "change": "变更",
    "pause": "暂停",
    "resume": "恢复",
    "terminate": "终止",
    "cancel": "取消选取",
    "outage": "停电断网",
    "decline": "放弃中选",
    CORRIGENDUM: "更正公告",
}
UNSETTLED = (RequestState.OPEN, RequestState.APPROVED)
IS_UNSETTLED = text("state IN ('open','approved')")


class ProjectRequest(Base):
    """One request; of each project at most one is unsettled at a time."""

    __tablename__ = "project_request"
    __table_args__ = (
        Index(
            "uq_project_request_unsettled",
            "project_id",
            unique=True,
            sqlite_where=IS_UNSETTLED,
            postgresql_where=IS_UNSETTLED,
        ),
        Index(None, "about_instance_id", "requested_at"),
    )

    id: Mapped[id_pk]
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"))
    instance_id: Mapped[str] = mapped_column(String(32), unique=True)
    about_instance_id: Mapped[str] = mapped_column(String(32))
    flow: Mapped[text100] = mapped_column(info={"label": "流程"})
    kind: Mapped[text40] = mapped_column(info={"label": "种类"})
    state: Mapped[RequestState] = mapped_column(info={"label": "状态"})
    reason: Mapped[str] = mapped_column(Text, default="", info={"label": "理由"})
    terms: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    changes: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    """What would change: label, before, after."""
    requested_by: Mapped[str] = mapped_column(String(32), info={"label": "提出人"})
    requested_at: Mapped[datetime] = mapped_column(info={"label": "提出时间"})
    decision_reason: Mapped[str] = mapped_column(Text, default="", info={"label": "审批意见"})
    decided_by: Mapped[str | None] = mapped_column(String(32), info={"label": "审批人"})
    decided_at: Mapped[datetime | None] = mapped_column(info={"label": "审批时间"})
    closed_at: Mapped[datetime | None] = mapped_column(info={"label": "办结时间"})


def unsettled_of(session: Session, project_id: str) -> ProjectRequest | None:
    """Return the request of a project that is not settled yet, if there is one."""
    query = select(ProjectRequest).where(
        ProjectRequest.project_id == project_id, ProjectRequest.state.in_(UNSETTLED)
    )
    return session.scalar(query)


def requests_about(session: Session, instance_id: str) -> list[ProjectRequest]:
    """Return what was asked about a case, the newest first."""
    query = select(ProjectRequest).where(ProjectRequest.about_instance_id == instance_id)
    return list(session.scalars(query.order_by(ProjectRequest.requested_at.desc())))


def title_of(kind: str) -> str:
    """Return the word for a kind of request."""
    return KIND_TITLES.get(kind, kind)
