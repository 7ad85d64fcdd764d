"""``/api/v1/openapi.json``: the description of the interface, for programs."""

from typing import cast

from flask import Response, current_app
from flask_openapi3 import APIBlueprint, OpenAPI

from web.access import guard
from web.api.pieces import answer

blueprint = APIBlueprint("api_description", __name__, url_prefix="/api/v1", doc_ui=False)
guard(blueprint, public=True)


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """Return the OpenAPI 3.1 description."""
    return answer(cast("OpenAPI", current_app).api_doc)
