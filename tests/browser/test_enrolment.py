"""A contractor's way in, as it and the housing bureau play it in the browser, with one return."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from processes.demo.papers import paper
from tests.flows.enrolling import typed

pytestmark = pytest.mark.browser

REASONS = "1. 法定代表人与营业执照不一致。\n2. 资质证书编号看不清楚，请重新扫描。"
TEXTS = {"法定代表人": "顾青溪", "注册地址": "达州市通川区清溪路7号", "经营范围": "房屋建筑"}
QUALIFICATION = "建筑工程施工总承包"


def register(page, **changed):
    page.goto("/register")
    given = typed(**changed)
    page.get_by_role("radio", name="施工企业").check()
    page.locator("[name=county]").select_option(given["county"])
    for name in ("name", "credit_code", "contact", "mobile", "username", "password", "again"):
        page.locator(f"[name={name}]").fill(given[name])
    page.locator("[name=agrees]").check()
    page.get_by_role("button", name="注册并开始填写").click()


def choose(page, label, option):
    field = page.locator(".fjs-form-field-select", has_text=label).last
    field.locator(".fjs-input-group").click()
    page.locator(".fjs-dropdownlist-item", has_text=re.compile(f"^{option}$")).click()


def day(page, label, text):
    field = page.locator(".fjs-form-field-datetime", has_text=label).last.locator("input").first
    field.fill(text)
    field.press("Enter")
    field.press("Tab")


def upload(page, label):
    file = {"name": f"{label}.pdf", "mimeType": "application/pdf", "buffer": paper(label)}
    place = page.locator(".fjs-form-field-filepicker", has_text=label).last
    place.locator("input[type=file]").set_input_files(file)
    expect(place.get_by_text("已上传", exact=True)).to_be_visible()


def fill(page):
    page.wait_for_selector("[data-form][data-ready]")
    for label, text in TEXTS.items():
        page.get_by_role("textbox", name=label).fill(text)
    page.get_by_role("textbox", name="注册资本").or_(
        page.get_by_role("spinbutton", name="注册资本")
    ).first.fill("2000")
    day(page, "成立日期", "2012-03-05")
    upload(page, "营业执照")
    choose(page, "资质类别", QUALIFICATION)
    choose(page, "等级", "三级")
    page.get_by_role("textbox", name="证书编号").fill("D351901")
    day(page, "有效期起", "2024-07-01")
    day(page, "有效期止", "2029-06-30")
    upload(page, "证书扫描件")
    page.get_by_label("本企业作出以上承诺").check()


def shoot(page, name):
    if folder := os.environ.get("ENR_SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def decide(page, option, reasons=""):
    page.goto("/inbox")
    shoot(page, "inbox")
    page.get_by_role("link", name="达州清溪建筑有限公司").first.click()
    page.wait_for_selector("[data-form][data-ready]")
    page.get_by_role("radio", name=option).check()
    if reasons:
        page.get_by_role("textbox", name="一次性告知的全部原因").fill(reasons)
    shoot(page, f"verify-{option}")
    page.get_by_role("button", name="提交核实结论", exact=True).click()
    page.wait_for_url("**/cases/*")


@pytest.mark.req("DZ-A1")
@pytest.mark.req("DZ-A3")
def test_a_contractor_enrols_with_one_return_and_then_finds_projects(city):
    page = city.visitor()
    page.goto("/register")
    assert city.violations(page) == []
    register(page)
    page.wait_for_url("**/work-items/*")
    shoot(page, "first-step")
    page.wait_for_selector("[data-form][data-ready]")
    choose(page, "所属行业", "房屋建筑")
    fill(page)
    shoot(page, "filled")
    assert city.violations(page) == []
    page.get_by_role("button", name="提交核实").click()
    page.wait_for_url("**/cases/*")
    shoot(page, "case")

    bureau = city.sign_in("dz.housing")
    decide(bureau, "退回修改", REASONS)

    page.goto("/organisation")
    expect(page.get_by_text("上一轮已退回")).to_be_visible()
    page.get_by_role("button", name="接着办理").click()
    page.wait_for_selector("[data-form][data-ready]")
    expect(page.get_by_text("资质证书编号看不清楚")).to_be_visible()
    shoot(page, "returned")
    page.get_by_role("textbox", name="法定代表人").fill("顾清溪")
    page.get_by_label("本企业作出以上承诺").check()
    page.get_by_role("button", name="提交核实").click()
    page.wait_for_url("**/cases/*")

    bureau.goto("/enterprise-review?state=submitted")
    bureau.get_by_role("link", name="达州清溪建筑有限公司").first.click()
    expect(bureau.locator("ins", has_text="顾清溪")).to_be_visible()
    shoot(bureau, "review")
    assert city.violations(bureau) == []
    decide(bureau, "核实通过，同意参与选取")

    page.goto("/desk")
    page.get_by_role("link", name="找项目").first.click()
    expect(page.get_by_role("heading", name="找项目")).to_be_visible()
    page.goto("/organisation/qualifications")
    expect(page.get_by_role("cell", name=QUALIFICATION, exact=True)).to_be_visible()
    for place in ("", "/qualifications", "/pledges", "/materials", "/suspensions"):
        page.goto(f"/organisation{place}")
        shoot(page, f"own{place.replace('/', '-')}")
        assert city.violations(page) == []
    bureau.goto("/inbox?view=done")
    expect(bureau.get_by_text("核实通过，同意参与选取").first).to_be_visible()
    assert city.faults == []


def test_what_is_wrong_is_told_at_its_field_on_a_narrow_screen(city):
    page = city.visitor(360)
    register(page, credit_code="91511702MADM09013X", mobile="123")
    expect(page.locator("#f-credit_code-error")).to_contain_text("校验位")
    expect(page.locator("#f-mobile-error")).to_contain_text("11位")
    expect(page.locator("[name=username]")).to_have_value("qingxi")
    shoot(page, "narrow")
    assert city.violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_centre_registers_an_enquiry_and_finds_it_again(city):
    page = city.sign_in("dz.centre")
    page.goto("/enquiries")
    page.get_by_role("button", name="登记咨询").first.click()
    page.wait_for_selector("[data-form][data-ready]")
    page.get_by_role("radio", name="来电").check()
    page.get_by_role("textbox", name="咨询事项").fill("入驻要哪些资料")
    page.get_by_role("textbox", name="咨询内容").fill("请问施工企业入驻要准备哪些资料？")
    page.get_by_role("textbox", name="姓名").fill("秦望舒")
    shoot(page, "enquiry")
    assert city.violations(page) == []
    page.get_by_role("button", name="登记咨询", exact=True).click()
    page.wait_for_selector("[data-form][data-ready]")
    page.get_by_role("textbox", name="答复", exact=False).first.fill("请先注册，再按模块填写。")
    page.get_by_role("button", name="记录答复").click()
    page.wait_for_url("**/cases/*")
    page.goto("/enquiries?q=秦望舒")
    shoot(page, "enquiries")
    page.get_by_role("link", name="入驻要哪些资料").first.click()
    expect(page.get_by_text("请先注册，再按模块填写。")).to_be_visible()
    assert city.violations(page) == []
    page.goto("/conduct")
    shoot(page, "conduct")
    assert city.violations(page) == []
    assert city.faults == []
