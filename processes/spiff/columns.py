"""The tasks of one workflow as columns, and back.

Columns stand in tree order, so parents come before children by construction: the library loses
data silently when a child is loaded first. A task stores only how its data differs from its
parent's.
"""

# ruff: noqa: SLF001  (tasks are built from the library's own fields; its constructor draws ids)

from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Any, TypedDict
from uuid import UUID, SafeUUID

from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from processes.spiff.errors import WrongSpecError
from processes.spiff.untyped import Workflow

Data = dict[str, Any]
Kept = dict[UUID, tuple[Data | None, Any]]
"""How the data of tasks differed that were finished, like their parents, when they were read: it
cannot have changed since."""
Convert = Callable[[Any], Any]
FINISHED, WAITING = TaskState.FINISHED_MASK, TaskState.WAITING
ID_BYTES = 16
_MISSING = object()
_new, _set = object.__new__, object.__setattr__
UNKNOWN = SafeUUID.unknown


class Columns(TypedDict, total=False):
    """One workflow's tasks; sparse maps go by row number as text."""

    id: str  # 16 bytes each, base64
    p: list[int]  # row of the parent, -1 for the root
    s: list[int]  # state
    n: list[str]  # name in the spec
    c: list[float]  # moment of the last change
    g: list[int]  # rows of triggered tasks
    i: dict[str, Any]  # internal data
    u: dict[str, Data]  # keys new or changed against the parent
    x: dict[str, Any]  # keys gone against the parent; 0: all
    last: int | None
    ok: bool
    done: bool
    data: Data
    corr: Data
    of: str  # a sub-process: id of its parent task
    spec: str  # a sub-process: name of its spec


def changes(before: Data, after: Data) -> Data:
    """Return the keys of ``after`` that are new or differ; ``True`` differs from ``1``."""
    return {
        key: value
        for key, value in after.items()
        if (old := before.get(key, _MISSING)) is not value
        and (old is _MISSING or type(old) is not type(value) or old != value)
    }


class Writer:
    """Collects the columns of one workflow."""

    def __init__(self, workflow: Workflow, convert: Convert) -> None:
        self.workflow, self.convert = workflow, convert
        self.kept: Kept = getattr(workflow, "kept_data", {})
        self.rows: dict[UUID, int] = {}
        self.ids: list[bytes] = []
        self.parents: list[int] = []
        self.states: list[int] = []
        self.names: list[str] = []
        self.moments: list[float] = []
        self.triggered: list[int] = []
        self.internal: dict[str, Any] = {}
        self.updates: dict[str, Data] = {}
        self.gone: dict[str, Any] = {}

    def write(self) -> Columns:
        """Walk the tree once and return its columns."""
        tasks, stack = self.workflow.tasks, [self.workflow.task_tree]
        while stack:
            task = stack.pop()
            self._row(task, tasks.get(task._parent))
            if task._children:
                stack.extend([tasks[child] for child in reversed(task._children)])
        return self._document()

    def _row(self, task: Task, parent: Task | None) -> None:
        row = self.rows[task.id] = len(self.ids)
        self.ids.append(task.id.bytes)
        self.states.append(task._state)
        self.names.append(task.task_spec.name)
        self.moments.append(task.last_state_change)
        self.parents.append(-1 if parent is None else self.rows[parent.id])
        self._data(str(row), task, parent)
        if task.internal_data:
            self.internal[str(row)] = self.convert(task.internal_data)
        if task.triggered:
            self.triggered.append(row)

    def _data(self, row: str, task: Task, parent: Task | None) -> None:
        kept = self.kept.get(task.id)
        if kept is None:
            self._difference(row, {} if parent is None else parent.data, task.data)
            return
        updates, gone = kept
        if updates:
            self.updates[row] = updates
        if gone is not None:
            self.gone[row] = gone

    def _difference(self, row: str, before: Data, after: Data) -> None:
        if after is before:
            return
        if not after:  # every predicted task
            if before:
                self.gone[row] = 0
            return
        updates = changes(before, after)
        if updates:
            self.updates[row] = updates
        if len(after) - len(updates) < len(before):
            gone = [key for key in before if key not in after]
            if gone:
                self.gone[row] = gone

    def _document(self) -> Columns:
        workflow = self.workflow
        last = workflow.last_task
        columns: Columns = {
            "id": b64encode(b"".join(self.ids)).decode(),
            "p": self.parents,
            "s": self.states,
            "n": self.names,
            "c": self.moments,
            "last": None if last is None else self.rows.get(last.id),
            "ok": workflow.success,
            "done": workflow.completed,
        }
        sparse = {"g": self.triggered, "i": self.internal, "u": self.updates, "x": self.gone}
        sparse |= {"data": workflow.data, "corr": workflow.correlations}
        columns |= {key: value for key, value in sparse.items() if value}  # type: ignore[typeddict-item]
        return columns


