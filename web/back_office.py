"""Mounts the back office, each screen behind the guard that it declares."""

from flask import Flask
from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader

from admin.site import TEMPLATES, mount
from web.access import DEFAULT_BODY_LIMIT, guard

BODY_LIMITS = {"keeper_authorities": 16 * 1024 * 1024}
"""A list of the revoked names every certificate an authority ever took back."""


def mount_back_office(app: Flask) -> None:
    """Register the keepers' screens and let their templates be found."""
    loaders: list[BaseLoader] = [FileSystemLoader(TEMPLATES)]
    if app.jinja_loader is not None:
        loaders.insert(0, app.jinja_loader)
    app.jinja_loader = ChoiceLoader(loaders)
    for blueprint, roles in mount(app):
        limit = BODY_LIMITS.get(blueprint.name, DEFAULT_BODY_LIMIT)
        guard(blueprint, roles=tuple(sorted(roles)), body_limit=limit)
