"""Two languages as people use them: switched by a click, remembered, whole at every width."""

import pytest
from playwright.sync_api import expect

from tests.browser.living import serving

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

WIDTHS = [1366, 360]
OPEN = ("/", "/notices", "/results", "/roster", "/conduct", "/how-it-works", "/check")
OWN = ("/desk", "/inbox", "/projects", "/projects/new", "/account/")


@pytest.fixture(scope="module")
def site(tmp_path_factory, browser, built):
    with (
        pytest.MonkeyPatch.context() as patch,
        serving(tmp_path_factory.mktemp("language"), browser) as city,
    ):
        patch.setattr("web.assets.DIST", built)
        yield city
        assert city.faults == []


def speaks(page, language):
    expect(page.locator("html")).to_have_attribute("lang", language)


def test_a_visitor_switches_on_the_page_and_the_browser_remembers(site):
    page = site.visitor()
    page.goto("/notices?in=dazhou")
    speaks(page, "zh-CN")
    page.get_by_role("link", name="English").click()
    speaks(page, "en")
    assert page.url.endswith("/notices?in=dazhou")
    page.get_by_role("link", name="Results").first.click()
    speaks(page, "en")
    page.get_by_role("link", name="中文").click()
    speaks(page, "zh-CN")


def test_somebody_signed_in_switches_and_finds_it_so_elsewhere(site):
    page = site.at_desk("dz.owner")
    page.get_by_role("button", name="English").click()
    speaks(page, "en")
    expect(page.get_by_role("heading", level=1)).to_have_text("Desk")
    elsewhere = site.at_desk("dz.owner")
    speaks(elsewhere, "en")
    elsewhere.get_by_role("button", name="中文").click()
    speaks(elsewhere, "zh-CN")


def test_scripts_and_forms_speak_english_too(site):
    page = site.at_desk("dz.owner")
    page.get_by_role("button", name="English").click()
    page.goto("/projects/new")
    page.locator("input[type=radio]:not(:disabled)").first.check()
    page.get_by_role("button", name="Begin").click()
    expect(page.locator(".fjs-form")).to_be_visible()
    expect(page.get_by_text("In yuan, at most two decimals").first).to_be_visible()
    expect(page.get_by_role("button", name="Save draft")).to_be_visible()
    mark = page.locator(".fjs-powered-by-link")
    mark.scroll_into_view_if_needed()
    expect(mark).to_be_visible()
    page.get_by_role("button", name="中文").click()
    speaks(page, "zh-CN")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(site, width, language):
    visitor, owner = site.visitor(width), site.at_desk("dz.owner", width)
    visitor.goto(f"/language/{language}?back=/")
    if owner.locator("html").get_attribute("lang") != {"en": "en", "zh": "zh-CN"}[language]:
        owner.get_by_role("button", name={"en": "English", "zh": "中文"}[language]).click()
    for page, addresses in ((visitor, OPEN), (owner, OWN)):
        site.look_over(page, *addresses)


def test_the_mark_covers_no_part_of_a_diagram(site):
    page = site.visitor(360)
    page.goto("/how-it-works/random_selection?in=dazhou")
    expect(page.locator("[data-diagram]")).to_have_attribute("data-ready", "true")
    drawn = page.locator("[data-diagram] .djs-container").bounding_box()
    mark = page.locator(".bjs-powered-by").bounding_box()
    expect(page.locator(".bjs-powered-by")).to_be_visible()
    assert drawn["y"] + drawn["height"] <= mark["y"]
