"""An analyst's working day in the browser: a rule, a new step with a form, tried out, in force."""

from collections.abc import Iterator
from time import monotonic

import pytest
from playwright.sync_api import Browser, expect

from models.flow.rules import load_rules
from models.session import reading
from tests.browser.analysing import (
    COUNTY,
    FLOW,
    GATE,
    STEP,
    WorkingDay,
    a_story,
    finished,
    signed_in,
    version_of,
    waiting,
)
from tests.browser.living import City, serving
from tests.conftest import BUSINESS_DAY

MINUTES = 15
pytestmark = [pytest.mark.browser, pytest.mark.timeout(MINUTES * 60)]


@pytest.fixture(scope="module")
def city(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with serving(tmp_path_factory.mktemp("analyst") / "data", browser) as city:
        yield city


@pytest.mark.req("PL-1")
@pytest.mark.req("PL-3")
@pytest.mark.req("PL-5")
def test_an_analyst_changes_how_a_county_works_without_leaving_the_browser(city: City) -> None:
    begun = monotonic()
    old = a_story(city, "改动之前开始的项目", BUSINESS_DAY)
    day = WorkingDay(city)
    change_rules(day)
    add_the_step(day)
    try_it_out(day)
    put_it_in_force(day)

    new = a_story(city, "改动之后开始的项目", BUSINESS_DAY)
    assert waiting(new) == [STEP]
    sign(city, new)
    assert waiting(new) == ["指定选取和监督人员"]
    assert waiting(old) == ["指定选取和监督人员"]
    finished(old)
    assert version_of(old) == ("completed", "base", 1)
    assert version_of(new) == ("running", COUNTY, 1)

    take_it_back(day)
    assert waiting(a_story(city, "回退之后开始的项目", BUSINESS_DAY)) == ["指定选取和监督人员"]
    assert city.faults == []
    assert monotonic() - begun < MINUTES * 60


def change_rules(day: WorkingDay) -> None:
    """One county's notice runs longer; another county wants a second person from now on."""
    day.write_rule("xiangxi", "notice.minimum_period", "6")
    day.look_over()
    day.publish_alone()
    day.write_rule(COUNTY, "publishing.approval", "是")
    day.publish_alone()
    with reading() as session:
        assert load_rules(session, "xiangxi", BUSINESS_DAY.date())["notice.minimum_period"] == 6
        assert load_rules(session, COUNTY, BUSINESS_DAY.date())["notice.minimum_period"] != 6


def add_the_step(day: WorkingDay) -> None:
    """With an expression that can be read and cannot be computed: a number against a text."""
    day.make_the_form()
    day.look_over()
    day.draw_the_step('ceiling_price >= "10000000"')
    day.look_over()


def try_it_out(day: WorkingDay) -> None:
    """The rehearsal stops at the planted error; mended, the case goes through the new step."""
    day.rehearse()
    day.walk(3)
    told = day.page.get_by_role("alert")
    expect(told).to_contain_text(GATE)
    day.look_over()
    day.mend("ceiling_price >= 10000000")
    day.replay()
    expect(day.page.get_by_role("alert")).to_have_count(0)
    expect(day.page.get_by_role("main")).to_contain_text(STEP)
    day.walk(1)
    expect(day.page.get_by_role("main")).to_contain_text("指定选取和监督人员")
    day.keep_as_case("十万元以上的项目须经会签")


def put_it_in_force(day: WorkingDay) -> None:
    """The maker asks, a second person agrees."""
    day.page.goto(f"/proposals/{day.proposal}/compare/diagrams/{FLOW}.bpmn")
    expect(day.page.get_by_role("main")).to_contain_text(f"用户任务“{STEP}”")
    day.look_over()
    day.run_cases()
    day.look_over()
    day.submit()
    day.approve(day.proposal)


def sign(city: City, story: object) -> None:
    """The authority finds the new step among what it has to do."""
    with signed_in(city, "dz.housing") as page:
        page.goto("/inbox")
        page.get_by_role("row", name=STEP).get_by_role("link").first.click()
        page.wait_for_selector("[data-form][data-ready]")
        page.get_by_label("同意", exact=True).check()
        page.get_by_label("会签说明").fill("资金来源已核。")
        page.get_by_role("button", name="提交", exact=True).click()
        page.wait_for_url("**/cases/*")


def take_it_back(day: WorkingDay) -> None:
    """The publication is rolled back, with a second person again."""
    day.approve(day.roll_back())
