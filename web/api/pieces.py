"""What every part of the HTTP interface shares: blueprints, answers, the shape of errors."""

from typing import Annotated, Any

import orjson
from flask import Response, current_app
from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from models.flow.work_item import WorkItem
from models.settings import Settings
from processes.engine import ProcessEngine
from processes.inbox import ItemRow
from web.access import DEFAULT_BODY_LIMIT, guard

Name = Annotated[str, Field(min_length=1, max_length=64)]
"""An id, key or code in a request."""


class Failure(BaseModel):
    """Every error: a code for programs, a message for people, facts."""

    code: str
    message: str = Field(description="中文说明，写明怎么办")
    details: dict[str, Any]


FAILURES: dict[str | int, Any] = dict.fromkeys(
    ("400", "401", "403", "404", "409", "413", "415", "422", "503"), Failure
)


XML = "application/xml"
DIAGRAM: dict[str, Any] = {
    "description": "BPMN 2.0",
    "content": {XML: {"schema": {"type": "string"}}},
}


class Strict(BaseModel):
    """A request whose unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class WorkItemOut(BaseModel):
    """A work item in a list."""

    id: str
    instance: str
    flow: str
    county: str
    project: str | None
    step: str
    title: str
    role: str
    state: str
    due_at: str | None


def api(name: str, title: str, *, body_limit: int = DEFAULT_BODY_LIMIT) -> APIBlueprint:
    """Return a blueprint below ``/api/v1`` for whoever is signed in or has a token."""
    blueprint = APIBlueprint(
        f"api_{name.replace('-', '_')}",
        __name__,
        url_prefix=f"/api/v1/{name}",
        abp_tags=[Tag(name=name, description=title)],
        abp_security=[{"token": []}],
        abp_responses=FAILURES,
    )
    guard(blueprint, signed_in=True, body_limit=body_limit)
    return blueprint


def answer(body: Any, status: int = 200) -> Response:  # noqa: ANN401 - any JSON value
    """Return a JSON answer; moments are written with their offset."""
    text = orjson.dumps(body, option=orjson.OPT_OMIT_MICROSECONDS)
    return Response(text, status, mimetype="application/json")


def engine(session: Session) -> ProcessEngine:
    """Return the engine in this unit of work."""
    settings: Settings = current_app.extensions["settings"]
    return ProcessEngine(session, settings=settings)


def item_out(item: WorkItem | ItemRow) -> dict[str, Any]:
    """Return a work item in the interface's fixed shape."""
    return {
        "id": item.id,
        "instance": item.instance_id,
        "flow": item.flow,
        "county": item.county_code,
        "project": item.project_id,
        "step": item.step,
        "title": item.title,
        "role": item.role,
        "state": item.state,
        "due_at": item.due_at,
    }
