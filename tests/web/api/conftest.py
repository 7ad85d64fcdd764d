"""A site with a published flow, and programs with tokens."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from flask_openapi3 import OpenAPI
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from models.session import unit_of_work
from processes import tokens
from tests.processes.engine.world import LINEAR5, found_world, make_actor, publish

Program = Callable[..., "Caller"]


class Caller:
    """A program that calls the interface with its token."""

    def __init__(self, browser: FlaskClient, token: str) -> None:
        self.browser, self.token = browser, token

    def __call__(self, method: str, path: str, body: object = None, **more: object) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}"}
        if isinstance(body, bytes):
            more = {"data": body, "content_type": "application/xml", **more}
        elif body is not None:
            more = {"json": body, **more}
        return self.browser.open(f"/api/v1{path}", method=method, headers=headers, **more)


@pytest.fixture
def world(database: Engine, business_day: object) -> None:
    found_world()


@pytest.fixture
def program(app: OpenAPI, world: None) -> Program:
    """Return a program acting for a new account with these roles."""

    def make(username: str, *roles: str, county: str = "dazhou") -> Caller:
        make_actor(username, *roles, county=county)
        with unit_of_work() as session:
            token = tokens.create(session, username, "test")
        return Caller(app.test_client(), token)

    return make


@pytest.fixture
def centre(program: Program) -> Caller:
    return program("dz.centre", "trading_centre")


@pytest.fixture
def analyst(program: Program) -> Caller:
    return program("analyst", "analyst", county="*")


@pytest.fixture
def linear5(world: None) -> str:
    return publish(LINEAR5.read_bytes())
