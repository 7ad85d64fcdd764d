"""A project's way from its owner to the centre, as both play it in the browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.filing import (
    HAND_IN,
    JUDGE,
    PUSH,
    TITLE,
    fill,
    open_stamping,
    press,
    stamp,
    tick_papers,
    upload,
    upload_all,
)

pytestmark = pytest.mark.browser


@pytest.fixture
def played(city):
    yield city
    assert city.faults == []


def begin(city, width=1366):
    page = city.sign_in("dz.owner", width)
    page.goto("/projects/new")
    page.get_by_role("button", name="开始填报").click()
    page.wait_for_selector("[data-form][data-ready]")
    return page


def submitted(city):
    page = begin(city)
    fill(page)
    press(page, HAND_IN)
    page.wait_for_url("**/cases/*")
    stamp(page, city.settings)
    return page


@pytest.mark.req("DZ-74.3")
def test_an_owner_is_told_what_is_wrong_mends_it_and_the_centre_takes_it(played):
    page = begin(played)
    page.get_by_role("textbox", name="项目名称").fill("渠")
    press(page, HAND_IN)
    summary = page.locator(".sw-errors")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("项目名称：至少4个字")
    fill(page)
    press(page, HAND_IN)
    page.wait_for_url("**/cases/*")
    code = open_stamping(page, played.settings)
    press(page, PUSH)
    expect(summary).to_contain_text("工程量清单：此项必须上传")
    upload(page, 0, "申请表.pdf", b"<html><script>1</script>")
    expect(page.locator(".fjs-form-field-filepicker").first).to_contain_text("内容与扩展名不符")
    upload_all(page, code)
    press(page, PUSH)
    page.wait_for_url("**/cases/*")
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(page.locator(".sw-steps")).to_contain_text("等交易中心办理")
    expect(page.locator("[data-diagram][data-ready]")).to_be_visible()

    centre = played.sign_in("dz.centre")
    centre.goto("/inbox")
    centre.keyboard.press("j")
    expect(centre.get_by_role("link", name=TITLE, exact=True)).to_be_focused()
    centre.keyboard.press("Enter")
    centre.wait_for_url("**/work-items/*")
    centre.get_by_role("button", name="领取").click()
    expect(centre.get_by_text("已领取，由您办理。")).to_be_visible()
    with centre.expect_download() as download:
        centre.get_by_role("link", name="工程量清单.pdf").click()
    assert download.value.suggested_filename == "工程量清单.pdf"
    tick_papers(centre)
    centre.get_by_label("受理", exact=True).check()
    press(centre, JUDGE)
    centre.wait_for_url("**/cases/*")
    expect(centre.locator(".sw-steps")).to_contain_text("受理审核：受理")


def test_what_was_typed_comes_back_after_the_page_was_left(played):
    page = begin(played)
    page.get_by_role("textbox", name="项目名称").fill(TITLE)
    expect(page.locator(".sw-saved")).to_contain_text("自动保存")
    address = page.url
    page.goto("/inbox")
    page.goto(address)
    expect(page.get_by_role("textbox", name="项目名称")).to_have_value(TITLE)
    expect(page.locator(".sw-saved")).to_contain_text("已恢复")


def test_of_two_windows_the_second_is_told_and_keeps_its_text(played):
    submitted(played)
    first = played.sign_in("dz.centre")
    first.goto("/inbox")
    first.get_by_role("link", name=TITLE, exact=True).click()
    first.wait_for_selector("[data-form][data-ready]")
    second = first.context.new_page()
    second.goto(first.url)
    second.wait_for_selector("[data-form][data-ready]")
    for page in (first, second):
        tick_papers(page)
        page.get_by_label("审核不通过，退回").check()
        page.get_by_label("一次性告知的全部原因").fill("工程量清单第3项面积与预算表不一致。")
        press(page, JUDGE)
        if page is first:
            page.wait_for_url("**/cases/*")
    card = second.locator(".sw-stop")
    expect(card).to_contain_text("沈砚秋")
    expect(second.get_by_label("一次性告知的全部原因")).to_have_value(re.compile("面积"))


@pytest.mark.parametrize("width", [1366, 360])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(played, width):
    case = submitted(played)
    owner = played.sign_in("dz.owner", width)
    centre = played.sign_in("dz.centre", width)
    centre.goto("/inbox")
    item = centre.get_by_role("link", name=TITLE, exact=True).get_attribute("href")
    visits = [
        (owner, "/projects/new"),
        (owner, "/projects"),
        (owner, case.url),
        (centre, "/inbox"),
        (centre, item),
    ]
    for page, address in visits:
        played.look_over(page, address)
