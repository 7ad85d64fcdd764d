"""A city with an analyst, a proposal for each test, and the largest flow opened in the modeller."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.living import City, serving
from tests.browser.modelling import FLOW, Desk, a_proposal


@pytest.fixture(scope="module")
def city(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with serving(tmp_path_factory.mktemp("modeller"), browser) as city:
        yield city


@pytest.fixture(scope="module")
def analyst(city: City) -> Page:
    return city.sign_in("analyst")


@pytest.fixture
def proposal(city: City) -> str:
    return a_proposal()


@pytest.fixture(autouse=True)
def _no_faults(city: City) -> Iterator[None]:
    city.faults.clear()
    yield
    assert city.faults == []


@pytest.fixture
def desk(analyst: Page, proposal: str) -> Iterator[Desk]:
    desk = Desk(analyst, proposal).open(FLOW)
    yield desk
    analyst.goto("/desk")
