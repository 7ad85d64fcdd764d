"""Emergency works of Huairou in the browser: result first, seen at once, then as every project."""

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from models.clock import CHINA
from models.identity.party import Party
from models.notice import NoticeKind
from models.project import ProjectPhase
from processes import training_clock
from processes.demo.emergencies import EMERGENCY, Emergencies
from processes.demo.player import Player
from tests.browser.comparative import ProjectPath, choose, day, upload, write
from tests.browser.living import City
from tests.conftest import BUSINESS_DAY
from tests.seeding import rows

pytestmark = [pytest.mark.browser, pytest.mark.timeout(500)]

FLOW = "应急工程"
COMPANY = "栖梧市政工程有限公司"
SIGNED = datetime(2026, 11, 19, 10, 0, tzinfo=CHINA)
STARTED = datetime(2026, 11, 23, 9, 0, tzinfo=CHINA)
FINISHED = datetime(2026, 11, 30, 9, 0, tzinfo=CHINA)


class EmergencyPath(ProjectPath):
    """One emergency."""

    title = EMERGENCY.title

    def __init__(self, city: City) -> None:
        super().__init__(city)
        self.story = Emergencies(Player(city.settings, "huairou"))


@pytest.mark.req("HR-4.10")
@pytest.mark.req("HR-2.4")
@pytest.mark.req("HR-3.3.1")
@pytest.mark.req("HR-3.3.3")
def test_emergency_works_are_reported_first_and_evaluated_last(city: City) -> None:
    training_clock.store(BUSINESS_DAY, running=False)
    training_clock.install(city.settings)
    path = EmergencyPath(city)
    report(path)
    see_it_at_once(path)
    path.story.sign_contract(SIGNED)
    path.story.wake(STARTED)
    path.story.start_works(STARTED)
    path.move_to(FINISHED)
    path.report("hr.supervisor", "监理", "")
    path.report("hr.auditor", "审计", "145,200.00")
    accept(path)
    path.evaluate()
    assert path.project.phase is ProjectPhase.EVALUATED
    assert path.found == {}
    assert city.faults == []


def report(path: EmergencyPath) -> None:
    page = path.begin(FLOW)
    choose(page, "施工类别", EMERGENCY.works_type)
    choose(page, "决策方式", "现场指挥部决定")
    write(page, "险情和抢险的必要性", EMERGENCY.situation)
    write(page, "项目名称", EMERGENCY.title)
    write(page, "建设地点", EMERGENCY.location)
    write(page, "施工内容", EMERGENCY.scope)
    write(page, "计划工期（日历天）", "12")
    write(page, "资金来源", EMERGENCY.funding)
    (company,) = rows(Party, name=COMPANY)
    write(page, "施工单位名称", COMPANY)
    write(page, "统一社会信用代码", company.credit_code)
    write(page, "发包价（元）", "146,000.00")
    write(page, "选定这家单位的理由", EMERGENCY.choice_reason)
    moment(page, 0, "2026-11-17", "06:30")
    moment(page, 1, "2026-11-17", "09:00")
    upload(page, 0, "抢险决定.pdf")
    expect(page.get_by_text("已上传", exact=True)).to_have_count(1)
    page.get_by_label("以上内容真实、完整").check()
    path.look(page, "emergency filled in")
    path.submit(page, "提交发包结果")
    path.filed()


def moment(page: Page, place: int, on: str, at: str) -> None:
    field = page.locator(".fjs-form-field-datetime").nth(place).locator("input:visible")
    for part, text in enumerate((on, at)):
        field.nth(part).fill(text)
        field.nth(part).press("Enter")
        field.nth(part).press("Tab")


def see_it_at_once(path: EmergencyPath) -> None:
    """The regulator finds it in its register, everybody reads the result with its reason."""
    page = path.person("hr.regulator")
    page.goto("/emergency-works")
    expect(page.locator("tr", has_text=EMERGENCY.title)).to_contain_text(COMPANY)
    path.look(page, "register of emergency works")
    visitor = path.city.visitor()
    visitor.goto(path.notice(NoticeKind.AWARD_NOTICE))
    path.look(visitor, "notice of an emergency")
    visitor.get_by_role("link", name="应急工程结果").click()
    expect(visitor.get_by_text(COMPANY).first).to_be_visible()
    path.look(visitor, "result of an emergency")


def accept(path: EmergencyPath) -> None:
    page = path.open("hr.town", "登记竣工验收")
    upload(page, 0, "竣工验收报告.pdf")
    expect(page.get_by_text("已上传", exact=True)).to_have_count(1)
    page.get_by_label("工程已验收合格").check()
    on = f"{FINISHED - timedelta(days=1):%Y-%m-%d}"
    day(page, "竣工日期", on)
    day(page, "验收合格日期", on)
    path.submit(page, "登记验收")
