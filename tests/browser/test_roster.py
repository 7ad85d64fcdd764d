"""The life of an enterprise in Huairou: in, changed, suspended while it is registered, back."""

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from models.clock import CHINA
from processes import training_clock
from processes.demo import codes
from processes.demo.comparing import Comparing
from processes.demo.player import Player
from tests.browser.comparative import WORKS, ComparisonPath, choose, press
from tests.browser.living import City
from tests.browser.test_enrolment import fill, register, upload
from tests.conftest import BUSINESS_DAY

pytestmark = [pytest.mark.browser, pytest.mark.timeout(500)]

FIRM = "怀柔清溪园林有限公司"
USERNAME = "qingxi"
CODE = codes.credit_code(codes.COMPANY, codes.HUAIROU, 951)
CLOSES = datetime(2026, 11, 23, 17, 30, tzinfo=CHINA)
FLOW = "enterprise_suspension"
LANDSCAPE, REGULATOR = "hr.landscape", "hr.regulator"
REASONS = "1. 法定代表人与营业执照不一致，请核对后重新填写。"


@pytest.mark.req("HR-2.5.2")
@pytest.mark.req("HR-2.5.4")
@pytest.mark.req("HR-3.4.2")
@pytest.mark.req("HR-5.5")
def test_an_enterprise_comes_changes_is_stopped_in_a_registration_and_goes_on(city: City) -> None:
    training_clock.store(BUSINESS_DAY, running=False)
    training_clock.install(city.settings)
    path = ComparisonPath(city)
    page = enrol(path)
    change(path, page)
    take_part(path, page)
    be_suspended(path, page)
    be_reinstated(path, page)
    be_counted(path)
    assert path.found == {}
    assert city.faults == []


def enrol(path: ComparisonPath) -> Page:
    """It registers, is sent back by the landscaping bureau, and passes."""
    page = path.city.visitor()
    path.signed_in[USERNAME] = page
    register(page, county="huairou", name=FIRM, credit_code=CODE)
    page.wait_for_selector("[data-form][data-ready]")
    choose(page, "所属行业", "园林绿化")
    fill(page)
    path.look(page, "enrolment")
    press(page, "提交核实")
    page.wait_for_url("**/cases/*")
    decide(path, "退回修改", REASONS)
    page.goto("/organisation")
    press(page, "接着办理")
    page.wait_for_selector("[data-form][data-ready]")
    expect(page.get_by_text("法定代表人与营业执照不一致").first).to_be_visible()
    page.get_by_role("textbox", name="法定代表人").fill("顾清溪")
    page.get_by_label("本企业作出以上承诺").check()
    press(page, "提交核实")
    page.wait_for_url("**/cases/*")
    decide(path, "核实通过，同意参与选取")
    return page


def decide(path: ComparisonPath, option: str, reasons: str = "") -> None:
    """The bureau of the trade finds it in its list and decides."""
    page = path.person(LANDSCAPE)
    page.goto("/enterprise-review?state=submitted")
    expect(page.get_by_role("link", name=FIRM).first).to_be_visible()
    path.look(page, f"review list: {option}")
    page.goto("/inbox")
    page.get_by_role("link", name=FIRM).first.click()
    page.wait_for_selector("[data-form][data-ready]")
    page.get_by_role("radio", name=option).check()
    if reasons:
        page.get_by_role("textbox", name="一次性告知的全部原因").fill(reasons)
    path.look(page, f"review: {option}")
    press(page, "提交核实结论")
    page.wait_for_url("**/cases/*")


