"""Every blueprint of the site, by name: what is not listed here does not exist."""

from flask import Flask
from flask_limiter import Limiter
from flask_openapi3 import APIBlueprint, OpenAPI

from web import (
    assets,
    auth,
    case,
    ceremony,
    desk,
    documents,
    find_projects,
    health,
    inbox,
    letters,
    new_project,
    notices,
    portal,
    projects,
    results,
    work_item,
)
from web.api import BLUEPRINTS, interest, public
from web.api import documents as api_documents
from web.api import projects as api_projects
from web.auth import account

SIGN_IN_LIMIT = "60 per minute; 600 per hour"


def register_all(app: OpenAPI) -> None:
    """Register the blueprints; one line each."""
    _limit_sign_in(app)
    for blueprint in (
        assets.blueprint,
        health.blueprint,
        health.keepers,
        auth.blueprint,
        account.blueprint,
        desk.blueprint,
        documents.blueprint,
        inbox.blueprint,
        work_item.blueprint,
        case.blueprint,
        projects.blueprint,
        new_project.blueprint,
        portal.blueprint,
        notices.blueprint,
        results.blueprint,
        find_projects.blueprint,
        letters.blueprint,
        ceremony.blueprint,
    ):
        app.register_blueprint(blueprint)
    for api in API:
        app.register_api(api)


API: tuple[APIBlueprint, ...] = (
    *BLUEPRINTS,
    api_documents.blueprint,
    api_projects.blueprint,
    interest.blueprint,
    public.blueprint,
)


def _limit_sign_in(app: Flask) -> None:
    limits: Limiter = app.extensions["limits"]
    limits.limit(SIGN_IN_LIMIT, methods=["POST"])(auth.blueprint)
    limits.limit(SIGN_IN_LIMIT, methods=["POST"])(account.blueprint)
