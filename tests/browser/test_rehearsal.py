"""What an analyst does in a rehearsal, in a real Chromium: fill in, go on, look back, let happen."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from models.session import unit_of_work
from processes import proposals
from processes.demo.player import Player
from processes.rehearsal import helper
from tests import worlds
from tests.browser.living import City, serving
from tests.processes.rehearsal import drafts

COUNTY = "dazhou"
BEGUN = re.compile(r"/rehearsals/[0-9a-f]{32}$")
LIT = """() => [...document.querySelectorAll('[data-diagram] .is-done, [data-diagram] .is-failed, [data-diagram] .is-current')]
  .map((shape) => [shape.dataset.elementId, [...shape.classList].find((name) => name.startsWith('is-'))])"""


@pytest.fixture(scope="module")
def city(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with serving(tmp_path_factory.mktemp("rehearsal"), browser) as city:
        worlds.give(city.settings)
        yield city
        helper.stop_all()


@pytest.fixture(autouse=True)
def _no_faults(city: City) -> Iterator[None]:
    city.faults.clear()
    yield
    assert city.faults == []


@pytest.fixture(scope="module")
def analyst(city: City) -> Page:
    return city.sign_in("analyst")


def begin(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="开始试运行").click()
    page.wait_for_url(BEGUN)


def lit(page: Page) -> dict[str, str]:
    page.wait_for_selector("[data-diagram][data-ready]")
    return dict(page.evaluate(LIT))


def test_a_project_is_announced_looked_back_at_and_branched(city: City, analyst: Page) -> None:
    begin(analyst, f"/rehearsals/new?in={COUNTY}&flow=random_selection")
    form = analyst.locator("[data-form][data-ready]")
    title = form.get_by_label("项目名称")
    expect(title).not_to_have_value("")
    title.fill("柳河镇敬老院屋面防水工程")
    form.locator("[data-form-actions] button").first.click()
    expect(analyst.get_by_text("第2步，共2步")).to_be_visible()
    on = analyst.get_by_role("button", name="下一步（自动填写）")
    for step in range(3, 10):
        on.click()
        expect(analyst.get_by_text(f"第{step}步，共{step}步")).to_be_visible()
    expect(analyst.get_by_text("柳河镇敬老院屋面防水工程").first).to_be_visible()
    expect(analyst.get_by_text("选取公告").first).to_be_visible()
    assert "is-done" in lit(analyst).values()

    analyst.get_by_label("谁（可多选）").select_option(
        ["contractor1", "contractor2", "contractor3"]
    )
    analyst.get_by_role("button", name="让它发生").click()
    expect(analyst.get_by_text("第10步，共10步")).to_be_visible()
    analyst.get_by_role("button", name="到下一个时限").click()
    expect(analyst.get_by_text("2026-11-11 17:30").first).to_be_visible()

    slider = analyst.get_by_label("回看第几步")
    slider.focus()
    slider.press("ArrowLeft")
    expect(analyst.get_by_text("正在回看")).to_be_visible()
    analyst.get_by_role("button", name="从这一步另起一次").click()
    expect(analyst.get_by_text("第10步，共10步")).to_be_visible()
    assert city.violations(analyst) == []


def test_an_error_in_a_draft_is_seen_on_its_element(city: City, analyst: Page) -> None:
    with unit_of_work() as session:
        actor = Player(city.settings, COUNTY).actor(session, "analyst")
        made = proposals.create(session, COUNTY, "改咨询答复", actor)
        for path, body in drafts.with_failing_expression().items():
            proposals.save_file(session, made, path, body, version=0, actor=actor)
        proposal = made.id
    begin(analyst, f"/rehearsals?proposal={proposal}&flow=enquiry")
    analyst.get_by_role("button", name="连续办理").click()
    expect(analyst.get_by_role("alert")).to_contain_text("出错的位置已在流程图上标红")
    assert lit(analyst)["keep_answer"] == "is-failed"
    expect(analyst.get_by_role("link", name="在建模器中改正")).to_be_visible()
    assert city.violations(analyst) == []


def test_a_rehearsal_fits_a_phone_and_is_kept_as_a_case(city: City) -> None:
    page = city.sign_in("analyst", width=390)
    begin(page, f"/rehearsals/new?in={COUNTY}&flow=enquiry")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.get_by_role("button", name="存为办理样例").click()
    page.get_by_label("样例名称").fill("登记之前")
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_url("**/cases/**")
    expect(page.get_by_text("登记之前").first).to_be_visible()
    page.goto("/rehearsals")
    expect(page.get_by_role("link", name="咨询登记与答复").first).to_be_visible()
    assert city.violations(page) == []
