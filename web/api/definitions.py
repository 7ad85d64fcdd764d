"""``/api/v1/definitions``: upload a diagram, publish it, read it back."""

from typing import Any

from flask import Response
from flask_openapi3 import RawModel
from pydantic import BaseModel, Field

from models.flow.definition import BASE, Definition
from models.session import reading, unit_of_work
from processes import flows, publishing
from processes.xml import MAX_BYTES
from web.access import require_actor
from web.api.pieces import DIAGRAM, XML, Name, Strict, answer, api

blueprint = api("definitions", "流程定义", body_limit=MAX_BYTES)


class CountyQuery(Strict):
    """Whose flow it is; without a county the base's, which holds in every county."""

    county: Name = BASE


class DiagramBody(RawModel):
    """The diagram as BPMN 2.0 XML."""

    mimetypes = [XML, "text/xml"]  # noqa: RUF012 - the library reads a plain list


class VersionPath(BaseModel):
    """Which version of which flow."""

    key: Name
    version: int = Field(ge=1, le=2**31 - 1)


class FindingOut(BaseModel):
    """What the publish check says about an element."""

    element: str
    rule: str
    level: str
    message: str


class Drafted(BaseModel):
    """A stored draft."""

    key: str
    version: int
    findings: list[FindingOut]


class Version(BaseModel):
    """A version of a flow."""

    key: str
    version: int
    county: str
    title: str
    status: str


@blueprint.post("", summary="检查并保存流程图草稿", responses={201: Drafted})
def create(query: CountyQuery, raw: DiagramBody) -> Response:
    """Check a diagram and store it as a draft."""
    actor = require_actor()
    with unit_of_work() as session:
        draft, findings = publishing.create_draft(session, raw.get_data(), query.county, actor)
        listed = [vars(each) for each in findings]
        body = {"key": draft.key, "version": draft.version, "findings": listed}
    return answer(body, 201)


@blueprint.post("/<key>/versions/<version>/publish", summary="发布", responses={200: Version})
def publish(path: VersionPath, query: CountyQuery) -> Response:
    """Put a version in force."""
    actor = require_actor()
    with unit_of_work() as session:
        done = flows.publish(session, path.key, query.county, path.version, actor)
        return answer(_version(done))


@blueprint.get("/<key>/versions/<version>/diagram", summary="流程图", responses={200: DIAGRAM})
def diagram(path: VersionPath, query: CountyQuery) -> Response:
    """Return the diagram of a version as it was uploaded."""
    actor = require_actor()
    with reading() as session:
        body = publishing.diagram_for(session, path.key, query.county, path.version, actor)
    return Response(body, mimetype=XML)


def _version(definition: Definition) -> dict[str, Any]:
    return {
        "key": definition.key,
        "version": definition.version,
        "county": definition.county_code,
        "title": definition.title,
        "status": definition.status,
    }
