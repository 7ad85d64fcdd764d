"""Filling a project's forms in the browser, field by field, as owner and centre do."""

import re
from collections.abc import Mapping

from playwright.sync_api import Page, expect

from models.settings import Settings
from processes.demo.papers import paper
from processes.sweeper import sweep_until_quiet

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
HAND_IN, PUSH, JUDGE = "提交需求，生成申请表", "提交", "提交审核结论"
STAMP = "盖章上传进场申请表"


def press(page: Page, name: str) -> None:
    """Press the button of exactly this name."""
    page.get_by_role("button", name=name, exact=True).click()


def choose(page: Page, label: str, option: str) -> None:
    """Choose an option of a list by its words."""
    page.locator(".fjs-form-field-select", has_text=label).locator(".fjs-input-group").click()
    page.locator(".fjs-dropdownlist-item", has_text=re.compile(f"^{option}$")).click()


def fill(page: Page, choices: Mapping[str, str] = CHOICES) -> None:
    """Fill in a project's requirement."""
    for label, text in TEXTS.items():
        page.get_by_role("textbox", name=label).or_(
            page.get_by_role("spinbutton", name=label)
        ).first.fill(text)
    for label, option in choices.items():
        choose(page, label, option)
    page.get_by_label("以上内容真实").check()


def upload(page: Page, number: int, name: str, data: bytes | None = None) -> None:
    """Choose a file in the form's upload of this number."""
    file = {"name": name, "mimeType": "application/pdf", "buffer": data or paper(name)}
    page.locator(".fjs-form-field-filepicker input[type=file]").nth(number).set_input_files(file)


def upload_all(page: Page, note: str = "") -> None:
    """Upload the three papers and wait until they have arrived."""
    for number, name in enumerate(FILES):
        upload(page, number, f"{name}.pdf", paper(name, note))
    expect(page.get_by_text("已上传", exact=True)).to_have_count(3)


def open_stamping(page: Page, settings: Settings) -> str:
    """Let the worker make the form, open the step that appears, and return the form's code."""
    expect(page.get_by_text("正在生成小额工程进场交易申请表")).to_be_visible()
    sweep_until_quiet(settings)
    page.get_by_role("link", name=f"办理：{STAMP}").click()
    page.wait_for_selector("[data-form][data-ready]")
    return page.locator(".sw-facts a[href^='/letters/']").inner_text()


def stamp(page: Page, settings: Settings) -> None:
    """Upload the stamped form of this round with its papers, and push to the centre."""
    upload_all(page, open_stamping(page, settings))
    press(page, PUSH)
    page.wait_for_url("**/cases/*")


def tick_papers(page: Page) -> None:
    """Find every paper complete."""
    for group in CHECKED:
        page.locator(".fjs-form-field-radio", has_text=group).get_by_label("齐全").check()
