"""The guided tour of both READMEs, walked on the demonstration as they tell it."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from models.clock import business_now
from models.project import Project, ProjectPhase
from models.settings import ROOT
from processes.demo import bidding_works, build_demonstration, huairou_works, works
from processes.demo.build import NOW
from processes.demo.huairou_projects import FIRM
from processes.demo.projects import ANNOUNCED, FROZEN
from tests.browser.bidding import offer_here, open_here, seal_here, verified
from tests.browser.filing import press
from tests.browser.living import City, serving
from tests.browser.rest import at_rest
from tests.browser.whole_path import AGREE, OPEN, Path
from tests.seeding import rows

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

TOURS = {"README.md": "## Ten minutes", "README.zh-CN.md": "## 十分钟"}
AFTERWARDS = NOW + timedelta(days=1, hours=9)
BIDDINGS = (bidding_works.UNSEALED, bidding_works.OPEN, bidding_works.CLOSED, bidding_works.TIED)
COMPARISONS = (huairou_works.JOINABLE, huairou_works.REVIEWING, huairou_works.IN_WORKS)
WORDS = {
    "找项目", "我要参与", "确认参与", "打印回执", "待办", "开启", "确认开启", "核对并发布结果公示",
    "发布结果公示", "中选结果", "核验通过", "评价", "去评价", "提交评价", "停用名单", "信用评价", "项目报建",
    "超期督办", "审批申请", "提交审批意见", "密封最低限价", "我的参与", "去报价", "密封并提交报价",
    "报名", "确认报名", "资格审查", "提交审查结论", "委托项目", "应急工程", "企业核实",
}  # fmt: skip


class Tour(Path):
    """The visitor who plays everybody, each in a private window."""

    def __init__(self, city: City) -> None:
        super().__init__(city)
        self.seen: set[str] = set()

    def say(self, *words: str) -> str:
        """Note words that the tour names; return the last."""
        self.seen.update(words)
        return words[-1]

    def menu(self, username: str, word: str) -> Page:
        """Open a page from somebody's menu."""
        page = self.person(username)
        page.goto("/desk")
        menu = page.get_by_role("navigation").get_by_role("link", name=self.say(word), exact=False)
        menu.first.click()
        at_rest(page)
        return page

    def item(self, username: str, project: str, step: str) -> Page:
        """Open an item of somebody's inbox."""
        page = self.menu(username, "待办")
        row = page.locator("tr", has_text=project).filter(has_text=self.say(step))
        row.get_by_role("link", name=project, exact=True).click()
        return page


@pytest.fixture(scope="module")
def tour(tmp_path_factory, browser, built):
    """The demonstration as ``setup --demo`` makes it, and its visitor."""
    folder = tmp_path_factory.mktemp("tour")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("web.assets.DIST", built)
        with serving(folder, browser, build_demonstration) as city:
            yield Tour(city)
            assert city.faults == []


def project_of(title: str) -> Project:
    (project,) = rows(Project, title=title)
    return project


@pytest.mark.parametrize("name", TOURS)
def test_the_readmes_tell_the_same_tour(name):
    """Every word on the screen that a tour names is one that the walk below meets."""
    section = (ROOT / name).read_text(encoding="utf-8").split(TOURS[name])[1].split("\n## ")[0]
    assert set(re.findall(r"“([^”]+)”", section)) == WORDS
    for one in (ANNOUNCED, FROZEN, works.COMPLETED, works.PAUSED, *BIDDINGS, *COMPARISONS):
        assert one.title in section
    assert f'clock set "{AFTERWARDS:%Y-%m-%d %H:%M}"' in section


def test_the_demonstration_shows_every_phase(tour):
    # Huairou's rule wants nobody's approval: what is reported there is awarded at once
    assert {one.phase for one in rows(Project)} == set(ProjectPhase) - {ProjectPhase.REPORTED}
    assert business_now() == NOW


def test_the_tour_can_be_walked(tour):
    join(tour)
    draw(tour)
    publish(tour)
    check(tour)
    evaluate(tour)
    be_locked(tour)
    resume(tour)
    seal_a_floor(tour)
    bid(tour)
    open_bids(tour)
    check_a_tie(tour)
    register(tour)
    review(tour)
    oversee(tour)
    award(tour)
    assert tour.seen >= WORDS


def join(tour: Tour) -> None:
    page = tour.menu("dz.contractor07", "找项目")
    page.get_by_role("button", name=f"{tour.say('我要参与')}：{ANNOUNCED.title}").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("我公司承诺").check()
    dialog.get_by_role("button", name=tour.say("确认参与")).click()
    page.wait_for_url("**/receipt")
    expect(page.get_by_text(tour.say("打印回执")).first).to_be_visible()


def draw(tour: Tour) -> None:
    officer = tour.item("dz.selector", FROZEN.title, "开启")
    officer.wait_for_url("**/ceremonies/*")
    monitor = tour.person("dz.monitor")
    monitor.goto(officer.url)
    officer.get_by_label(OPEN).check()
    press(officer, "开启")
    officer.get_by_role("dialog").get_by_role("button", name="开启").click()
    monitor.get_by_label(AGREE).check()
    press(monitor, tour.say("确认开启"))
    monitor.get_by_role("dialog").get_by_role("button", name="确认开启").click()
    hall = tour.person("dz.centre")
    hall.goto(f"{officer.url}/hall")
    expect(hall.locator("[data-part=ranking]")).to_contain_text("中选")


