"""Work items (待办): a user task waiting for a person, and afterwards the record of it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, id_pk, text40, text100, text200
from models.clock import CHINA


class WorkItemState(StrEnum):
    """As the fixed API names them."""

    READY = "ready"
    CLAIMED = "claimed"
    DONE = "done"
    CANCELLED = "cancelled"


OPEN_STATES = (WorkItemState.READY, WorkItemState.CLAIMED)
OWED = text("state IN ('ready','claimed') AND owed_at IS NOT NULL")
"""A reminder or a report to a leader is still to come."""
DONE = text("state = 'done'")
DONE_LATE = text("state = 'done' AND done_at > due_at")
NO_DEADLINE = datetime(9999, 1, 1, tzinfo=CHINA)
"""Where items without a deadline stand in a list that is ordered by deadline: last."""


def open_index(name: str, *columns: str, also: str = "") -> Index:
    """Return an index over open items alone: done ones are many, and cost nothing there.

    ``also`` keeps out what another index is for. A place in a list tells PostgreSQL so little about
    how many rows follow that it takes any index it may take: it may take no other.
    """
    here = text("state IN ('ready','claimed')" + (f" AND {also}" if also else ""))
    return Index(f"ix_work_item_{name}", *columns, sqlite_where=here, postgresql_where=here)


def late_index(name: str, column: str) -> Index:
    """Return an index over the items that were done too late, the latest of them found first."""
    name = f"ix_work_item_done_late_{name}"
    columns = (column, "done_at", "id")
    return Index(name, *columns, sqlite_where=DONE_LATE, postgresql_where=DONE_LATE)


class WorkItem(Base):
    """One user task of one case, for a role of a party (or one named account)."""

    __tablename__ = "work_item"
    __table_args__ = (
        # what IS NULL stands in the condition: among the columns PostgreSQL would sort it anew
        open_index(
            "role",
            *("role", "county_code", "ordered_at", "id"),
            also="party_id IS NULL AND account_id IS NULL",
        ),
        open_index("party", "party_id", "ordered_at", "id", also="party_id IS NOT NULL"),
        open_index("account", "account_id", "ordered_at", "id", also="account_id IS NOT NULL"),
        open_index("project", "project_id"),
        open_index("late", "county_code", "ordered_at", "id", also="due_at IS NOT NULL"),
        late_index("county", "county_code"),
        late_index("party", "party_id"),
        Index(
            "ix_work_item_holder",
            *("claimed_by", "ordered_at", "id"),
            sqlite_where=text("state = 'claimed'"),
            postgresql_where=text("state = 'claimed'"),
        ),
        # what a flow's insight counts is read from these two alone
        open_index("flow", "flow", "county_code", "part", "step", "due_at", "opened_at", "state"),
        Index(
            "ix_work_item_done_flow",
            *(
                "flow",
                "county_code",
                "done_at",
                "part",
                "step",
                "opened_at",
                "due_at",
                "instance_id",
                "state",
            ),
            sqlite_where=DONE,
            postgresql_where=DONE,
        ),
        Index(None, "done_by", "done_at"),
        Index(
            "ix_work_item_owed",
            "owed_at",
            sqlite_where=OWED,
            postgresql_where=OWED,
        ),
        Index(None, "instance_id"),
        Index(None, "party_id", "project_id"),
    )

    id: Mapped[id_pk]
    instance_id: Mapped[str] = mapped_column(ForeignKey("instance.id"))
    task_id: Mapped[str] = mapped_column(String(32))
    flow: Mapped[text100] = mapped_column(info={"label": "流程"})
    county_code: Mapped[text40] = mapped_column(info={"label": "区县"})
    project_id: Mapped[str | None] = mapped_column(String(32))
    part: Mapped[text100] = mapped_column(default="", server_default="")
    """The flow whose diagram holds the step, a called one's key; empty where nobody noted it."""
    step: Mapped[text100] = mapped_column(info={"label": "步骤标识"})
    title: Mapped[text100] = mapped_column(info={"label": "步骤"})
    form: Mapped[str | None] = mapped_column(String(100))
    role: Mapped[text40] = mapped_column(info={"label": "角色"})
    party_id: Mapped[str | None] = mapped_column(String(32), info={"label": "单位"})
    account_id: Mapped[str | None] = mapped_column(String(32), info={"label": "指定人员"})
    state: Mapped[WorkItemState] = mapped_column(info={"label": "状态"})
    claimed_by: Mapped[str | None] = mapped_column(String(32), info={"label": "领取人"})
    opened_at: Mapped[datetime] = mapped_column(info={"label": "到达时间"})
    due_at: Mapped[datetime | None] = mapped_column(info={"label": "办理期限"})
    ordered_at: Mapped[datetime] = mapped_column(default=NO_DEADLINE)
    done_at: Mapped[datetime | None] = mapped_column(info={"label": "办结时间"})
    done_by: Mapped[str | None] = mapped_column(String(32), info={"label": "办理人"})
    outcome: Mapped[text200] = mapped_column(default="", info={"label": "办理结果"})
    presence: Mapped[bool] = mapped_column(default=False)
    wants_key: Mapped[bool] = mapped_column(default=False)
    """Whether a security key or a certificate must be shown to complete it (a county's rule)."""
    remind_at: Mapped[datetime | None] = mapped_column(info={"label": "提醒时间"})
    escalate_role: Mapped[text40] = mapped_column(default="", info={"label": "超期报告"})
    owed_at: Mapped[datetime | None]
    """When the next of the two is owed: the reminder, then the report; None when all is done."""
    reminded_at: Mapped[datetime | None] = mapped_column(info={"label": "已提醒"})
    escalated_at: Mapped[datetime | None] = mapped_column(info={"label": "已报告"})
    escalated_to: Mapped[int | None] = mapped_column(info={"label": "报告人数"})


class Draft(Base):
    """What somebody has typed into a work item and not yet submitted."""

    __tablename__ = "draft"

    work_item_id: Mapped[str] = mapped_column(ForeignKey("work_item.id"), primary_key=True)
    account_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    form: Mapped[dict[str, object]] = mapped_column(JSON)
    saved_at: Mapped[datetime]
