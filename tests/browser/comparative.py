"""The acts of town, agency, contractors and units in a comparison, each in their own browser."""

import re
from datetime import datetime

from playwright.sync_api import Locator, Page, expect

from models.notice import NoticeKind
from models.project import Project
from models.session import reading
from processes.demo.afterwards import Afterwards
from processes.demo.comparing import SELF, Comparing
from processes.demo.huairou_works import JOINABLE
from processes.demo.player import Player
from tests.browser.filing import choose, press, upload
from tests.browser.living import City, go
from tests.browser.whole_path import Path
from tests.seeding import rows

WORKS = JOINABLE
FLOW = "小型工程比选发包"
PASSED = "资质、安全生产许可证齐全有效。"
OPINIONS = ("报价合理，方案对上课影响最小。", "方案可行，报价较高。", "工期偏长。")


class ProjectPath(Path):
    """One project of Huairou, known by its title; ``story`` plays what is not clicked here."""

    title: str
    story: Afterwards

    @property
    def project(self) -> Project:
        """The project as it is now."""
        with reading() as session:
            return session.get_one(Project, self.story.project)

    def begin(self, flow: str) -> Page:
        """Let the town begin a project of a kind; its first form is ready."""
        page = self.person("hr.town")
        page.goto("/projects/new")
        self.look(page, "new project")
        page.get_by_role("radio", name=re.compile(f"^{flow}")).check()
        press(page, "开始填报")
        page.wait_for_selector("[data-form][data-ready]")
        return page

    def filed(self) -> None:
        """Take the project just filed for the story's."""
        (project,) = rows(Project, title=self.title)
        self.story.project, self.story.instance = project.id, str(project.instance_id)

    def open(self, username: str, title: str) -> Page:
        """Open the project's item of a step, looked over by axe."""
        page = go(self.person(username), "/inbox")
        row = page.locator("tr", has_text=self.title).filter(has_text=title)
        row.get_by_role("link", name=self.title, exact=True).click()
        page.wait_for_selector("[data-form][data-ready]")
        self.look(page, title)
        return page

    def report(self, username: str, kind: str, settlement: str = "250,500.00") -> None:
        """Let a unit hand in its report on this project."""
        page = self.open(username, f"上传{kind}报告")
        write(page, "报告上的项目编号", self.project.number)
        if kind == "审计":
            write(page, "审定结算金额（元）", settlement)
        write(page, f"{kind}结论", "工程质量合格，资料齐全，结算属实。")
        upload(page, 0, f"{kind}报告.pdf")
        expect(page.get_by_text("已上传", exact=True)).to_have_count(1)
        page.get_by_label("报告为上述项目出具").check()
        self.submit(page, f"提交{kind}报告")

    def evaluate(self) -> None:
        """Let the town evaluate the contractor."""
        page = self.open("hr.town", "评价施工企业")
        for place, score in enumerate((38, 18, 19, 9, 8)):
            page.get_by_label("得分").nth(place).fill(str(score))
        page.get_by_label("评语").fill("按期完工，质量良好，现场整洁。")
        page.get_by_label("以上评价客观、公正").check()
        self.submit(page, "提交评价")


