"""A unit registers on a narrow screen; its department reviews several at once in the browser."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from processes.demo import codes
from tests.browser.living import City
from tests.browser.test_enrolment import choose, day, upload
from tests.city import MORNING, after
from tests.flows.enrolling import Applicant, typed

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
AGENCY = "怀柔清溪招标代理有限公司"
AUDITORS = ("怀柔听松审计有限公司", "怀柔白鹭审计有限公司")
TEXTS = {"法定代表人": "顾清溪", "注册地址": "怀柔区青春路7号"}


def shoot(page: Page, name: str) -> None:
    if folder := os.environ.get("ENR_SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def code(number: int) -> str:
    return codes.credit_code(codes.COMPANY, codes.HUAIROU, number)


def register(city: City, width: int) -> Page:
    """An agency registers and hands its file in, without any building qualification."""
    page = city.visitor(width)
    page.goto("/register?kind=agency")
    assert page.get_by_role("radio", name="代理机构").is_checked()
    assert city.violations(page) == []
    shoot(page, f"register-{width}")
    given = typed("agency", county="huairou", name=AGENCY, credit_code=code(981))
    page.locator("[name=county]").select_option(given["county"])
    for name in ("name", "credit_code", "contact", "mobile", "username", "password", "again"):
        page.locator(f"[name={name}]").fill(given[name])
    page.locator("[name=agrees]").check()
    page.get_by_role("button", name="注册并开始填写").click()
    page.wait_for_selector("[data-form][data-ready]")
    for label, text in TEXTS.items():
        page.get_by_role("textbox", name=label).fill(text)
    page.get_by_role("textbox", name="注册资本").or_(
        page.get_by_role("spinbutton", name="注册资本")
    ).first.fill("500")
    choose(page, "所属行业", "综合（不分行业）")
    day(page, "成立日期", "2015-03-05")
    upload(page, "营业执照或法人证书")
    page.get_by_label("本单位作出以上承诺").check()
    shoot(page, f"fill-unit-{width}")
    assert city.violations(page) == []
    page.get_by_role("button", name="提交核实").click()
    page.wait_for_url("**/cases/*")
    return page


def auditors(city: City) -> list[Applicant]:
    found = []
    for number, name in enumerate(AUDITORS):
        facts = {"name": name, "credit_code": code(982 + number)}
        one = Applicant(
            city, kind="auditor", username=f"audit{number}", place="huairou", changed=facts
        )
        one.register(MORNING)
        one.fill_unit(after(hours=1), name=name)
        found.append(one)
    return found


@pytest.mark.req("HR-2.5.1")
@pytest.mark.req("HR-3.1")
@pytest.mark.parametrize("width", [390, 1366])
def test_a_department_reviews_several_at_once_and_is_told_of_each(city: City, width: int) -> None:
    page = register(city, width)
    first, second = auditors(city)
    bureau = city.sign_in("hr.regulator", width)
    bureau.goto("/enterprise-review?state=submitted")
    for name in (AGENCY, *AUDITORS):
        bureau.get_by_role("checkbox", name=f"勾选：{name}").check()
    shoot(bureau, f"review-{width}")
    assert city.violations(bureau) == []
    bureau.get_by_role("button", name="批量审核勾选的单位").click()
    bureau.get_by_role("heading", name="勾选的单位").wait_for()
    second.withdraw(after(hours=2))
    bureau.get_by_role("button", name="提交结论").click()
    bureau.get_by_role("dialog").get_by_role("button", name="提交结论").click()
    expect(bureau.locator("#f-decision-error")).to_contain_text("请选择核实结论")
    expect(bureau.get_by_text("不能再审核的")).to_contain_text(AUDITORS[1])
    bureau.get_by_role("radio", name="核实通过").check()
    shoot(bureau, f"batch-{width}")
    assert city.violations(bureau) == []
    assert bureau.evaluate("document.documentElement.scrollWidth") <= width
    bureau.get_by_role("button", name="提交结论").click()
    dialog = bureau.get_by_role("dialog")
    expect(dialog).to_contain_text("不能撤销")
    dialog.get_by_role("button", name="提交结论").click()
    expect(bureau.get_by_text("已办理2家，没有办成0家")).to_be_visible()
    shoot(bureau, f"done-{width}")
    assert city.violations(bureau) == []
    for path in ("/pledges", "/expiring", "/enterprises?kind=agency", "/enterprise-review"):
        bureau.goto(path)
        shoot(bureau, path.strip("/").replace("?", "-") + f"-{width}")
        assert city.violations(bureau) == []
        assert bureau.evaluate("document.documentElement.scrollWidth") <= width
    bureau.goto("/pledges")
    bureau.get_by_role("link", name=AGENCY).first.click()
    expect(bureau.get_by_text("本单位填写的信息和提交的资料真实、有效")).to_be_visible()
    page.goto("/organisation")
    expect(page.get_by_text("已入驻：代理机构")).to_be_visible()
    for place in ("", "/qualifications", "/pledges", "/materials", "/suspensions"):
        page.goto(f"/organisation{place}")
        shoot(page, f"own{place.replace('/', '-')}-{width}")
        assert city.violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert first.roles() == {"applicant", "auditor"}
    assert city.faults == []
