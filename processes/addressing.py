"""From a user task that became ready to the work item's row: whose it is, until when."""

import re
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models.clock import to_china
from models.flow.instance import Instance
from models.flow.work_item import NO_DEADLINE, WorkItemState
from models.ids import new_id
from processes import definitions, step_keys, watching
from processes.access import id_of
from processes.definitions import Pinned
from processes.properties import form_name, properties_of
from processes.runtime import FlowFailedError, OpenTask
from processes.sandbox.errors import SandboxError
from processes.sandbox.sandbox import Sandbox
from processes.script_engine import TextFailedError

DEADLINE = re.compile(r'([a-z_]+)\("([^"\\]*)"\)')
"""A platform function of one text, ``deadline("intake.review_within")``: the commonest deadline,
called without a round trip through the sandbox."""


def row_for(
    session: Session, task: OpenTask, instance: Instance, sandbox: Sandbox, now: datetime
) -> dict[str, Any]:
    """Return the columns of a new work item."""
    top = definitions.pinned(session, instance.definition_id)
    part = definitions.pinned(session, task.flow)
    role = role_of(part, task)
    due = _due(task, sandbox)
    return {
        "id": new_id(),
        "instance_id": instance.id,
        "task_id": task.task_id,
        "flow": top.key,
        "county_code": instance.county_code,
        "project_id": instance.project_id,
        "part": part.key,
        "step": task.element[:100],
        "title": task.title[:100],
        "form": form_name(task.extensions),
        "role": role,
        "party_id": _party(task, role, sandbox),
        # a diagram without lanes says of no step whose it is: whoever began the case does it all
        "account_id": id_of(task.data, "people", role) if role else instance.started_by,
        "state": WorkItemState.READY,
        "claimed_by": None,
        "opened_at": now,
        "due_at": due,
        "ordered_at": due or NO_DEADLINE,
        "done_at": None,
        "done_by": None,
        "outcome": "",
        "presence": properties_of(task.extensions).get("presence") == "true",
        "wants_key": step_keys.wanted(session, task, instance),
        **watching.columns(session, task, instance, due, now),
    }


def role_of(version: Pinned, task: OpenTask) -> str:
    """Return the role that a task's lane stands for in the version it belongs to."""
    return version.lanes.get(task.lane or "", "")


def _party(task: OpenTask, role: str, sandbox: Sandbox) -> str | None:
    """Return whose item it is: the party of the role, or the one that the step itself names.

    A step names one where parallel branches must not all write ``parties``.
    """
    text = properties_of(task.extensions).get("party", "").strip()
    if not text:
        return id_of(task.data, "parties", role)
    try:
        value = _value(text, task, sandbox)
    except SandboxError as error:
        raise TextFailedError(title=task.title, element=task.element, reason=error.text) from error
    return value if isinstance(value, str) and value else None


def _due(task: OpenTask, sandbox: Sandbox) -> datetime | None:
    text = properties_of(task.extensions).get("due", "").strip()
    if not text:
        return None
    try:
        value = _value(text, task, sandbox)
    except SandboxError as error:
        raise TextFailedError(title=task.title, element=task.element, reason=error.text) from error
    if value is None:
        return None
    try:
        return to_china(datetime.fromisoformat(str(value)))
    except ValueError:
        raise FlowFailedError(reason=f"环节“{task.title}”的办理期限“{value}”不是时间") from None


def _value(text: str, task: OpenTask, sandbox: Sandbox) -> Any:  # noqa: ANN401
    call = DEADLINE.fullmatch(text)
    if call is not None and call[1] in sandbox.functions:
        return sandbox.functions[call[1]](call[2])
    return sandbox.evaluate(text, task.data)
