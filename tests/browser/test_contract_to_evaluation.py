"""From the award to the evaluation and the lock, as owner and winner click it."""

import os
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path as Folder

import pytest
from playwright.sync_api import Page, expect

from models.clock import CHINA
from models.notice import NoticeKind
from models.project import Project, ProjectPhase
from models.session import reading
from processes import training_clock
from processes.demo.player import Player
from processes.demo.projects import FINISHED
from processes.demo.story import Story
from tests.browser.filing import press, upload
from tests.browser.living import go
from tests.browser.whole_path import Path
from tests.conftest import BUSINESS_DAY

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

BEGAN = datetime(2026, 11, 23, 9, 0, tzinfo=CHINA)
FREEZE = datetime(2026, 11, 25, 17, 30, tzinfo=CHINA)
SELECTION = datetime(2026, 11, 26, 15, 0, tzinfo=CHINA)
AWARDED = datetime(2026, 11, 30, 9, 0, tzinfo=CHINA)
CONTRACT_SEEN = datetime(2026, 12, 1, 17, 31, tzinfo=CHINA)
ACCEPTED = datetime(2026, 12, 4, 10, 0, tzinfo=CHINA)
LATE = datetime(2026, 12, 14, 9, 0, tzinfo=CHINA)
PICTURES = os.environ.get("SMALLWORKS_TEST_PICTURES", "")
REASON = "合同工期与双方签订的45天不一致，请改正。"


class Aftermath(Path):
    """One project after its award."""

    def __init__(self, city, story: Story) -> None:
        super().__init__(city)
        self.story = story

    def look(self, page: Page, name: str) -> None:
        super().look(page, name)
        if PICTURES:
            page.screenshot(path=Folder(PICTURES) / f"{name}.png", full_page=True)

    def open(self, username: str, title: str) -> Page:
        page = self.person(username)
        go(page, "/inbox")
        row = page.locator("tr", has_text=FINISHED.title).filter(has_text=title)
        row.get_by_role("link", name=FINISHED.title, exact=True).click()
        page.wait_for_selector("[data-form][data-ready]")
        self.look(page, title)
        return page

    def project(self) -> Project:
        with reading() as session:
            return session.get_one(Project, self.story.project)


def awarded(city) -> Aftermath:
    """Play up to the award by the same verbs as the pages, then stand on the morning after."""
    story = Story(Player(city.settings), FINISHED)
    story.prepare(BEGAN)
    story.announce(BEGAN + timedelta(hours=2), FREEZE, SELECTION)
    story.join(BEGAN + timedelta(hours=6), 1, 2, 3)
    story.wake(FREEZE + timedelta(minutes=1))
    story.wake(SELECTION)
    story.hold(SELECTION + timedelta(minutes=5))
    story.publish(SELECTION + timedelta(hours=1))
    path = Aftermath(city, story)
    path.move_to(AWARDED)
    return path


def day(page: Page, label: str, text: str) -> None:
    field = page.locator(".fjs-form-field-datetime", has_text=label).locator("input:visible").first
    field.fill(text)
    field.press("Enter")
    field.press("Tab")


def number(page: Page, label: str, text: str) -> None:
    page.get_by_role("textbox", name=label).or_(
        page.get_by_role("spinbutton", name=label)
    ).first.fill(text)


def be_refused(page: Page) -> None:
    """Press the button and wait for the refusal: what it says may stand there from before."""
    with page.expect_response("**/complete") as answer:
        press(page, "提交施工企业确认")
    assert answer.value.status == HTTPStatus.UNPROCESSABLE_ENTITY


def fill_contract(path: Aftermath, page: Page) -> None:
    page.get_by_role("textbox", name="合同编号").fill("柳镇施合字〔2026〕18号")
    page.get_by_role("textbox", name="合同上的项目编号").fill("DZX-2026-0999")
    number(page, "合同价（元）", "183,600.01")
    day(page, "签订日期", "2026-11-30")
    day(page, "约定开工日期", "2026-12-01")
    number(page, "合同工期（日历天）", "54")
    upload(page, 0, "施工合同.pdf")
    expect(page.get_by_text("已上传", exact=True)).to_have_count(1)
    page.get_by_label("以上内容与签订的合同一致").check()
    be_refused(page)
    expect(page.get_by_text("这是另一个项目的合同").first).to_be_visible()
    page.get_by_role("textbox", name="合同上的项目编号").fill(path.project().number)
    be_refused(page)
    expect(page.get_by_text("合同须按中选价签订").first).to_be_visible()
    path.look(page, "合同价高于中选价")
    number(page, "合同价（元）", "183,600.00")


