"""The acts of a bidding's people, each in a browser of their own."""

import os
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path as Folder

from playwright.sync_api import Page, expect
from sqlalchemy import select

from models.clock import CHINA, install_business_clock, system_now
from models.notice import Notice, NoticeKind
from models.selection import auctions
from models.selection.auction_tables import Auction
from models.selection.tables import Draw
from models.session import reading
from processes.demo.bidding import Bidding
from processes.demo.player import Player
from processes.demo.story import Requirement
from tests.browser.filing import press
from tests.browser.living import go
from tests.browser.whole_path import Path

PREPARED = datetime(2026, 11, 18, 10, 0, tzinfo=CHINA)
ANNOUNCED, JOINED = PREPARED + timedelta(hours=1), PREPARED + timedelta(hours=4)
FREEZE = datetime(2026, 11, 20, 17, 30, tzinfo=CHINA)
BEGINS = datetime(2026, 11, 23, 9, 0, tzinfo=CHINA)
CLOSES = datetime(2026, 11, 23, 16, 0, tzinfo=CHINA)
OPENS = datetime(2026, 11, 24, 10, 0, tzinfo=CHINA)
MOMENTS = (FREEZE, BEGINS, CLOSES, OPENS)
OPEN_BIDS = "监督人员已在场，现在开启报价"
AGREE_BIDS = "密封报价的份数和指纹与截止时一致，同意开启"
PICTURES = os.environ.get("SMALLWORKS_TEST_PICTURES", "")


class BiddingPath(Path):
    """One bidding's way; several may share the people and their browsers."""

    story: Bidding
    title: str

    def take(self, requirement: Requirement) -> None:
        """Turn to another project, which the helpers play as far as they are told."""
        self.story = Bidding(Player(self.city.settings), requirement)
        self.title = requirement.title

    def play_announced(self, floor: int, *contractors: int) -> None:
        """Play up to the joining by the same verbs as the pages."""
        self.story.prepare(PREPARED, floor)
        self.story.announce_bidding(ANNOUNCED, *MOMENTS)
        self.story.join(JOINED, *contractors)

    def play_begun(self, floor: int, *contractors: int) -> None:
        """The same, the list frozen and bidding begun."""
        self.play_announced(floor, *contractors)
        self.story.wake(FREEZE)
        self.story.wake(BEGINS)

    def play_closed(self, floor: int, offers: dict[int, int | None]) -> None:
        """The same, closed with these bids; the minute of the opening has come."""
        self.play_begun(floor, *offers)
        given = {number: fen for number, fen in offers.items() if fen is not None}
        self.story.bid(BEGINS + timedelta(hours=1), given)
        self.story.wake(CLOSES)
        self.story.wake(OPENS)
        self.stand_at(OPENS)

    def stand_at(self, moment: datetime) -> None:
        """Let the clock run on from a moment; what is due is left to the story's own case."""
        begun = system_now()
        install_business_clock(lambda: moment + (system_now() - begun))

    def wake(self, moment: datetime) -> None:
        """Let the clock run on from a moment at which the story's case is looked after."""
        self.story.wake(moment)
        self.stand_at(moment)

    @property
    def auction(self) -> Auction:
        """The newest bidding of the project."""
        with reading() as session:
            return auctions.current(session, self.story.project)

    @property
    def draw(self) -> Draw:
        """The draw beside it."""
        with reading() as session:
            return session.get_one(Draw, self.auction.draw_id)

    def look(self, page: Page, name: str) -> None:
        super().look(page, name)
        if PICTURES:
            page.screenshot(path=Folder(PICTURES) / f"{name}.png", full_page=True)

    def open_item(self, username: str, title: str) -> Page:
        page = self.person(username)
        go(page, "/inbox")
        row = page.locator("tr", has_text=self.title).filter(has_text=title)
        row.get_by_role("link", name=self.title, exact=True).click()
        return page

    def notice(self, kind: NoticeKind) -> str:
        with reading() as session:
            return f"/notices/{notice_of(session, self.story.project, kind)}"

    def seal_floor(self, yuan: str) -> None:
        """Let the owner type the floor twice, seal it and finish the step."""
        page = self.open_item("dz.owner", "密封最低限价")
        seal_here(page, yuan, lambda: self.look(page, "work item: seal the floor"))

    def quote(self, username: str) -> Page:
        """Open somebody's page of the bidding."""
        page = self.person(username)
        page.goto(f"/projects/{self.story.project}/quote")
        return page

    def bid(self, username: str, yuan: str) -> Page:
        """Let a contractor type a price, confirm and hand it in."""
        page = self.quote(username)
        offer_here(page, yuan)
        return page

    def open_bids(self) -> Page:
        """Let the officer open and the monitor confirm; return the hall, which looks on."""
        officer = self.open_item("dz.selector", "开启最低限价和报价")
        officer.wait_for_url("**/ceremonies/*")
        monitor, hall = self.person("dz.monitor"), self.person("dz.centre")
        monitor.goto(officer.url)
        hall.goto(f"{officer.url}/hall")
        self.look(officer, "opening")
        open_here(officer, monitor)
        return hall

    def publish(self) -> None:
        """Let the centre check the result and publish it."""
        page = self.work("dz.centre", "核对并发布结果公示")
        page.get_by_label("选取结果已核对，同意发布中选结果公示").check()
        self.submit(page, "发布结果公示")


