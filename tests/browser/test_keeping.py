"""What an office keeps in order: enterprises suspended, accounts of an organisation, projects back."""

import re

import pytest
from playwright.sync_api import Page, expect

from processes.demo.papers import paper
from processes.sweeper import sweep_until_quiet
from tests.browser.filing import HAND_IN, TITLE, fill, press, stamp
from tests.browser.living import City
from tests.browser.test_enrolment import day

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

ENTERPRISE = "临江市政建设有限公司"
REASON = "施工现场发生质量问题，责令整改期间。"
LIFTED = "整改已经完成并通过复查，提前恢复。"
WIDTHS = [1366, 360]
NEWCOMER = {"name": "陶听雪", "mobile": "17000009100", "username": "tao.tingxue"}
PASSWORD = "清溪-对岸-柳树-18"


def upload(page: Page) -> None:
    """Hand in the decision."""
    file = {"name": "处理决定.pdf", "mimeType": "application/pdf", "buffer": paper("处理决定")}
    page.locator(".fjs-form-field-filepicker input[type=file]").last.set_input_files(file)
    expect(page.get_by_text("已上传", exact=True)).to_be_visible()


def begin(city: City, page: Page, word: str) -> None:
    """Open the enterprise's step from the regulator's roster."""
    page.goto("/enterprises")
    assert city.violations(page) == []
    page.get_by_role("button", name=f"{word}：{ENTERPRISE}").click()
    page.wait_for_selector("[data-form][data-ready]")


def decide(city: City, page: Page, option: str) -> None:
    """Choose, look, answer the question before it is done, and come to the case."""
    page.get_by_role("radio", name=option).check()
    assert city.violations(page) == []


def hand_in(page: Page) -> None:
    press(page, "提交处理决定")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("提交处理决定？")
    dialog.get_by_role("button", name="提交处理决定").click()
    page.wait_for_url("**/cases/*")


@pytest.mark.req("DZ-A3")
def test_a_regulator_suspends_an_enterprise_and_lets_it_back(city: City) -> None:
    page = city.sign_in("dz.housing")
    begin(city, page, "停用")
    decide(city, page, "暂停参与选取资格")
    page.get_by_role("textbox", name="停用原因").fill(REASON)
    day(page, "停用起", "2026-11-18")
    page.get_by_role("radio", name="到指定日期").check()
    day(page, "停用止", "2026-11-30")
    upload(page)
    hand_in(page)
    assert city.violations(page) == []
    visitor = city.visitor(360)
    visitor.goto("/conduct")
    expect(visitor.locator("tr", has_text=ENTERPRISE)).to_contain_text(REASON)
    assert city.violations(visitor) == []
    begin(city, page, "恢复")
    decide(city, page, "恢复参与选取资格")
    page.get_by_role("textbox", name="恢复原因").fill(LIFTED)
    hand_in(page)
    visitor.reload()
    expect(visitor.get_by_text(ENTERPRISE)).to_have_count(0)
    assert city.faults == []


@pytest.mark.req("DZ-A2")
@pytest.mark.parametrize("width", WIDTHS)
def test_an_organisation_adds_an_account_and_stops_it(city: City, width: int) -> None:
    owner = city.sign_in("dz.owner", width)
    owner.goto("/organisation/accounts")
    assert city.violations(owner) == []
    press(owner, "增加账号")
    expect(owner.locator("#f-name-error")).to_be_visible()
    for name, text in NEWCOMER.items():
        owner.locator(f"[name={name}]").fill(text)
    owner.locator("#f-roles").get_by_label("选取人员").check()
    press(owner, "增加账号")
    link = owner.locator(".sw-banner.is-ok code").inner_text()
    person = city.visitor(width)
    person.goto(link[link.index("/set-password") :])
    assert city.violations(person) == []
    for name in ("password", "again"):
        person.locator(f"[name={name}]").fill(PASSWORD)
    press(person, "设置密码")
    person.wait_for_url("**/sign-in**")
    press(owner, f"停用账号：{NEWCOMER['name']}")
    dialog = owner.get_by_role("dialog")
    expect(dialog).to_contain_text("其登录立即退出")
    dialog.get_by_role("button", name="停用账号").click()
    row = owner.locator("tr", has_text=NEWCOMER["username"])
    expect(row.get_by_role("button", name="启用账号")).to_be_visible()
    assert owner.evaluate("document.documentElement.scrollWidth") <= width
    person.locator("[name=username]").fill(NEWCOMER["username"])
    person.locator("[name=password]").fill(PASSWORD)
    person.locator("main [type=submit], form [type=submit]").first.click()
    expect(person).to_have_url(re.compile("/sign-in"))
    assert city.faults == []


@pytest.mark.req("DZ-74.4")
def test_an_owner_takes_a_project_back_before_it_is_accepted(city: City) -> None:
    page = city.sign_in("dz.owner")
    page.goto("/projects/new")
    press(page, "开始填报")
    page.wait_for_selector("[data-form][data-ready]")
    fill(page)
    press(page, HAND_IN)
    page.wait_for_url("**/cases/*")
    stamp(page, city.settings)
    page.wait_for_url("**/cases/*")
    page.get_by_label("撤回原因").fill("资金来源有变化，暂不实施。")
    press(page, "撤回项目")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("不能恢复")
    press(page, "不撤回")
    expect(dialog).to_be_hidden()
    press(page, "撤回项目")
    dialog.get_by_role("button", name="撤回项目", exact=True).click()
    expect(page.get_by_text("项目已撤回，案卷和资料都已保存。")).to_be_visible()
    expect(page.get_by_text("资金来源有变化，暂不实施。")).to_be_visible()
    assert city.violations(page) == []
    sweep_until_quiet(city.settings)
    centre = city.sign_in("dz.centre")
    centre.goto("/inbox")
    expect(centre.get_by_text(TITLE)).to_have_count(0)
    assert city.faults == []
