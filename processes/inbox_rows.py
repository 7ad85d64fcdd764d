"""What an inbox is asked for, and what one line of it holds."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from models.flow.work_item import WorkItemState

View = Literal["todo", "claimable", "mine", "overdue", "done"]
VIEWS: tuple[View, ...] = ("todo", "claimable", "mine", "overdue", "done")
STATE_VIEWS: dict[WorkItemState | None, View] = {
    None: "todo",
    WorkItemState.READY: "claimable",
    WorkItemState.CLAIMED: "mine",
    WorkItemState.DONE: "done",
}


@dataclass(frozen=True, kw_only=True)
class ItemQuery:
    """What is asked for, as it stands in the address."""

    view: View = "todo"
    flow: str = ""
    county: str = ""
    step: str = ""
    q: str = ""
    due_before: datetime | None = None


@dataclass(frozen=True)
class ItemRow:
    """One line of the inbox."""

    id: str
    instance_id: str
    flow: str
    county_code: str
    project_id: str | None
    step: str
    title: str
    form: str | None
    role: str
    state: WorkItemState
    claimed_by: str | None
    opened_at: datetime
    due_at: datetime | None
    ordered_at: datetime
    done_at: datetime | None
    outcome: str
    project_title: str | None
    project_number: str | None
    owner_name: str | None
    holder_name: str | None
    subject: str | None
