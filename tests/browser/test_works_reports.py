"""The acceptance and the reports it waits for, clicked by owner and units; the register, narrow."""

import os
from http import HTTPStatus
from pathlib import Path as Folder

import pytest
from playwright.sync_api import Page, expect

from models.project import Project, ProjectPhase
from models.session import reading
from tests.browser.filing import press, upload
from tests.browser.living import go
from tests.browser.test_contract_to_evaluation import day, number
from tests.browser.whole_path import Path
from tests.flows.emergencies import in_works

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

TITLE = "枫泉镇北沟路基冲毁应急抢修工程"
PICTURES = os.environ.get("SMALLWORKS_TEST_PICTURES", "")
WIDE, NARROW = 1366, 390


class Reporting(Path):
    """One emergency in works, its reports owed."""

    def __init__(self, city) -> None:
        super().__init__(city)
        self.story = in_works(city)

    def look(self, page: Page, name: str) -> None:
        super().look(page, name)
        if PICTURES:
            page.screenshot(path=Folder(PICTURES) / f"{name}.png", full_page=True)

    def open(self, username: str, title: str) -> Page:
        page = self.person(username)
        go(page, "/inbox")
        row = page.locator("tr", has_text=TITLE).filter(has_text=title)
        row.get_by_role("link", name=TITLE, exact=True).click()
        page.wait_for_selector("[data-form][data-ready]")
        self.look(page, title)
        return page

    def project(self) -> Project:
        with reading() as session:
            return session.get_one(Project, self.story.project)


@pytest.mark.req("HR-3.3.1")
@pytest.mark.req("HR-3.3.3")
@pytest.mark.req("HR-4.7")
def test_owner_and_units_click_reports_and_acceptance(city) -> None:
    path = Reporting(city)
    owner = path.open("hr.town", "登记竣工验收")
    fill_acceptance(owner)
    be_told_who_owes_what(path, owner)
    notify(path, owner)
    report(path, "hr.supervisor", "监理")
    report(path, "hr.auditor", "审计")
    accept(path, owner)
    assert path.project().phase is ProjectPhase.COMPLETED
    assert path.found == {}
    assert city.faults == []


def fill_acceptance(page: Page) -> None:
    """Fill in everything the owner can; the settlement is the auditor's and not asked for."""
    expect(page.get_by_text("以审计单位提交的审计报告为准")).to_be_visible()
    expect(page.get_by_label("审定结算金额（元）")).to_have_count(0)
    day(page, "竣工日期", "2026-11-16")
    day(page, "验收合格日期", "2026-11-17")
    upload(page, 0, "竣工验收报告.pdf")
    expect(page.get_by_text("已上传", exact=True)).to_have_count(1)
    page.get_by_label("工程已验收合格").check()


def be_told_who_owes_what(path: Reporting, page: Page) -> None:
    """Press in vain: the page says whose reports are missing and keeps what was typed."""
    with page.expect_response("**/complete") as answer:
        press(page, "登记验收")
    assert answer.value.status == HTTPStatus.CONFLICT
    expect(
        page.get_by_text("监理报告（砺石工程监理有限公司，2026-11-12约请）").first
    ).to_be_visible()
    expect(page.get_by_label("工程已验收合格")).to_be_checked()
    path.look(page, "验收缺报告")


def notify(path: Reporting, page: Page) -> None:
    """Notify both units on the same page; the draft is there afterwards."""
    expect(page.get_by_text("自动保存").first).to_be_visible()
    press(page, "通知提交报告")
    page.wait_for_selector("[data-form][data-ready]")
    expect(page.get_by_text("已通知砺石工程监理有限公司、明恕工程造价咨询有限公司")).to_be_visible()
    expect(page.get_by_label("工程已验收合格")).to_be_checked()
    path.look(page, "已通知单位")


def report(path: Reporting, username: str, word: str) -> None:
    """Hand in a report: first one of another project, then the right one."""
    page = path.open(username, f"上传{word}报告")
    expect(page.get_by_text(f"项目编号：{path.project().number}").first).to_be_visible()
    page.get_by_role("textbox", name="报告上的项目编号").fill("HRX-2026-0999")
    if word == "审计":
        number(page, "审定结算金额（元）", "141,000.00")
    page.get_by_label(f"{word}结论").fill("工程质量合格，资料齐全，同意验收。")
    upload(page, 0, f"{word}报告.pdf")
    expect(page.get_by_text("已上传", exact=True)).to_have_count(1)
    page.get_by_label("报告为上述项目出具").check()
    press(page, f"提交{word}报告")
    expect(page.get_by_text("这是另一个项目的报告").first).to_be_visible()
    path.look(page, f"{word}报告是别的项目的")
    page.get_by_role("textbox", name="报告上的项目编号").fill(path.project().number)
    press(page, f"提交{word}报告")
    page.wait_for_url("**/cases/*")


def accept(path: Reporting, page: Page) -> None:
    """Both are there: the page shows them, and the same draft is submitted."""
    page.reload()
    page.wait_for_selector("[data-form][data-ready]")
    expect(page.get_by_text("141,000.00").first).to_be_visible()
    expect(page.get_by_label("工程已验收合格")).to_be_checked()
    press(page, "登记验收")
    expect(page.get_by_text("已提交，接着办理下一步")).to_be_visible()


@pytest.mark.req("HR-2.4")
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_form_and_register_fit_the_screen(city, width) -> None:
    path = Reporting(city)
    page = city.sign_in("hr.regulator", width)
    page.goto("/emergency-works")
    expect(page.get_by_role("link", name=TITLE)).to_be_visible()
    path.look(page, f"应急工程台账{width}")
    assert overflow(page) <= 0
    page = city.sign_in("hr.town2", width)
    page.goto("/emergency-works")
    press(page, "填报应急工程")
    page.wait_for_selector("[data-form][data-ready]")
    path.look(page, f"应急工程填报{width}")
    assert overflow(page) <= 0
    assert path.found == {}


def overflow(page: Page) -> int:
    """Return by how many pixels the page is wider than its window."""
    found: int = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return found
