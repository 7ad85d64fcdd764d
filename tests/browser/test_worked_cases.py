"""An analyst looks at a flow's worked cases, runs them, and mends one after a change."""

import pytest
from playwright.sync_api import expect

from processes import sweeper
from processes.rehearsal import helper
from tests import worlds
from tests.browser.living import City, serving

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

FLOW = "/flows/dazhou/enquiry/cases"
WIDTHS = (1366, 390)


@pytest.fixture(scope="module")
def site(browser, built, tmp_path_factory):
    patch = pytest.MonkeyPatch()
    patch.setattr("web.assets.DIST", built)
    with serving(tmp_path_factory.mktemp("cases") / "data", browser) as city:
        worlds.give(city.settings)
        yield city
        helper.stop_all()
    patch.undo()


def work(site: City) -> None:
    sweeper.STEPS["jobs"](site.settings)


@pytest.mark.req("PL-2")
def test_an_analyst_runs_the_cases_and_sees_the_branches_they_walk(site: City) -> None:
    page = site.sign_in("analyst")
    page.goto(FLOW)
    page.wait_for_selector("[data-diagram][data-ready]")
    assert page.locator(".djs-connection.is-failed").count() > 0
    page.get_by_role("button", name="运行样例").click()
    expect(page.get_by_text("正在运行办理样例")).to_be_visible()
    work(site)
    expect(page.get_by_text("每个分支都有样例走过")).to_be_visible()
    page.wait_for_selector("[data-diagram][data-ready]")
    assert page.locator(".djs-connection.is-failed").count() == 0
    assert page.locator(".djs-connection.is-done").count() > 0
    assert site.faults == []


@pytest.mark.req("PL-2")
def test_a_case_is_opened_and_its_expectation_changed_run_and_accepted(site: City) -> None:
    page = site.sign_in("analyst")
    page.goto(FLOW)
    page.get_by_role("button", name="打开：咨询当场答复").click()
    page.wait_for_url("**/cases/*/enquiry")
    expect(page.get_by_text("交易中心：发起“咨询")).to_be_visible()
    page.get_by_text("改名称、依据和应有的结果").click()
    answered = page.get_by_label("应有的结果：已经答复")
    answered.fill("否")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("已保存。")).to_be_visible()
    page.get_by_role("button", name="运行这一个").click()
    work(site)
    expect(page.get_by_text("已经答复应为否，实际为是")).to_be_visible()
    page.get_by_role("button", name="按实际结果改写").click()
    page.get_by_role("dialog").get_by_role("button", name="改写").click()
    expect(page.get_by_text("正在运行办理样例")).to_be_visible()
    work(site)
    expect(page.get_by_label("应有的结果：已经答复")).to_have_value("是")
    assert site.faults == []


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_of_cases_can_be_used_by_everybody(site: City, width: int) -> None:
    page = site.sign_in("analyst", width)
    page.goto("/flows/dazhou/reverse_auction/cases")
    page.wait_for_selector("[data-diagram][data-ready]")
    assert site.violations(page) == []
    page.get_by_role("button", name="打开：").first.click()
    page.wait_for_url("**/cases/*/*")
    assert site.violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
