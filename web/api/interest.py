"""Joining and leaving a selection. These requests leave no trace that names anybody."""

from typing import Any

from flask import Response, current_app, jsonify
from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, ConfigDict, Field

from models.selection import interests
from models.session import reading, unit_of_work
from processes import sealing
from web.access import guard, require_actor

KIB = 1024
blueprint = APIBlueprint(
    "interest", __name__, url_prefix="/api/v1/projects", abp_tags=[Tag(name="interest")]
)
guard(blueprint, signed_in=True, body_limit=32 * KIB)


class ProjectPath(BaseModel):
    """A project's id."""

    id: str = Field(max_length=40)


class SealingKind(BaseModel):
    """What is to be sealed."""

    kind: str = Field(pattern="^(draw_secret|interest|floor|bid)$")


class Joining(BaseModel):
    """What joining sends; without ``envelope`` the platform seals and returns the blind once."""

    model_config = ConfigDict(extra="forbid")

    accept: bool
    contact: str = Field("", max_length=40)
    remark: str = Field("", max_length=120)
    org_commit: str | None = Field(None, max_length=64)
    envelope: dict[str, Any] | None = None


@blueprint.get("/<string:id>/sealing")
def show_sealing(path: ProjectPath, query: SealingKind) -> Response:
    """Return the context, the guardians' keys and the close, to seal a value in the browser."""
    settings = current_app.extensions["settings"]
    with reading() as session:
        told = sealing.context_for(session, settings, path.id, query.kind, require_actor())
    return jsonify(told)


@blueprint.post("/<string:id>/interest")
def join(path: ProjectPath, body: Joining) -> tuple[Response, int]:
    """Join: one ticket for the caller's enterprise, with its receipt."""
    settings = current_app.extensions["settings"]
    submission = interests.Submission(**body.model_dump())
    with unit_of_work() as session:
        receipt = interests.join(session, settings, path.id, require_actor(), submission)
    return jsonify(receipt), 201


@blueprint.delete("/<string:id>/interest")
def leave(path: ProjectPath) -> tuple[str, int]:
    """Leave, until the list freezes."""
    with unit_of_work() as session:
        interests.leave(session, current_app.extensions["settings"], path.id, require_actor())
    return "", 204
