"""The fixed HTTP interface for programs, described at ``/api/v1/openapi.json``."""

from flask_openapi3 import OpenAPI

from web.api import definitions, description, instances, operators, work_items

BLUEPRINTS = (
    definitions.blueprint,
    instances.blueprint,
    work_items.blueprint,
    operators.blueprint,
    description.blueprint,
)


def register(app: OpenAPI) -> None:
    """Register the engine's part of the interface."""
    for blueprint in BLUEPRINTS:
        app.register_api(blueprint)