class Reader:
    """Fills one workflow, made empty, from its columns."""

    def __init__(self, workflow: Workflow, columns: Columns, restore: Convert | None) -> None:
        self.workflow, self.columns, self.restore = workflow, columns, restore
        self.made: list[Task] = []
        self.kept: Kept = {}

    def read(self, restore_internal: Convert) -> None:
        """Build every task, then the fields of the workflow itself."""
        columns, workflow = self.columns, self.workflow
        internal = columns.get("i", {})
        for row in self._rows(workflow.spec.task_specs):
            task = self.made[row]
            key = str(row)
            stored = internal.get(key) if internal else None
            task.internal_data = {} if stored is None else restore_internal(stored)
        for row in columns.get("g", ()):
            self.made[row].triggered = True
        self._fields()

    def _rows(self, specs: dict[str, Any]) -> range:
        columns, workflow = self.columns, self.workflow
        tasks, manager = workflow.tasks, workflow.top_workflow.event_manager
        thread = Task.thread_id_pool
        ids = read_ids(columns["id"])
        rows = zip(ids, columns["p"], columns["s"], columns["n"], columns["c"], strict=True)
        for row, (uid, parent, state, name, moment) in enumerate(rows):
            task = _new(Task)
            spec = specs.get(name)
            if spec is None:
                raise WrongSpecError(element=name)
            task.id, task.workflow, task.task_spec = uid, workflow, spec
            task._state, task._children, task.triggered = state, [], False
            task.thread_id, task.last_state_change = thread, moment
            task.data = self._attach(task, row, parent)
            tasks[uid] = task
            self.made.append(task)
            if state == WAITING and isinstance(spec, CatchingEvent):
                manager.add_task(task)
        return range(len(self.made))

    def _attach(self, task: Task, row: int, parent_row: int) -> Data:
        key, columns = str(row), self.columns
        updates = columns["u"].get(key) if "u" in columns else None
        if updates is not None and self.restore is not None:
            updates = self.restore(updates)
        if parent_row < 0:
            task._parent = None
            return updates or {}
        parent = self.made[parent_row]
        task._parent = parent.id
        parent._children.append(task.id)
        gone = columns["x"].get(key) if "x" in columns else None
        if gone == 0:
            return {}
        base = parent.data
        if gone:
            base = {name: value for name, value in base.items() if name not in gone}
        data = {**base, **updates} if updates else base
        if task._state & parent._state & FINISHED:
            self.kept[task.id] = (updates, gone)
        # Finished tasks are only read: they share values with their parent. A live task gets its
        # own copy, one level deep like the library's: scripts cannot change a value in place.
        return data if task._state & FINISHED else own_copy(data)

    def _fields(self) -> None:
        columns, workflow = self.columns, self.workflow
        last = columns["last"]
        workflow.task_tree = self.made[0]
        workflow.last_task = None if last is None else self.made[last]
        workflow.success, workflow.completed = columns["ok"], columns["done"]
        data = columns.get("data", {})
        workflow.data = self.restore(data) if self.restore else data
        workflow.correlations = columns.get("corr", {})
        workflow.kept_data = self.kept


def own_copy(data: Data) -> Data:
    """Copy a task's data one level deep."""
    return {
        key: (value.copy() if type(value) in (dict, list) else value) for key, value in data.items()
    }


def read_ids(text: str) -> list[UUID]:
    """Return the ids of the id column."""
    raw = b64decode(text)
    return [uuid_of(raw[at : at + ID_BYTES]) for at in range(0, len(raw), ID_BYTES)]


def uuid_of(raw: bytes) -> UUID:
    """Build a UUID without the checks of its constructor: a state holds dozens."""
    uid = _new(UUID)
    _set(uid, "int", int.from_bytes(raw))
    _set(uid, "is_safe", UNKNOWN)
    return uid