@pytest.mark.req("DZ-A4")
@pytest.mark.req("DZ-A4c")
def test_contract_works_and_evaluation_are_clicked_through_and_the_lock_comes_and_goes(city):
    training_clock.store(BUSINESS_DAY, running=False)
    training_clock.install(city.settings)
    path = awarded(city)
    sign(path)
    see_as_a_visitor(path)
    complete(path)
    be_locked(path)
    evaluate(path)
    be_free(path)
    assert path.found == {}
    assert city.faults == []


def sign(path: Aftermath) -> None:
    """The owner's first contract has a wrong time; the winner sends it back, then confirms."""
    page = path.open("dz.owner", "提交签好的合同")
    fill_contract(path, page)
    path.submit(page, "提交施工企业确认")
    winner = path.story.winner()
    page = path.open(winner, "确认合同")
    page.get_by_label("不一致，退回项目业主改正").check()
    page.get_by_label("退回原因").fill(REASON)
    path.submit(page, "提交答复")
    page = path.open("dz.owner", "提交签好的合同")
    expect(page.get_by_text(REASON)).to_be_visible()
    path.look(page, "退回的合同")
    number(page, "合同工期（日历天）", "45")
    path.submit(page, "提交施工企业确认")
    page = path.open(winner, "确认合同")
    page.get_by_label("与双方签订的合同一致，确认").check()
    path.submit(page, "提交答复")
    assert path.project().phase is ProjectPhase.CONTRACTED
    owner = path.person("dz.owner")
    owner.goto(f"/cases/{path.story.instance}")
    expect(owner.get_by_text("共2轮，每轮都保留")).to_be_visible()
    path.look(owner, "案卷里的合同")


def see_as_a_visitor(path: Aftermath) -> None:
    page = path.city.visitor()
    page.goto(path.notice(NoticeKind.CONTRACT_NOTICE))
    expect(page.get_by_text("人民币壹拾捌万叁仟陆佰元整").first).to_be_visible()
    path.look(page, "合同公示")


def complete(path: Aftermath) -> None:
    path.move_to(CONTRACT_SEEN)
    path.move_to(ACCEPTED)
    page = path.open("dz.owner", "登记开工")
    day(page, "实际开工日期", "2026-12-02")
    path.submit(page, "登记开工")
    page = path.open("dz.owner", "登记竣工验收")
    day(page, "竣工日期", "2026-12-04")
    day(page, "验收合格日期", "2026-12-04")
    number(page, "审定结算金额（元）", "182,350.00")
    upload(page, 0, "竣工验收报告.pdf")
    expect(page.get_by_text("已上传", exact=True)).to_have_count(1)
    page.get_by_label("工程已验收合格").check()
    path.submit(page, "登记验收")
    assert path.project().phase is ProjectPhase.COMPLETED


def be_locked(path: Aftermath) -> None:
    path.move_to(LATE)
    page = path.person("dz.owner")
    page.goto("/desk")
    expect(page.get_by_text("评价超期")).to_be_visible()
    path.look(page, "工作台评价超期")
    page.goto("/projects/new")
    expect(page.get_by_role("button", name="开始填报")).to_be_disabled()
    path.look(page, "暂不能报建")
    page.get_by_role("link", name="去评价").click()
    page.wait_for_url("**/evaluations?state=late")
    expect(page.locator("tr", has_text=FINISHED.title)).to_contain_text("超期未评价")
    path.look(page, "评价列表")


def evaluate(path: Aftermath) -> None:
    page = path.person("dz.owner")
    page.get_by_role("link", name=f"去评价：{FINISHED.title}").click()
    page.wait_for_selector("[data-form][data-ready]")
    path.look(page, "评价表")
    for place, score in enumerate((38, 18, 19, 9, 8)):
        page.get_by_label("得分").nth(place).fill(str(score))
    expect(page.get_by_text("总分：92分（满分100分）")).to_be_visible()
    expect(page.get_by_text("等次：优秀")).to_be_visible()
    page.get_by_label("评语").fill("按期完工，质量良好，现场整洁。")
    page.get_by_label("以上评价客观、公正").check()
    path.look(page, "评价表已填")
    path.submit(page, "提交评价")
    assert path.project().phase is ProjectPhase.EVALUATED


def be_free(path: Aftermath) -> None:
    page = path.person("dz.owner")
    page.goto("/projects/new")
    expect(page.get_by_role("button", name="开始填报")).to_be_enabled()
    winner = path.person(path.story.winner())
    winner.goto("/organisation/evaluations")
    expect(winner.get_by_text("质量良好")).to_be_visible()
    path.look(winner, "企业的信用评价")
    visitor = path.city.visitor()
    visitor.goto("/conduct/evaluations")
    expect(visitor.locator("tr", has_text=FINISHED.title)).to_contain_text("优秀")
    expect(visitor.get_by_text("质量良好")).to_have_count(0)
    path.look(visitor, "公开的信用评价")
