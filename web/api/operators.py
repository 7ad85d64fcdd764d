"""``/api/v1/operators``: the catalogue of service tasks, in the modeller's own shape."""

from typing import Any

from flask import Response
from pydantic import BaseModel

import handlers  # noqa: F401 - importing it fills the catalogue
from handlers.registry import registry
from web.api.pieces import answer, api

blueprint = api("operators", "服务目录")


class ParameterOut(BaseModel):
    """One parameter of an operator."""

    id: str
    type: str
    label: str
    required: bool
    of: str


class OperatorOut(BaseModel):
    """One operator."""

    id: str
    title: str
    description: str
    parameters: list[ParameterOut]
    results: list[str]


class Catalogue(BaseModel):
    """Every operator."""

    items: list[OperatorOut]
    next: str | None


@blueprint.get("", summary="服务目录", responses={200: Catalogue})
def listed() -> Response:
    """Return every operator with its parameters."""
    items: list[dict[str, Any]] = [
        {
            "id": each.id,
            "title": each.title,
            "description": each.description,
            "parameters": each.parameters(),
            "results": each.results(),
        }
        for each in registry
    ]
    return answer({"items": items, "next": None})
