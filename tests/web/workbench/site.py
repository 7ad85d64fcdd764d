"""The demonstration's site with browsers of analysts, who send JSON as the editors do."""

import json
import re
from collections.abc import Iterable

import pytest
from flask.testing import FlaskClient
from flask_openapi3 import OpenAPI
from sqlalchemy import select

from models.clock import business_now
from models.identity.account import Account, Grant
from models.ids import new_id
from models.session import unit_of_work
from models.settings import Settings
from tests.city import City
from tests.web.conftest import _HASH, PASSWORD, send
from web.app import create_app

TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')
FORM = "forms/open_draw.json"


def add_person(username: str, grants: Iterable[tuple[str, str]]) -> None:
    """Make an account that plays roles in counties, in ``base`` or everywhere (``*``)."""
    with unit_of_work() as session:
        if session.scalar(select(Account.id).where(Account.username == username)):
            return
        columns = {"name": username, "password": _HASH, "created_at": business_now()}
        account = Account(id=new_id(), username=username, fs_uniquifier=new_id(), **columns)
        session.add(account)
        session.flush()
        session.add_all(
            Grant(account_id=account.id, role=role, county_code=where) for role, where in grants
        )


@pytest.fixture
def site(city: City) -> OpenAPI:
    for name in ("甲", "乙"):
        add_person(f"dz.analyst.{name}", [("analyst", "dazhou"), ("analyst", "city")])
    add_person("dz.publisher", [("publisher", "dazhou")])
    add_person("hr.analyst", [("analyst", "huairou")])
    return create_app(Settings(data_dir=str(city.folder), secret_key="s" * 64))


def browser_of(site: OpenAPI, username: str) -> FlaskClient:
    browser = site.test_client()
    answer = send(browser, "/sign-in", username=username, password=PASSWORD)
    assert answer.status_code == 303, answer.text
    return browser


def ask(browser: FlaskClient, method: str, path: str, **fields: object):
    """Send JSON with the page's anti-forgery token."""
    found = TOKEN.search(browser.get("/messages").text)
    assert found
    headers = {"X-CSRFToken": found[1], "Accept": "application/json"}
    kind = "application/json"
    sent = json.dumps(fields)
    return browser.open(path, method=method, data=sent, content_type=kind, headers=headers)
