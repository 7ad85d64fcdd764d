"""How it works, as somebody meets it: the diagram drawn, the words beside it, on a telephone too."""

import pytest
from playwright.sync_api import expect

from tests.browser.living import serving

pytestmark = pytest.mark.browser

WIDTHS = [1366, 1024, 360]
PAGES = ("/how-it-works?in=dazhou", "/how-it-works/random_selection?in=dazhou")


@pytest.fixture(scope="module")
def shown(tmp_path_factory, browser, built):
    with (
        pytest.MonkeyPatch.context() as patch,
        serving(tmp_path_factory.mktemp("shown"), browser) as city,
    ):
        patch.setattr("web.assets.DIST", built)
        yield city
        assert city.faults == []


def test_from_the_home_page_to_a_drawn_flow(shown):
    page = shown.visitor()
    page.goto("/?in=dazhou")
    page.get_by_role("link", name="办事流程").first.click()
    page.get_by_role("link", name="小额工程随机选取", exact=True).click()
    expect(page.locator("[data-diagram]")).to_have_attribute("data-ready", "true")
    expect(page.locator("[data-diagram] [data-element-id=name_people]")).to_be_attached()
    row = page.get_by_role("row").filter(has_text="指定选取和监督人员").first
    expect(row).to_contain_text("2个工作日")


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(shown, width):
    page = shown.visitor(width)
    shown.look_over(page, *PAGES)
