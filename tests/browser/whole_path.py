"""The acts of everybody on the straight path, each in a browser of their own."""

import re
from datetime import datetime

from playwright.sync_api import Page, expect

from models.notice import Notice, NoticeKind
from models.selection.tables import Draw
from processes import training_clock
from processes.sweeper import sweep_until_quiet
from tests.browser.filing import (
    CHOICES,
    HAND_IN,
    JUDGE,
    PUSH,
    TITLE,
    fill,
    open_stamping,
    press,
    stamp,
    tick_papers,
    upload_all,
)
from tests.browser.living import City, go
from tests.seeding import rows

BUILDING = {"施工类别": "房屋建筑", "施工企业资质": "建筑工程施工总承包"}
REASONS = "1. 工程量清单第3项与预算表不一致，请核实后统一。\n2. 申请表未加盖公章。"
CORRECTED = "清淤并修复石桥村灌溉渠620米，浆砌石护壁修补，更换闸门2座，与预算表一致。"
OPEN = "监督人员已在场，现在开启随机选取"
AGREE = "名单家数和指纹与冻结时一致，同意开启"


class Path:
    """One project's way; pages are looked over by axe as they are first met."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.signed_in: dict[str, Page] = {}
        self.found: dict[str, list[str]] = {}

    def person(self, username: str) -> Page:
        """Return the page of somebody, signed in once."""
        if username not in self.signed_in:
            self.signed_in[username] = self.city.at_desk(username)
        return self.signed_in[username]

    def look(self, page: Page, name: str) -> None:
        """Let axe look the page over."""
        if found := self.city.violations(page):
            self.found[name] = found

    def move_to(self, moment: datetime) -> None:
        """Move the clock and do what has come due, as ``smallworks clock`` does."""
        training_clock.move(self.city.settings, moment)
        sweep_until_quiet(self.city.settings)

    @property
    def draw(self) -> Draw:
        """The project's draw."""
        (draw,) = rows(Draw)
        return draw

    def notice(self, kind: NoticeKind) -> str:
        """Return the address of the project's notice of a kind."""
        (notice,) = rows(Notice, kind=kind)
        return f"/notices/{notice.id}"

    def file(self, method: str = "小额工程随机选取") -> None:
        """Let the owner begin on the desk, fill in everything and hand it in."""
        page = self.person("dz.owner")
        self.look(page, "desk")
        page.get_by_role("link", name="项目报建").first.click()
        page.get_by_role("radio", name=re.compile(f"^{method}")).check()
        page.get_by_role("button", name="开始填报").click()
        page.wait_for_selector("[data-form][data-ready]")
        fill(page, CHOICES | BUILDING)
        self.look(page, "work item: requirement")
        press(page, HAND_IN)
        page.wait_for_url("**/cases/*")
        self.look(page, "case")
        code = open_stamping(page, self.city.settings)
        self.look(page, "work item: stamped form")
        upload_all(page, code)
        press(page, PUSH)
        page.wait_for_url("**/cases/*")

    def open_item(self, username: str, title: str) -> Page:
        """Open the project's item in somebody's inbox, which stands at one step now."""
        page = self.person(username)
        go(page, "/inbox")
        row = page.locator("tr", has_text=TITLE)
        expect(row).to_contain_text(title)
        row.get_by_role("link", name=TITLE, exact=True).click()
        return page

    def work(self, username: str, title: str) -> Page:
        """Open the item with its form, looked over by axe."""
        page = self.open_item(username, title)
        page.wait_for_selector("[data-form][data-ready]")
        self.look(page, f"work item: {title}")
        return page

    def submit(self, page: Page, button: str) -> None:
        """Press the button of the form and wait for what comes next."""
        before = page.url
        press(page, button)
        page.wait_for_url(lambda url: url != before)

    def send_back(self) -> None:
        """Let the centre send the project back with all reasons at once."""
        page = self.work("dz.centre", "受理审核")
        tick_papers(page)
        page.get_by_label("审核不通过，退回").check()
        page.get_by_label("一次性告知的全部原因").fill(REASONS)
        self.submit(page, JUDGE)

    def correct(self) -> None:
        """Let the owner read the reasons, mend the scope and hand in again."""
        page = self.open_item("dz.owner", "填报项目需求")
        page.wait_for_selector("[data-form][data-ready]")
        expect(page.get_by_text("申请表未加盖公章")).to_be_visible()
        page.get_by_role("textbox", name="施工内容").fill(CORRECTED)
        self.look(page, "work item: returned")
        self.submit(page, HAND_IN)
        stamp(page, self.city.settings)

    def accept(self) -> None:
        """Let the centre accept."""
        page = self.open_item("dz.centre", "受理审核")
        page.wait_for_selector("[data-form][data-ready]")
        tick_papers(page)
        page.get_by_label("受理", exact=True).check()
        self.submit(page, JUDGE)

    def name_people(self) -> None:
        """Let the owner name selection officer and monitor."""
        page = self.work("dz.owner", "指定选取和监督人员")
        for number, name in enumerate(("陆知微", "罗澄")):
            page.locator(".fjs-form-field-select .fjs-input-group").nth(number).click()
            page.locator(".fjs-dropdownlist-item", has_text=name).click()
        self.submit(page, "提交人员指定")

    def confirm(self, username: str, title: str, tick: str, button: str) -> None:
        """Let one of the two confirm; the browser seals a secret that nobody typed."""
        page = self.work(username, title)
        page.get_by_label(re.compile(tick)).check()
        with page.expect_request("**/complete") as sent:
            self.submit(page, button)
        secret = sent.value.post_data_json["form"]["draw_secret"]
        assert set(secret) == {"commit", "envelope"}

    def announce(self, *moments: datetime, title: str = "编制选取公告") -> None:
        """Let the centre draft the notice with its moments, check it and publish it."""
        page = self.work("dz.centre", title)
        for number, moment in enumerate(moments):
            field = page.locator(".fjs-form-field-datetime").nth(number).locator("input:visible")
            for place, text in ((0, f"{moment:%Y-%m-%d}"), (1, f"{moment:%H:%M}")):
                field.nth(place).fill(text)
                field.nth(place).press("Enter")
                field.nth(place).press("Tab")
        self.submit(page, "生成公告草稿")
        page.wait_for_selector("[data-form][data-ready]")
        self.look(page, "work item: publish")
        page.get_by_label("核对无误，发布公告").check()
        self.submit(page, "提交核对结果")

    def join(self, username: str) -> Page:
        """Let a contractor come from the notice and join; return its page with the receipt."""
        page = self.person(username)
        page.goto(self.notice(NoticeKind.TENDER_NOTICE))
        page.get_by_role("link", name="我要参与").click()
        page.wait_for_load_state()  # what the button does comes with the page's script
        page.get_by_role("button", name=f"我要参与：{TITLE}").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label(re.compile("我公司承诺")).check()
        dialog.get_by_role("button", name="确认参与").click()
        page.wait_for_url("**/receipt")
        return page

    def leave(self, username: str) -> None:
        """Let a contractor leave again."""
        page = self.person(username)
        page.goto("/registrations")
        page.get_by_role("button", name=f"退出参与：{TITLE}").click()
        page.get_by_role("dialog").get_by_role("button", name="退出参与").click()
        expect(page.locator("tr", has_text=TITLE)).to_have_count(0)

    def hold(self) -> None:
        """Let the officer open and the monitor confirm, while the hall looks on."""
        officer = self.open_item("dz.selector", "开启随机选取")
        officer.wait_for_url("**/ceremonies/*")
        monitor, hall = self.person("dz.monitor"), self.person("dz.centre")
        monitor.goto(officer.url)
        hall.goto(f"{officer.url}/hall")
        self.look(officer, "ceremony")
        officer.get_by_label(OPEN).check()
        press(officer, "开启")
        officer.get_by_role("dialog").get_by_role("button", name="开启").click()
        monitor.get_by_label(AGREE).check()
        press(monitor, "确认开启")
        monitor.get_by_role("dialog").get_by_role("button", name="确认开启").click()
        expect(hall.locator("[data-part=ranking]")).to_contain_text("中选", timeout=20_000)
        self.look(hall, "hall")
