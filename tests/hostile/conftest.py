"""An analyst at every door of the workbench, and a clock and a scale beside each."""

import resource
import time
from dataclasses import dataclass, field

import pytest
from flask.testing import FlaskClient
from flask_openapi3 import OpenAPI
from werkzeug.test import TestResponse

from models.identity.actor import PLATFORM
from models.session import unit_of_work
from processes import proposals
from tests.city import city, county
from tests.web.workbench.site import TOKEN, browser_of, site

__all__ = ["city", "county", "site"]


@dataclass
class Measured:
    """What one request cost: processor time here, and how far memory rose."""

    seconds: float
    grown_mib: float
    answer: TestResponse


@dataclass
class Door:
    """A browser of an analyst with an open proposal."""

    browser: FlaskClient
    proposal: str
    token: str
    costs: list[Measured] = field(default_factory=list)

    def send(self, method: str, path: str, **given: object) -> Measured:
        """Make a request as the editors do, and measure it."""
        headers = {"X-CSRFToken": self.token, "Accept": "application/json"}
        before, began = _peak(), time.process_time()
        answer = self.browser.open(path, method=method, headers=headers, **given)
        measured = Measured(time.process_time() - began, _peak() - before, answer)
        self.costs.append(measured)
        return measured

    def save(self, path: str, text: str) -> Measured:
        """Save a file of the proposal, whatever version it has."""
        address = f"/proposals/{self.proposal}/files/{path}"
        version = (self.browser.get(address).json or {}).get("version", 0)
        return self.send("PUT", address, json={"text": text, "version": version})


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@pytest.fixture
def door(site: OpenAPI) -> Door:
    browser = browser_of(site, "dz.analyst.甲")
    found = TOKEN.search(browser.get("/messages").text)
    assert found
    with unit_of_work() as session:
        made = proposals.create(session, "dazhou", "试", PLATFORM).id
    return Door(browser, made, found[1])