def seal_here(page: Page, yuan: str, look: Callable[[], None] = lambda: None) -> None:
    """Type the floor twice, seal it and finish the step."""
    page.get_by_role("button", name="由我领取并填写").click()
    page.locator("#f-one").fill(yuan)
    page.locator("#f-two").fill(yuan)
    page.get_by_label(re.compile("的单位和职务")).first.fill("柳河镇人民政府项目负责人")
    page.get_by_label(re.compile("不以任何方式向任何人泄露")).check()
    look()
    page.locator("[data-floor-seal]").click()
    page.get_by_role("dialog").get_by_role("button", name="密封最低限价").click()
    expect(page.get_by_text("最低限价已密封")).to_be_visible()
    page.get_by_label(re.compile("最低限价已在本人设备上密封交存")).check()
    page.locator("[data-form-actions]").get_by_role("button", name="密封完毕").click()
    page.get_by_role("dialog").get_by_role("button", name="密封完毕").click()
    page.wait_for_url("**/cases/**")


def offer_here(page: Page, yuan: str) -> None:
    """Type a price, confirm it and hand it in."""
    page.get_by_label("本企业报价（元）").fill(yuan)
    press(page, "密封并提交报价")
    page.get_by_role("dialog").get_by_role("button", name="密封并提交报价").click()
    expect(page.get_by_text("报价已收到")).to_be_visible()


def open_here(officer: Page, monitor: Page) -> None:
    """Press the button of the opening, and confirm it at the monitor's own place."""
    officer.get_by_label(OPEN_BIDS).check()
    press(officer, "开启")
    officer.get_by_role("dialog").get_by_role("button", name="开启").click()
    monitor.get_by_label(AGREE_BIDS).check()
    press(monitor, "确认开启")
    with monitor.expect_response("**/complete") as answer:
        monitor.get_by_role("dialog").get_by_role("button", name="确认开启").click()
    assert answer.value.ok, answer.value.text()


def notice_of(session, project: str, kind: NoticeKind) -> str:
    """Return the newest notice of a project of a kind."""
    query = select(Notice.id).where(Notice.project_id == project, Notice.kind == kind)
    return str(session.scalars(query.order_by(Notice.published_at.desc())).first())


def verified(page: Page, checks: int = 1) -> None:
    """Every check in the visitor's own browser passes."""
    verdicts = page.locator("[data-check]").get_by_role("status")
    expect(verdicts).to_have_count(checks)
    for number in range(checks):
        expect(verdicts.nth(number)).to_contain_text("核验通过")
