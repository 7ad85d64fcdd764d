"""A site on a fresh database, people with roles, and browsers signed in as them."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from flask_openapi3 import OpenAPI
from sqlalchemy import Engine, event

from models.clock import system_now
from models.identity.account import Account, ApiToken, Grant
from models.identity.county import County
from models.identity.loading import hash_token
from models.identity.passwords import hash_password
from models.ids import new_id
from models.session import unit_of_work
from models.settings import Settings
from web.app import create_app

PASSWORD = "smallworks-demo"
_HASH = hash_password(PASSWORD)
TOKEN_FIELD = re.compile(r'name="csrf_token" value="([^"]+)"')

People = Callable[..., Account]
SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=str(tmp_path / "data"), secret_key="s" * 64)


@pytest.fixture
def app(database: Engine, settings: Settings) -> OpenAPI:
    application = create_app(settings)
    application.testing = False
    return application


@pytest.fixture
def client(app: OpenAPI) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def people(database: Engine) -> People:
    """Make an account with roles in the county dazhou: ``people("dz.owner", "owner")``."""
    with unit_of_work() as session:
        if session.get(County, "dazhou") is None:
            session.add(County(code="dazhou", name="达州市"))

    def make(username: str, *roles: str, county: str = "dazhou", **columns: object) -> Account:
        with unit_of_work() as session:
            values = {"password": _HASH, "name": username, "created_at": system_now(), **columns}
            account = Account(id=new_id(), username=username, fs_uniquifier=new_id(), **values)
            session.add(account)
            session.flush()
            session.add_all(
                Grant(account_id=account.id, role=role, county_code=county) for role in roles
            )
        return account

    return make


@pytest.fixture
def sign_in(app: OpenAPI) -> SignIn:
    """Return a browser signed in as an account that exists."""

    def enter(username: str) -> FlaskClient:
        browser = app.test_client()
        answer = send(browser, "/sign-in", username=username, password=PASSWORD)
        assert answer.status_code == 303, answer.text
        return browser

    return enter


@pytest.fixture
def token(database: Engine) -> Callable[..., dict[str, str]]:
    """Return the headers of a program that acts for an account."""

    def make(account: Account, **columns: object) -> dict[str, str]:
        text = new_id()
        values = {
            "name": "测试",
            "created_at": system_now(),
            "expires_at": system_now() + timedelta(days=90),
            **columns,
        }
        with unit_of_work() as session:
            session.add(ApiToken(account_id=account.id, token_hash=hash_token(text), **values))
        return {"Authorization": f"Bearer {text}"}

    return make


def send(browser: FlaskClient, path: str, *, page: str = "", **fields: str):
    """Send a form as a browser does: open the page, take its anti-forgery token, post."""
    opened = browser.get(page or path)
    found = TOKEN_FIELD.search(opened.text)
    assert found, f"{page or path} has no form: {opened.status_code}"
    return browser.post(path, data={"csrf_token": found[1], **fields})


@pytest.fixture
def statements(database: Engine) -> Iterator[list[str]]:
    """Every statement sent to the database, as it is sent."""
    sent: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        sent.append(statement)

    event.listen(database, "before_cursor_execute", note)
    yield sent
    event.remove(database, "before_cursor_execute", note)
