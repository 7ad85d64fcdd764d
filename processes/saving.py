"""Stores one step of a case: its state at the version it was read, and the rows derived from it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from models.flow.instance import Instance, InstanceStatus
from processes import definitions, statements
from processes.addressing import row_for
from processes.case_errors import StaleInstanceError
from processes.runtime import OpenTask, Runtime
from processes.sandbox.sandbox import Sandbox
from processes.spiff.waits import Wait


class Place(Protocol):
    """Where rows are stored: the transaction, the case, its moment, its county's functions."""

    session: Session
    instance: Instance
    now: datetime

    @property
    def sandbox(self) -> Sandbox:
        """Where deadlines are computed."""


@dataclass(frozen=True)
class Waiting:
    """What an instance waits for: the difference between two of these is what rows change."""

    tasks: dict[str, OpenTask]
    messages: frozenset[str]
    places: Mapping[str, Wait]

    @classmethod
    def of(cls, runtime: Runtime) -> "Waiting":
        """Return what the instance waits for now."""
        tasks = {each.task_id: each for each in runtime.open_tasks()}
        return cls(tasks, runtime.awaited(), runtime.waits())


MAX_SUBJECT = 200
NOTHING = Waiting({}, frozenset(), {})
FAILED = "failed"
"""Stands for the task of a service that failed."""


def status_of(runtime: Runtime) -> InstanceStatus:
    """Return whether the instance goes on, came to its end, or was terminated."""
    if not runtime.completed:
        return InstanceStatus.RUNNING
    return InstanceStatus.TERMINATED if runtime.terminated else InstanceStatus.COMPLETED


def columns_of(runtime: Runtime, now: datetime) -> dict[str, Any]:
    """Return the instance's columns that follow from its state."""
    status = status_of(runtime)
    ended = status != InstanceStatus.RUNNING
    project = runtime.data.get("project")
    return {
        "state": runtime.dump(),
        "status": status,
        "next_check": None if ended else runtime.next_due(),
        "project_id": project if isinstance(project, str) and project else None,
        "ended_at": now if ended else None,
        "failure": "",
        "failures": 0,
    }


def store_state(session: Session, instance: Instance, values: dict[str, Any]) -> None:
    """Write the new columns where the version is still the one that was read."""
    seen, had_failed = instance.version, instance.failures > 0
    now = {name: getattr(instance, name) for name in statements.STEP_COLUMNS}
    given = {name: value for name, value in values.items() if name != "project_id" or value}
    now |= given | {"version": seen + 1}
    done: Any = session.connection().execute(
        statements.STORE_STATE, {**now, "of": instance.id, "seen": seen}
    )
    if done.rowcount != 1:
        raise StaleInstanceError
    if had_failed and not now["failures"]:
        forget_waits(session, instance.id, (FAILED,))
    for name, value in now.items():
        set_committed_value(instance, name, value)


def store_rows(place: Place, before: Waiting, after: Waiting, finished: str | None) -> None:
    """Open, cancel and keep work items and awaited messages as the new state says."""
    session, instance = place.session, place.instance
    gone = before.tasks.keys() - after.tasks.keys() - {finished}
    connection = session.connection()
    if gone:
        cancelled = {"of": instance.id, "tasks": sorted(gone), "at": place.now}
        connection.execute(statements.CANCEL_ITEMS, cancelled)
    new = [task for key, task in after.tasks.items() if key not in before.tasks]
    if new:
        rows = [row_for(session, task, instance, place.sandbox, place.now) for task in new]
        connection.execute(statements.INSERT_ITEMS, rows)
    _await(session, instance.id, before.messages, after.messages)
    _places(place, before.places, after.places)


def note_waits(
    session: Session, instance: Instance, new: Mapping[str, Wait], at: datetime | None = None
) -> None:
    """Write where a case waits now, since that moment or since the engine began to."""
    top = definitions.pinned(session, instance.definition_id).key
    rows = [
        {
            "instance_id": instance.id,
            "task_id": task,
            "flow": top,
            "county_code": instance.county_code,
            "part": definitions.pinned(session, wait.version).key,
            "element": wait.element,
            "kind": wait.kind,
            "since": at or wait.since,
            "due_at": wait.due,
        }
        for task, wait in new.items()
    ]
    session.connection().execute(statements.INSERT_WAITS, rows)


def _places(place: Place, before: Mapping[str, Wait], after: Mapping[str, Wait]) -> None:
    session, case = place.session, place.instance
    same = {key for key, wait in after.items() if key in before and wait.is_that(before[key])}
    if gone := before.keys() - same:
        forget_waits(session, case.id, gone)
    if new := {key: wait for key, wait in after.items() if key not in same}:
        note_waits(session, case, new, place.now)


def forget_waits(session: Session, instance_id: str, tasks: Collection[str]) -> None:
    """Take out where a case waits no longer."""
    these = {"of": instance_id, "tasks": sorted(tasks)}
    session.connection().execute(statements.DELETE_WAITS, these)


def adopt_project(session: Session, instance: Instance) -> None:
    """Tell the case's earlier items of the project that the case got just now."""
    given = {"of": instance.id, "project": instance.project_id}
    session.connection().execute(statements.ADOPT_PROJECT, given)


def end_project(session: Session, instance: Instance) -> None:
    """Write when the project of a case that has ended was over; a case beside it ends nothing."""
    given = {"of": instance.id, "at": instance.ended_at}
    session.connection().execute(statements.END_PROJECT, given)


def _await(
    session: Session, instance_id: str, before: frozenset[str], after: frozenset[str]
) -> None:
    if gone := before - after:
        these = {"of": instance_id, "names": sorted(gone)}
        session.connection().execute(statements.DELETE_AWAITED, these)
    if new := sorted(after - before):
        rows = [{"instance_id": instance_id, "name": name} for name in new]
        session.connection().execute(statements.INSERT_AWAITED, rows)
