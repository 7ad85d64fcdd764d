"""A project's way from its owner to the centre, as both play it in the browser."""

import re

import pytest
from playwright.sync_api import expect

from processes.demo.papers import paper

pytestmark = pytest.mark.browser

TITLE = "青石镇石桥村灌溉渠修缮工程"
SCOPE = "清淤并修复石桥村二组至五组灌溉渠620米，浆砌石护壁修补，更换闸门2座。"
TEXTS = {
    "项目名称": TITLE,
    "建设地点": "青石镇石桥村",
    "施工内容": SCOPE,
    "最高限价（元）": "386,400.00",
    "计划工期（日历天）": "40",
    "资金来源": "镇级财政，已落实",
}
CHOICES = {
    "施工类别": "水利水电",
    "施工企业资质": "水利水电工程施工总承包",
    "资质等级": "三级及以上",
}
CHECKED = ("进场交易申请表", "工程预算表或财评批复", "工程量清单")
FILES = ("进场交易申请表", "工程预算表", "工程量清单")


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


def choose(page, label, option):
    page.locator(".fjs-form-field-select", has_text=label).locator(".fjs-input-group").click()
    page.locator(".fjs-dropdownlist-item", has_text=re.compile(f"^{option}$")).click()


def fill(page):
    for label, text in TEXTS.items():
        page.get_by_role("textbox", name=label).or_(
            page.get_by_role("spinbutton", name=label)
        ).first.fill(text)
    for label, option in CHOICES.items():
        choose(page, label, option)
    page.get_by_label("以上内容和资料真实").check()


def upload(page, number, name, data=None):
    file = {"name": name, "mimeType": "application/pdf", "buffer": data or paper(name)}
    page.locator(".fjs-form-field-filepicker input[type=file]").nth(number).set_input_files(file)


def submit(page):
    page.get_by_role("button", name="提交", exact=True).click()


def submitted(city):
    page = begin(city)
    fill(page)
    for number, name in enumerate(FILES):
        upload(page, number, f"{name}.pdf")
    expect(page.get_by_text("已上传", exact=True)).to_have_count(3)
    submit(page)
    page.wait_for_url("**/cases/*")
    return page


@pytest.mark.req("DZ-74.3")
def test_an_owner_is_told_what_is_wrong_mends_it_and_the_centre_takes_it(played):
    page = begin(played)
    page.get_by_role("textbox", name="项目名称").fill("渠")
    submit(page)
    summary = page.locator(".sw-errors")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("项目名称：至少4个字")
    expect(summary).to_contain_text("工程量清单：此项必须上传")
    fill(page)
    upload(page, 0, "申请表.pdf", b"<html><script>1</script>")
    expect(page.locator(".fjs-form-field-filepicker").first).to_contain_text("内容与扩展名不符")
    for number, name in enumerate(FILES):
        upload(page, number, f"{name}.pdf")
    expect(page.get_by_text("已上传", exact=True)).to_have_count(3)
    submit(page)
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
    for group in CHECKED:
        centre.locator(".fjs-form-field-radio", has_text=group).get_by_label("齐全").check()
    centre.get_by_label("受理", exact=True).check()
    submit(centre)
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
        for group in CHECKED:
            page.locator(".fjs-form-field-radio", has_text=group).get_by_label("齐全").check()
        page.get_by_label("审核不通过，退回").check()
        page.get_by_label("一次性告知的全部原因").fill("工程量清单第3项面积与预算表不一致。")
        submit(page)
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
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        assert played.violations(page) == [], address
