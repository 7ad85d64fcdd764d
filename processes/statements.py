"""The statements of the engine's step, built once: building one costs more than running it."""

from typing import cast

from sqlalchemy import Table, bindparam, delete, exists, insert, or_, select, text, update

from models.flow.instance import AwaitedMessage, CaseWait, Instance
from models.flow.work_item import Draft, WorkItem, WorkItemState
from models.project import Project

ITEM = cast("Table", WorkItem.__table__)
CASE = cast("Table", Instance.__table__)
PROJECT = cast("Table", Project.__table__)
AWAITED = cast("Table", AwaitedMessage.__table__)
WAIT = cast("Table", CaseWait.__table__)
DRAFT = cast("Table", Draft.__table__)
OPEN = text("work_item.state IN ('ready','claimed')")

CASE_COLUMNS = tuple(column.key for column in CASE.c)
ITEM_COLUMNS = tuple(column.key for column in ITEM.c)
STEP_COLUMNS = (
    "state",
    "status",
    "next_check",
    "project_id",
    "subject",
    "ended_at",
    "failure",
    "failures",
    "version",
)

# On PostgreSQL a second step of the same case waits here until the first is stored; on SQLite
# the transaction itself has begun by taking the only write lock there is.
CASE_FOR_A_STEP = select(*CASE.c).where(CASE.c.id == bindparam("of")).with_for_update(of=CASE)
ITEM_FOR_A_STEP = (
    select(
        *(column.label(f"item_{column.key}") for column in ITEM.c),
        *CASE.c,
        exists().where(DRAFT.c.work_item_id == ITEM.c.id).label("has_draft"),
    )
    .join(CASE, CASE.c.id == ITEM.c.instance_id)
    .where(ITEM.c.id == bindparam("of"))
    .with_for_update(of=CASE)
)
STORE_STATE = (
    update(CASE)
    .where(CASE.c.id == bindparam("of"), CASE.c.version == bindparam("seen"))
    .values({name: bindparam(name) for name in STEP_COLUMNS})
)
INSERT_CASE = insert(CASE)
INSERT_ITEMS = insert(ITEM)
CLOSE_ITEM = (
    update(ITEM)
    .where(
        ITEM.c.id == bindparam("of"),
        OPEN,
        or_(ITEM.c.claimed_by.is_(None), ITEM.c.claimed_by == bindparam("by")),
    )
    .values(
        state=WorkItemState.DONE,
        claimed_by=None,
        done_at=bindparam("at"),
        done_by=bindparam("by"),
        outcome=bindparam("result"),
    )
)
CANCEL_ITEMS = (
    update(ITEM)
    .where(
        ITEM.c.instance_id == bindparam("of"),
        ITEM.c.task_id.in_(bindparam("tasks", expanding=True)),
    )
    .values(state=WorkItemState.CANCELLED, done_at=bindparam("at"), claimed_by=None)
)
ADOPT_PROJECT = (
    update(ITEM)
    .where(ITEM.c.instance_id == bindparam("of"))
    .values(project_id=bindparam("project"))
)
END_PROJECT = (
    update(PROJECT)
    .where(PROJECT.c.instance_id == bindparam("of"), PROJECT.c.ended_at.is_(None))
    .values(ended_at=bindparam("at"))
)
INSERT_AWAITED = insert(AWAITED)
DELETE_AWAITED = delete(AWAITED).where(
    AWAITED.c.instance_id == bindparam("of"), AWAITED.c.name.in_(bindparam("names", expanding=True))
)
INSERT_WAITS = insert(WAIT)
DELETE_WAITS = delete(WAIT).where(
    WAIT.c.instance_id == bindparam("of"), WAIT.c.task_id.in_(bindparam("tasks", expanding=True))
)