def publish(tour: Tour) -> None:
    page = tour.item("dz.centre", FROZEN.title, "核对并发布结果公示")
    page.wait_for_selector("[data-form][data-ready]")
    page.get_by_label("选取结果已核对，同意发布中选结果公示").check()
    tour.submit(page, tour.say("发布结果公示"))


def check(tour: Tour) -> None:
    page = tour.city.visitor()
    page.goto("/")
    page.get_by_role("link", name=tour.say("中选结果")).first.click()
    page.get_by_role("link", name=FROZEN.title).first.click()
    expect(page.locator("[data-check]").get_by_role("status")).to_contain_text(tour.say("核验通过"))


def evaluate(tour: Tour) -> None:
    title = works.COMPLETED.title
    page = tour.menu("dz.owner", "评价")
    page.get_by_role("link", name=f"{tour.say('去评价')}：{title}").click()
    page.wait_for_selector("[data-form][data-ready]")
    for place, score in enumerate((38, 18, 19, 9, 8)):
        page.get_by_label("得分").nth(place).fill(str(score))
    page.get_by_label("评语").fill("按期完工，质量良好，现场整洁。")
    page.get_by_label("以上评价客观、公正").check()
    tour.submit(page, tour.say("提交评价"))
    assert project_of(title).phase is ProjectPhase.EVALUATED
    visitor = tour.city.visitor()
    visitor.goto("/")
    visitor.get_by_role("link", name=tour.say("停用名单")).first.click()
    visitor.locator("main").get_by_role("link", name=tour.say("信用评价")).click()
    expect(visitor.locator("main")).to_contain_text(title)


def be_locked(tour: Tour) -> None:
    page = tour.menu("dz.owner2", "项目报建")
    expect(page.get_by_role("button", name="开始填报")).to_be_disabled()
    expect(page.locator("main")).to_contain_text(works.OVERDUE.title)


def resume(tour: Tour) -> None:
    page = tour.menu("dz.leader", "超期督办")
    expect(page.locator("main")).to_contain_text(works.LATE.title)
    page = tour.item("dz.leader", works.PAUSED.title, "审批申请")
    page.wait_for_selector("[data-form][data-ready]")
    page.get_by_label("同意", exact=True).check()
    tour.submit(page, tour.say("提交审批意见"))


def seal_a_floor(tour: Tour) -> None:
    page = tour.item("dz.owner", bidding_works.UNSEALED.title, "密封最低限价")
    seal_here(page, "120,000")


def bid(tour: Tour) -> None:
    page = tour.menu("dz.contractor07", "我的参与")
    title = bidding_works.OPEN.title
    page.get_by_role("link", name=f"{tour.say('去报价')}：{title}").click()
    at_rest(page)
    offer_here(page, "331,500")
    tour.say("密封并提交报价")


def open_bids(tour: Tour) -> None:
    officer = tour.item("dz.selector", bidding_works.CLOSED.title, "开启")
    officer.wait_for_url("**/ceremonies/*")
    monitor = tour.person("dz.monitor")
    monitor.goto(officer.url)
    open_here(officer, monitor)
    expect(officer.locator("[data-part=act]")).to_contain_text("253,180.00", timeout=20_000)


def check_a_tie(tour: Tour) -> None:
    page = tour.city.visitor()
    page.goto("/results")
    page.get_by_role("link", name=bidding_works.TIED.title).first.click()
    verified(page, checks=2)


def register(tour: Tour) -> None:
    page = tour.menu("hr.contractor02", "找项目")
    row = page.locator("tr", has_text=huairou_works.JOINABLE.title)
    row.get_by_role("link", name=tour.say("报名")).last.click()
    page.get_by_label("联系人及电话").fill("骆西川 17000000202")
    page.get_by_label("已核对上述项目").check()
    press(page, tour.say("确认报名"))
    page.wait_for_url("**/receipt")


def review(tour: Tour) -> None:
    title = huairou_works.REVIEWING.title
    page = tour.item("hr.agency", title, "资格审查")
    page.wait_for_selector("[data-form][data-ready]")
    decisions = page.locator(".fjs-form-field-radio", has_text="审查结论")
    for place in range(decisions.count()):
        decisions.nth(place).get_by_label("通过", exact=True).check()
        page.get_by_role("textbox", name="审查意见").nth(place).fill(
            "资质、安全生产许可证齐全有效。"
        )
    page.get_by_label("以上结论经逐家核对").check()
    tour.submit(page, tour.say("提交审查结论"))
    town = tour.menu("hr.town", "委托项目")
    expect(town.locator("tr", has_text=title)).to_contain_text("填报比选信息")


def oversee(tour: Tour) -> None:
    page = tour.menu("hr.regulator", "应急工程")
    expect(page.locator("main")).to_contain_text(huairou_works.IN_WORKS.title)
    page = tour.menu("hr.landscape", "企业核实")
    expect(page.locator("main")).to_contain_text(FIRM)


def award(tour: Tour) -> None:
    """The publicity is over: the award is final."""
    tour.move_to(AFTERWARDS)
    assert project_of(FROZEN.title).phase is ProjectPhase.AWARDED
    assert project_of(works.PAUSED.title).phase is not ProjectPhase.PAUSED
