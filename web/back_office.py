"""Mounts the back office, each screen behind the guard that it declares."""

from flask import Flask
from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader

from admin.site import TEMPLATES, mount
from web.access import guard


def mount_back_office(app: Flask) -> None:
    """Register the keepers' screens and let their templates be found."""
    loaders: list[BaseLoader] = [FileSystemLoader(TEMPLATES)]
    if app.jinja_loader is not None:
        loaders.insert(0, app.jinja_loader)
    app.jinja_loader = ChoiceLoader(loaders)
    for blueprint, roles in mount(app):
        guard(blueprint, roles=tuple(sorted(roles)))
