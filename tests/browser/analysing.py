"""What analyst, publisher and staff click in the analyst's story, in the words on the screen."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from playwright.sync_api import Page, expect
from sqlalchemy import select

from models.clock import CHINA
from models.flow.definition import Definition
from models.flow.instance import Instance
from models.flow.rules import forget_rules
from models.flow.work_item import OPEN_STATES, WorkItem
from models.session import reading
from processes.demo.course import Course, finish, gather
from processes.demo.player import Player
from processes.demo.projects import FINISHED
from processes.demo.story import Story
from processes.sweeper import sweep_until_quiet
from tests.browser.drawing import Pen
from tests.browser.living import City
from tests.browser.modelling import Desk
from tests.browser.rest import at_rest
from tests.conftest import BUSINESS_DAY

COUNTY, FLOW, FORM = "dazhou", "random_selection", "countersign"
GATE, STEP, LANE = "是否须会签", "纪委会签", "行业主管部门"
LINE = "10万元以上"
BUSY = "完成后本页自动更新"


class WorkingDay:
    """One working day in the workbench."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.page = city.sign_in("analyst")
        self.proposal = self.rehearsal = ""

    def look_over(self, page: Page | None = None) -> None:
        assert self.city.violations(page or self.page) == []

    def work(self) -> None:
        """Let the worker do what is owed."""
        sweep_until_quiet(self.city.settings)
        forget_rules()

    def confirm(self, button: str, yes: str, page: Page | None = None) -> None:
        page = page or self.page
        page.get_by_role("main").get_by_role("button", name=button, exact=True).click()
        page.get_by_role("dialog").get_by_role("button", name=yes, exact=True).click()

    def write_rule(self, county: str, key: str, value: str) -> None:
        """Write a value from today on into the open proposal and go there."""
        page = self.page
        page.goto(f"/rules/{key}?in={county}")
        if value == "是":
            page.get_by_label(value, exact=True).check()
        else:
            page.locator("#f-value").fill(value)
        page.locator("#f-from_on").fill(f"{BUSINESS_DAY:%Y-%m-%d}")
        page.locator("#f-source").fill("县政府办公室关于小额工程交易的通知第三条")
        page.get_by_role("button", name="写入改动单").click()
        page.get_by_role("main").locator("a[href^='/proposals/']").first.click()
        page.wait_for_url("**/proposals/*")

    def publish_alone(self) -> None:
        self.confirm("发布", "发布")
        self.settled("已发布")

    def settled(self, words: str, page: Page | None = None) -> None:
        """Let the worker publish and wait until the page says what came of it."""
        page = page or self.page
        busy = page.locator("#proposal .sw-banner, .sw-banner[hx-get]", has_text=BUSY)
        busy.wait_for()
        self.work()
        expect(busy).to_have_count(0)  # the page looks again by itself
        expect(page.get_by_role("main")).to_contain_text(words)

    def make_the_form(self) -> None:
        """A form with an opinion to choose and a reason to write."""
        page = self.page
        page.goto(f"/resources/{COUNTY}")
        page.get_by_role("button", name="新建表单").click()
        page.wait_for_url("**/forms/**")
        self.proposal = page.url.split("/")[4]
        page.locator("#f-name").fill(FORM)
        page.locator("#f-title").fill(STEP)
        page.get_by_role("button", name="新建并打开").click()
        page.wait_for_selector("[data-form-editor][data-ready]")
        self.add_field("单选", "会签意见", "countersign_opinion", options=("同意", "不同意"))
        self.add_field("多行文字", "会签说明", "countersign_note")
        page.wait_for_function(
            "() => !document.querySelector('[data-form-editor]').workbench.desk.saver.unsaved"
        )

    def add_field(self, kind: str, label: str, key: str, options: tuple[str, ...] = ()) -> None:
        page = self.page
        entry = page.get_by_role("button", name=kind, exact=True)
        entry.focus()
        entry.press("Enter")
        side = page.locator("[data-properties]")
        expect(side.get_by_label("标签", exact=True)).to_be_focused()  # of the field just added
        side.get_by_label("标签", exact=True).fill(label)
        for at, option in enumerate(options, start=1):
            if at > 1:
                side.get_by_role("button", name="加一项").click()
            side.get_by_label(f"第{at}项的文字").fill(option)
        if options:
            side.get_by_label("必填", exact=True).check()
        side.get_by_label("数据名称", exact=True).fill(key)
        side.get_by_label("数据名称", exact=True).blur()

    def draw_the_step(self, condition: str) -> None:
        """A lane, a choice by amount before the people are named, and the new step in the lane."""
        page = self.page
        page.goto(f"/flows/{COUNTY}/{FLOW}")
        page.get_by_role("main").get_by_role("button", name="打开", exact=True).click()
        page.wait_for_url(f"**/modeller/{self.proposal}/{FLOW}")
        desk = Desk(page, self.proposal).open(FLOW)
        pen = Pen(desk)
        lane = pen.lane_above(f"participant_{FLOW}")
        desk.choose(lane)
        desk.field("角色").select_option(LANE)
        pen.show("name_people")
        gate = pen.put("create.exclusive-gateway", pen.spot("flow_intake_name_people"))
        desk.choose(gate)
        desk.fill("名称", GATE)
        step = pen.put("create.user-task", (pen.spot(gate)[0] - 50, pen.spot(lane)[1]))
        desk.choose(step)
        desk.fill("名称", STEP)
        desk.find("表单", FORM)
        by_amount, _ = pen.connect(gate, step), pen.connect(step, "name_people")
        desk.choose(pen.between(gate, "name_people"))
        desk.fill("连线上的字", "不须会签")
        desk.field("其余情形都走这条").check()
        desk.choose(by_amount)
        desk.fill("连线上的字", LINE)
        desk.fill("条件", condition)
        desk.settled()
        expect(desk.findings).not_to_contain_text(GATE)

    def mend(self, condition: str) -> None:
        """Follow the rehearsal's link to the faulty place and write it anew."""
        page = self.page
        page.get_by_role("link", name="在建模器中改正").click()
        page.locator("[data-modeller][data-ready=true]").wait_for()
        desk = Desk(page, self.proposal)
        pen = Pen(desk)
        desk.choose(pen.between(pen.named(GATE), pen.named(STEP)))
        desk.fill("条件", condition)
        desk.settled()

    def rehearse(self) -> None:
        page = self.page
        page.get_by_role("main").get_by_role("link", name="试运行", exact=True).click()
        page.get_by_role("button", name="开始试运行").click()
        page.wait_for_url("**/rehearsals/*")
        self.rehearsal = page.url

    def walk(self, steps: int) -> None:
        """Let the next step be done with invented answers, several times."""
        for _ in range(steps):
            self.page.get_by_role("button", name="下一步（自动填写）").click()
            at_rest(self.page)

    def replay(self) -> None:
        self.page.goto(self.rehearsal)
        self.page.get_by_role("button", name="用现在的稿重走").click()
        at_rest(self.page)

    def keep_as_case(self, name: str) -> None:
        page = self.page
        page.get_by_role("button", name="存为办理样例").click()
        page.locator("#case-name").fill(name)
        page.get_by_role("dialog").get_by_role("button", name="保存", exact=True).click()
        page.wait_for_url("**/cases/**")

    def run_cases(self) -> None:
        """Run every case that the change touches, then write the new step into all of them."""
        page = self.page
        page.goto(f"/proposals/{self.proposal}")
        cases = page.get_by_role("region", name="办理样例")
        page.get_by_role("button", name="运行样例").click()
        self.settled("没有通过")
        page.get_by_role("button", name="给所有样例补上新环节").click()
        self.settled("没有通过")
        cases.get_by_role("link", name="cases/intake.toml").first.click()
        self.accept_results()
        page.get_by_role("link", name="回到改动单").click()
        expect(cases).to_contain_text("个样例全部通过")

    def accept_results(self) -> None:
        """Of cases that end where the new step waits now: what comes of them is what should."""
        page = self.page
        failed = page.locator("details.sw-card[open]", has_text="没有通过")
        while failed.count():
            failed.first.get_by_role("button", name="按实际结果改写").click()
            page.get_by_role("dialog").get_by_role("button", name="改写", exact=True).click()
            self.settled("应有的结果")

    def submit(self) -> None:
        page = self.page
        page.get_by_label("理由", exact=True).fill("十万元以上的项目须经会签。")
        page.get_by_role("button", name="保存名称和理由").click()
        at_rest(page)
        page.get_by_role("button", name="提交审批").click()
        expect(page.get_by_role("main")).to_contain_text("正等待流程发布人同意")

    def approve(self, proposal: str) -> None:
        """As the second person."""
        page = self.city.sign_in("publisher")
        page.goto(f"/proposals/{proposal}")
        self.confirm("同意发布", "同意发布", page)
        self.settled("已发布", page)
        page.context.close()

    def roll_back(self) -> str:
        """Take the publication back and return the address of the reverse proposal."""
        page = self.page
        page.goto(f"/proposals/{self.proposal}")
        page.get_by_label("回退的理由").fill("会签改在立项时办。")
        self.confirm("回退", "回退")
        page.wait_for_url(lambda url: "/proposals/" in url and self.proposal not in url)
        page.get_by_role("button", name="提交审批").click()
        expect(page.get_by_role("main")).to_contain_text("正等待流程发布人同意")
        return page.url.split("/")[-1].split("?")[0]


