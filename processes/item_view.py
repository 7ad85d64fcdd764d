"""One work item as its page and the API show it: form, data, draft, instructions."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from models.flow.instance import Instance, InstanceStatus
from models.flow.work_item import OPEN_STATES, Draft, WorkItem
from models.identity.account import Account
from models.identity.actor import Actor
from models.project import Project
from processes import access, definitions
from processes.case_errors import NotYoursError, WorkItemNotFoundError
from processes.choices import choices_for
from processes.definitions import Pinned
from processes.forms import with_marks
from processes.properties import form_path, properties_of
from processes.reading import runtime_of
from processes.runtime import Runtime
from processes.spiff.describe import ElementInfo
from processes.spiff.errors import TaskNotOpenError

NAME = re.compile(r"[^\W\d]\w*")
PLACE = re.compile(r"\{([^\W\d]\w*)\}")


@dataclass(frozen=True, kw_only=True)
class ItemView:
    """Everything the page of a work item shows."""

    item: WorkItem
    instance: Instance
    project: Project | None
    definition: Pinned
    schema: dict[str, Any] | None
    data: dict[str, Any]
    draft: dict[str, Any] | None
    instructions: str
    page: str
    may_act: bool
    holder_name: str | None
    properties: Mapping[str, str] = field(default_factory=dict)


def item_view(session: Session, item_id: str, actor: Actor) -> ItemView:
    """Return a work item for somebody it is or was for, or who may see its case."""
    found = session.execute(_query(item_id, actor)).one_or_none()
    if found is None:
        raise WorkItemNotFoundError
    item, instance, project, draft, holder = found
    runtime = runtime_of(session, instance)
    data = _data_of(runtime, item)
    _check_may_see(actor, item, instance, data)
    element, version = _place(session, runtime, item)
    schema = definitions.get_json(session, version, form_path(item.form)) if item.form else None
    extensions = element.extensions if element else {}
    words = str(extensions.get("instructionsForEndUser") or "")
    properties = properties_of(extensions)
    return ItemView(
        item=item,
        instance=instance,
        project=project,
        definition=definitions.pinned(session, instance.definition_id),
        schema=with_marks(schema, data) if schema else None,
        data=shown({**data, **_offered(session, instance, schema, data)}, schema),
        draft=draft.form if draft else None,
        instructions=PLACE.sub(lambda name: spoken(data.get(name[1])), words),
        page=properties.get("page", ""),
        may_act=_may_act(actor, item, instance),
        holder_name=holder,
        properties=properties,
    )


def _offered(
    session: Session, instance: Instance, schema: dict[str, Any] | None, data: dict[str, Any]
) -> dict[str, Any]:
    parties = data.get("parties")
    if schema is None or not isinstance(parties, dict):
        return {}
    return dict(choices_for(session, schema, instance.county_code, parties))


def shown(data: Mapping[str, Any], schema: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the case data that a form names, in a field or an expression; all without a form."""
    if schema is None:
        return dict(data)
    named = set(NAME.findall(orjson.dumps(schema).decode()))
    return {name: value for name, value in data.items() if name in named}


def spoken(value: Any) -> str:  # noqa: ANN401
    """Return a value of the case data as a word in a sentence."""
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None or isinstance(value, dict | list) else str(value)


def _query(item_id: str, actor: Actor) -> Any:  # noqa: ANN401 - a Select keeps its own type
    mine = (Draft.work_item_id == WorkItem.id) & (Draft.account_id == actor.account_id)
    return (
        select(WorkItem, Instance, Project, Draft, Account.name)
        .join(Instance, Instance.id == WorkItem.instance_id)
        .outerjoin(Project, Project.id == WorkItem.project_id)
        .outerjoin(Draft, mine)
        .outerjoin(Account, Account.id == WorkItem.claimed_by)
        .where(WorkItem.id == item_id)
        .options(undefer(Instance.state))
    )


def _data_of(runtime: Runtime, item: WorkItem) -> dict[str, Any]:
    try:
        return runtime.data_of(item.task_id)
    except TaskNotOpenError:
        return {}


def _check_may_see(actor: Actor, item: WorkItem, instance: Instance, data: dict[str, Any]) -> None:
    if actor.account_id == item.done_by or access.is_for(actor, item):
        return
    county, starter = instance.county_code, instance.started_by
    if not access.may_see(actor, county, starter, data, ()):
        raise NotYoursError


def _place(session: Session, runtime: Runtime, item: WorkItem) -> tuple[ElementInfo | None, Pinned]:
    """Return the item's element and the version in which it stands, called flows included."""
    task = next((each for each in runtime.open_tasks() if each.task_id == item.task_id), None)
    flow = task.flow if task else runtime.prepared.key
    element = runtime.prepared.element(item.step, flow)
    if element is None:
        same = (each for each in runtime.prepared.elements if each.id == item.step)
        element = next(same, None)
    version = definitions.pinned(session, element.flow if element else flow)
    return element, version


def _may_act(actor: Actor, item: WorkItem, instance: Instance) -> bool:
    is_open = item.state in OPEN_STATES and instance.status == InstanceStatus.RUNNING
    unheld = item.claimed_by in {None, actor.account_id}
    return is_open and unheld and access.is_for(actor, item)