def change(path: ComparisonPath, page: Page) -> None:
    """A licence is added; until the bureau has passed it, the old holds."""
    page.goto("/organisation")
    press(page, "申请变更")
    page.wait_for_selector("[data-form][data-ready]")
    page.get_by_role("button", name="新增一行").last.click()
    choose_last(page, "资质类别", "安全生产许可证")
    choose_last(page, "等级", "不分等级")
    page.get_by_role("textbox", name="证书编号").last.fill("(京)JZ安许证字〔2025〕9511号")
    upload(page, "证书扫描件")
    last_day(page, "有效期起", "2025-07-01")
    last_day(page, "有效期止", "2028-06-30")
    page.get_by_label("本企业作出以上承诺").check()
    press(page, "提交核实")
    page.wait_for_url("**/cases/*")
    page.goto("/organisation/qualifications")
    path.look(page, "qualifications while a change is reviewed")
    decide(path, "核实通过，同意参与选取")
    page.goto("/organisation/qualifications")
    expect(page.get_by_role("cell", name="安全生产许可证").first).to_be_visible()


def choose_last(page: Page, label: str, option: str) -> None:
    field = page.locator(".fjs-form-field-select", has_text=label).last
    field.locator(".fjs-input-group").click()
    page.locator(".fjs-dropdownlist-item", has_text=option).click()


def last_day(page: Page, label: str, text: str) -> None:
    field = page.locator(".fjs-form-field-datetime", has_text=label).last.locator("input").first
    field.fill(text)
    field.press("Enter")
    field.press("Tab")


def take_part(path: ComparisonPath, page: Page) -> None:
    """A comparison is announced; it registers from the notice."""
    path.story = Comparing(Player(path.city.settings, "huairou"), WORKS)
    path.story.start(BUSINESS_DAY)
    path.story.initiate(BUSINESS_DAY)
    path.story.announce(BUSINESS_DAY, CLOSES)
    path.story.register(BUSINESS_DAY, 1, 2)
    path.register(USERNAME)
    path.look(page, "receipt")


def be_suspended(path: ComparisonPath, page: Page) -> None:
    """It is stopped for days, and everybody reads it at once."""
    player = path.story.player
    with player.at(BUSINESS_DAY + timedelta(hours=1)):
        paper = player.upload(REGULATOR, "处理决定.pdf", "停用三十日的处理决定")
    words = {"suspension_reason": "施工现场安全防护不到位，责令整改。", "begins_on": "2026-11-18"}
    span = {"suspension_span": "days", "suspension_days": 30, "suspension_decision": paper}
    conduct(path, {"conduct": "suspend", **words, **span})
    path.move_to(BUSINESS_DAY + timedelta(hours=2))
    page.goto("/organisation/suspensions")
    expect(page.get_by_text("责令整改").first).to_be_visible()
    path.look(page, "own suspensions")
    visitor = path.city.visitor()
    visitor.goto("/conduct")
    expect(visitor.get_by_text(FIRM).first).to_be_visible()
    regulator = path.person(REGULATOR)
    regulator.goto(f"/enterprises?q={FIRM}")
    expect(regulator.get_by_role("button", name=f"恢复：{FIRM}")).to_be_visible()
    path.look(regulator, "enterprises")


def conduct(path: ComparisonPath, form: dict[str, object]) -> None:
    player = path.story.player
    with player.at(BUSINESS_DAY + timedelta(hours=1 if "suspension_span" in form else 3)):
        case = player.start(REGULATOR, FLOW, enterprise=path.story.party(USERNAME))
        player.complete(REGULATOR, case, "decide_conduct", form)


def be_reinstated(path: ComparisonPath, page: Page) -> None:
    conduct(path, {"conduct": "reinstate", "lift_reason": "整改完成，经现场复查合格。"})
    path.move_to(BUSINESS_DAY + timedelta(hours=4))
    page.goto("/organisation/suspensions")
    expect(page.get_by_text("经现场复查合格").first).to_be_visible()


def be_counted(path: ComparisonPath) -> None:
    """Reinstated before the close, it stands among those who registered."""
    path.move_to(CLOSES + timedelta(minutes=1))
    page = path.person("hr.town")
    page.goto(f"/registrations-of/{path.story.project}")
    expect(page.get_by_text(FIRM).first).to_be_visible()
    expect(page.get_by_text("共3家").first).to_be_visible()
