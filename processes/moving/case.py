"""One case moved, or taken back, in the caller's unit of work: its state and its rows."""

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.orm import Session

from models.flow.case_move import CaseMove, MovedCase, MovedState
from models.flow.instance import Instance, InstanceStatus
from models.flow.work_item import OPEN_STATES, WorkItem, WorkItemState
from models.identity.actor import PLATFORM, Actor
from models.identity.loading import actor_of
from models.settings import Settings
from processes import access, saving, statements
from processes.addressing import row_for
from processes.case_errors import InstanceNotFoundError
from processes.case_runner import CaseRunner
from processes.moving.attempt import Attempt, attempt
from processes.moving.errors import CaseGoneOnError, CaseNotMovableError
from processes.runtime import OpenTask, Runtime
from processes.saving import Waiting

MOVABLE = (InstanceStatus.RUNNING, InstanceStatus.SUSPENDED, InstanceStatus.FAILED)
REFRESHED = (
    *("step", "title", "form", "role", "party_id", "account_id", "presence", "wants_key"),
    "escalate_role",
)
DEADLINE = ("due_at", "ordered_at", "remind_at", "owed_at")
CASE = cast("Table", Instance.__table__)
LOOKED_AT = select(*CASE.c).where(CASE.c.id == bindparam("of"))
"""Without a lock: a rehearsal stores nothing and holds nobody up."""


def rehearse(session: Session, settings: Settings, move: CaseMove, case_id: str) -> tuple[str, ...]:
    """Move a copy of the case and throw it away; return what a person should know, or raise."""
    case = _case(session, settings, case_id, PLATFORM, LOOKED_AT)
    found = _attempt(case, move)
    now_on = _on(case, move.to_id)
    for task in found.after.tasks.values():
        row_for(session, task, now_on.instance, case.sandbox, case.now)
    return found.notes


def move_case(
    session: Session, settings: Settings, move: CaseMove, moved: MovedCase, actor: Actor
) -> None:
    """Move the case for good and keep its former state."""
    case = _case(session, settings, moved.instance_id, actor)
    found = _attempt(case, move)
    moved.former_state = bytes(case.instance.state)
    _store(case, found.runtime, found.before, found.after, move.to_id)
    moved.state, moved.moved_version = MovedState.MOVED, case.instance.version
    moved.told = "；".join(found.notes)[:500]
    _log(case, "instance:moved", move)


def undo_case(
    session: Session, settings: Settings, move: CaseMove, moved: MovedCase, actor: Actor
) -> None:
    """Bring the case back to its kept state; refused once it has gone on."""
    case = _case(session, settings, moved.instance_id, actor)
    is_there = case.instance.definition_id == move.to_id and moved.former_state is not None
    if not is_there or case.instance.version != moved.moved_version:
        raise CaseGoneOnError
    before = Waiting.of(case.load())
    former = _on(case, move.from_id)
    runtime = Runtime.load(former.prepared, moved.former_state or b"", case.engine)
    _store(case, runtime, before, Waiting.of(runtime), move.from_id)
    moved.state, moved.told, moved.former_state = MovedState.UNDONE, "", None
    _log(case, "instance:moved_back", move)


def _case(
    session: Session,
    settings: Settings,
    case_id: str,
    actor: Actor,
    query: Any = statements.CASE_FOR_A_STEP,  # noqa: ANN401 - a select of many columns
) -> CaseRunner:
    row = session.connection().execute(query, {"of": case_id}).mappings().one_or_none()
    if row is None:
        raise InstanceNotFoundError
    instance = Instance(**{name: row[name] for name in statements.CASE_COLUMNS})
    return CaseRunner(session, settings, instance, actor)


def _on(case: CaseRunner, definition_id: str) -> CaseRunner:
    """Return the same case as it would be on another version; nothing is stored."""
    columns = {name: getattr(case.instance, name) for name in statements.CASE_COLUMNS}
    instance = Instance(**{**columns, "definition_id": definition_id})
    return CaseRunner(case.session, case.settings, instance, case.actor)


def _attempt(case: CaseRunner, move: CaseMove) -> Attempt:
    if case.instance.status not in MOVABLE:
        raise CaseNotMovableError("案卷已经办结或终止，不需要迁移。")
    if case.instance.definition_id != move.from_id:
        raise CaseNotMovableError("案卷已不在原来的版本上，请重新选择。")
    return attempt(case, move.to_id, move.mapping)


def _store(
    case: CaseRunner, runtime: Runtime, before: Waiting, after: Waiting, definition_id: str
) -> None:
    instance = case.instance
    values = saving.columns_of(runtime, case.now)
    if instance.status != InstanceStatus.RUNNING:
        # suspended or failed: it waits for its keeper as before
        values = {"state": values["state"], "next_check": None}
    saving.store_state(case.session, instance, values)
    on = update(CASE).where(CASE.c.id == instance.id).values(definition_id=definition_id)
    case.session.connection().execute(on)
    there = _on(case, definition_id)
    saving.store_rows(there, before, after, None)
    _refresh_items(there, after.tasks)


def _refresh_items(case: CaseRunner, tasks: Mapping[str, OpenTask]) -> None:
    """Let open items say what their step says in this version; whose draft it is stays."""
    query = select(WorkItem).where(
        WorkItem.instance_id == case.instance.id, WorkItem.state.in_(OPEN_STATES)
    )
    for item in case.session.scalars(query.execution_options(populate_existing=True)):
        task = tasks.get(item.task_id)
        if task is not None:
            row = row_for(case.session, task, case.instance, case.sandbox, case.now)
            _refresh(case.session, item, row)
    case.session.flush()


def _refresh(session: Session, item: WorkItem, row: Mapping[str, Any]) -> None:
    names = REFRESHED if item.due_at is not None else (*REFRESHED, *DEADLINE)
    for name in names:  # a deadline that people were told stays
        setattr(item, name, row[name])
    holder = actor_of(session, item.claimed_by) if item.claimed_by else None
    if item.claimed_by and (holder is None or not access.is_for(holder, item)):
        item.claimed_by, item.state = None, WorkItemState.READY


def _log(case: CaseRunner, action: str, move: CaseMove) -> None:
    case.log(action, {"move": move.id, "from": move.from_id, "to": move.to_id})
