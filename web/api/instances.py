"""``/api/v1/instances``: start a case, look at one."""

from typing import Any

from flask import Response, current_app
from pydantic import BaseModel, Field

from models.session import reading, unit_of_work
from processes import definitions
from processes.history import CaseView, HistoryLine, case_view
from processes.taking_back import take_back as take_request_back
from web.access import require_actor
from web.api.pieces import DIAGRAM, XML, Name, Strict, WorkItemOut, answer, api, engine, item_out

blueprint = api("instances", "案卷")


class StartBody(Strict):
    """Which flow begins where, with what."""

    flow: Name
    county: Name
    data: dict[str, Any] = Field(default_factory=dict)


class Started(BaseModel):
    """The new case."""

    id: str


class InstancePath(BaseModel):
    """Which case."""

    instance_id: Name


class HistoryOut(BaseModel):
    """One thing that happened."""

    at: str
    who: str
    role: str
    step: str
    title: str
    outcome: str


class InstanceOut(BaseModel):
    """A case."""

    id: str
    flow: str
    version: int
    county: str
    status: str
    work_items: list[WorkItemOut]
    history: list[HistoryOut]


@blueprint.post("", summary="发起", responses={201: Started})
def start(body: StartBody) -> Response:
    """Begin a case of the flow in force in a county."""
    actor = require_actor()
    with unit_of_work() as session:
        begun = engine(session).start(body.flow, body.county, body.data, actor=actor)
    return answer({"id": begun.id}, 201)


@blueprint.post("/<instance_id>/take-back", summary="撤回申请", responses={200: Started})
def take_back(path: InstancePath) -> Response:
    """Withdraw the request of a case before it is decided."""
    settings = current_app.extensions["settings"]
    with unit_of_work() as session:
        case = take_request_back(session, settings, path.instance_id, actor=require_actor())
    return answer({"id": case.id})


@blueprint.get("/<instance_id>", summary="案卷", responses={200: InstanceOut})
def show(path: InstancePath) -> Response:
    """Return a case with its open work items and its history."""
    with reading() as session:
        return answer(_instance(case_view(session, path.instance_id, require_actor())))


@blueprint.get("/<instance_id>/diagram", summary="案卷的流程图", responses={200: DIAGRAM})
def diagram(path: InstancePath) -> Response:
    """Return the diagram of the version on which a case runs."""
    with reading() as session:
        view = case_view(session, path.instance_id, require_actor())
        body = definitions.diagram(session, view.definition.id)
    return Response(body, mimetype=XML)


def _instance(view: CaseView) -> dict[str, Any]:
    return {
        "id": view.instance.id,
        "flow": view.definition.key,
        "version": view.definition.version,
        "county": view.instance.county_code,
        "status": view.instance.status,
        "work_items": [item_out(item) for item in view.items],
        "history": [_line(line) for line in view.history],
    }


def _line(line: HistoryLine) -> dict[str, Any]:
    return {name: getattr(line, name) for name in HistoryOut.model_fields}
