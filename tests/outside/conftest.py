"""The platform on a port of its own; what is outside knows its address and its tokens alone."""

import threading
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from sqlalchemy import select
from werkzeug.serving import WSGIRequestHandler, make_server

from models.clock import CHINA, fixed, install_business_clock, system_now
from models.identity.account import Account
from models.identity.party import Party
from models.session import reading, unit_of_work
from models.settings import Settings
from processes import tokens
from processes.sweeper import sweep_until_quiet
from tests.city import City, city, county  # noqa: F401 - pytest finds the fixtures here
from tests.outside.program import Program
from web.app import create_app


class _Quiet(WSGIRequestHandler):
    def log(self, *_: object) -> None:
        """Keep the test's output to the test."""


@pytest.fixture
def address(city: City) -> Iterator[str]:  # noqa: F811
    """The address of a platform that is being served."""
    city.settings = Settings(data_dir=str(city.folder), training="1")
    app = create_app(city.settings)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    install_business_clock(system_now)


@pytest.fixture
def program(address: str) -> Callable[[str], Program]:
    """Return a program that acts for an account."""
    made: dict[str, Program] = {}

    def make(username: str) -> Program:
        if username not in made:
            with unit_of_work() as session:
                made[username] = Program(address, tokens.create(session, username, "outside"))
        return made[username]

    return make


@pytest.fixture
def code(address: str) -> Callable[[str], str]:
    """Return the credit code of an account's company, which its people know."""

    def own(username: str) -> str:
        with reading() as session:
            known = select(Party.credit_code).join(Account, Account.party_id == Party.id)
            return session.scalars(known.where(Account.username == username)).one()

    return own


@pytest.fixture
def clock(city: City, address: str) -> Callable[[str], None]:  # noqa: F811
    """Set the business clock and let the worker do what has come due."""

    def set_to(moment: str) -> None:
        at = datetime.fromisoformat(moment).replace(tzinfo=CHINA)
        install_business_clock(fixed(at))
        sweep_until_quiet(city.settings)

    set_to("2026-11-09T09:00")
    return set_to