class ComparisonPath(ProjectPath):
    """One comparison."""

    title = WORKS.title
    story: Comparing

    def __init__(self, city: City, management: str = SELF) -> None:
        super().__init__(city)
        self.story = Comparing(Player(city.settings, "huairou"), WORKS, management=management)

    def initiate(self) -> None:
        """Let the town begin and fill in a project that it carries out itself."""
        page = self.begin(FLOW)
        write(page, "项目名称", WORKS.title)
        write(page, "建设地点", WORKS.location)
        write(page, "施工内容", WORKS.scope)
        write(page, "最高限价（元）", "268,000.00")
        write(page, "计划工期（日历天）", "30")
        write(page, "资金来源", WORKS.funding)
        choose(page, "施工类别", "房屋建筑")
        choose(page, "施工企业资质", "建筑工程施工总承包")
        choose(page, "资质等级", "三级及以上")
        page.get_by_label("自行发包").check()
        page.get_by_label("以上内容真实").check()
        self.look(page, "initiation")
        self.submit(page, "提交立项")
        self.filed()

    def announce(self, closes_at: datetime) -> None:
        """Let the organiser draft the tender notice, check it and publish it."""
        page = self.open(self.story.organiser, "编制发包公告")
        field = page.locator(".fjs-form-field-datetime").first.locator("input:visible")
        for place, text in ((0, f"{closes_at:%Y-%m-%d}"), (1, f"{closes_at:%H:%M}")):
            field.nth(place).fill(text)
            field.nth(place).press("Enter")
            field.nth(place).press("Tab")
        write(page, "报名和比选要求", "报名时上传资质证书；比选采用综合评议。")
        self.submit(page, "生成公告草稿")
        page = self.open(self.story.organiser, "核对并发布发包公告")
        page.get_by_label("核对无误，发布公告").check()
        self.submit(page, "提交核对结果")

    def register(self, username: str) -> Page:
        """Let a contractor come from the public notice and register; its page has the receipt."""
        page = self.person(username)
        page.goto(self.notice(NoticeKind.TENDER_NOTICE))
        page.get_by_role("link", name="报名", exact=True).click()
        page.wait_for_selector("[data-join-form]")
        self.look(page, "registration")
        page.get_by_label("联系人及电话").fill("项目负责人 17000000201")
        page.get_by_label(re.compile("已核对上述项目")).check()
        press(page, "确认报名")
        page.wait_for_url("**/receipt")
        return page

    def review(self) -> None:
        """Let the organiser pass everybody, each with its reason."""
        page = self.open(self.story.organiser, "资格审查")
        decisions = page.locator(".fjs-form-field-radio", has_text="审查结论")
        for place in range(decisions.count()):
            decisions.nth(place).get_by_label("通过", exact=True).check()
            page.get_by_role("textbox", name="审查意见").nth(place).fill(PASSED)
        page.get_by_label("以上结论经逐家核对").check()
        self.submit(page, "提交审查结论")

    def compare(self) -> None:
        """Let the organiser rank with prices and reasons, the signed record uploaded."""
        page = self.open(self.story.organiser, "填报比选信息")
        page.get_by_label("推荐名次第1的企业中选").check()
        write(page, "比选办法", "综合评议：报价占六成，施工方案占四成。")
        write(page, "参加比选的人员", "温砚（枫泉镇规划建设办）\n贺行舟（枫泉镇财政所）")
        for place, opinion in enumerate(OPINIONS):
            price = page.get_by_role("textbox", name="报价（元）")
            price.nth(place).fill(f"{251_000 + place * 3_000:,}.00")
            any_number(page, "名次").nth(place).fill(str(place + 1))
            page.get_by_role("textbox", name="比选意见").nth(place).fill(opinion)
        write(page, "推荐理由", "报价合理，施工方案对学校上课影响最小。")
        upload(page, 0, "比选记录.pdf")
        expect(page.get_by_text("已上传", exact=True)).to_have_count(1)
        page.get_by_label("比选结论与签字的比选记录一致").check()
        self.look(page, "comparison filled in")
        self.submit(page, "提交比选结果")

    def publish(self) -> None:
        """Let the organiser publish the award."""
        page = self.open(self.story.organiser, "核对并发布中选结果")
        page.get_by_label("核对无误，发布中选公告并签发中选通知书").check()
        self.submit(page, "提交核对结果")


def any_number(page: Page, label: str) -> Locator:
    """Return the fields of a label, whether they count or hold text."""
    return page.get_by_role("textbox", name=label).or_(page.get_by_role("spinbutton", name=label))


def write(page: Page, label: str, text: str) -> None:
    """Fill in the one field of a label."""
    any_number(page, label).first.fill(text)


def day(page: Page, label: str, text: str) -> None:
    """Fill in a day."""
    field = page.locator(".fjs-form-field-datetime", has_text=label).locator("input:visible").first
    field.fill(text)
    field.press("Enter")
    field.press("Tab")