def a_story(city: City, title: str, at: datetime) -> Story:
    """A project accepted by the centre."""
    story = Story(Player(city.settings), replace(FINISHED, title=title))
    story.start(at)
    story.submit(at)
    story.accept(at + timedelta(minutes=30))
    return story


def finished(story: Story) -> None:
    """Play a case from the naming of its people to its evaluation."""
    course = Course.usual(_on(18, 10), _on(23, 17, 30), _on(24, 15))
    story.name_people(course.prepared)
    story.confirm_officer(course.prepared)
    story.confirm_monitor(course.prepared)
    gather(story, course, 1, 2, 3)
    finish(story, course)
    story.wake(_on(27, 17, 31))
    story.sign_contract(_on(30, 9))
    story.wake(_on(30, 9) + timedelta(days=4))
    story.complete_works(_on(30, 9) + timedelta(days=7))
    story.evaluate(_on(30, 9) + timedelta(days=8))


def _on(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=CHINA)


def version_of(story: Story) -> tuple[str, str, int]:
    """Return a case's status and the version it runs on: county and number."""
    with reading() as session:
        case = session.get_one(Instance, story.instance)
        version = session.get_one(Definition, case.definition_id)
        return case.status.value, version.county_code, version.version


def waiting(story: Story) -> list[str]:
    """Return the titles of a case's open steps."""
    with reading() as session:
        query = select(WorkItem.title).where(
            WorkItem.instance_id == story.instance, WorkItem.state.in_(OPEN_STATES)
        )
        return sorted(session.scalars(query))


@contextmanager
def signed_in(city: City, username: str) -> Iterator[Page]:
    """Somebody's page, closed afterwards."""
    page = city.sign_in(username)
    yield page
    page.context.close()
