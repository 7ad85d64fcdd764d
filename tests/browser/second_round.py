"""A project that comes to a second round, its people each in a browser of their own."""

import os
from datetime import datetime, timedelta
from pathlib import Path as Folder

from playwright.sync_api import Page, expect

from models.clock import CHINA
from models.project import Project, ProjectPhase
from models.selection.tables import Draw
from models.session import reading
from processes import training_clock
from processes.demo.player import Player
from processes.demo.projects import FINISHED
from processes.demo.story import Story
from tests.browser.filing import press
from tests.browser.living import go
from tests.browser.whole_path import Path
from tests.conftest import BUSINESS_DAY
from tests.seeding import rows

BEGAN = datetime(2026, 11, 23, 9, 0, tzinfo=CHINA)
FREEZE = datetime(2026, 11, 25, 17, 30, tzinfo=CHINA)
SELECTION = datetime(2026, 11, 26, 15, 0, tzinfo=CHINA)
PUBLISHED = SELECTION + timedelta(hours=1)
AGAIN_FREEZE = datetime(2026, 12, 1, 17, 30, tzinfo=CHINA)
AGAIN_SELECTION = datetime(2026, 12, 2, 15, 0, tzinfo=CHINA)
PICTURES = os.environ.get("SMALLWORKS_TEST_PICTURES", "")
TITLE = FINISHED.title


class SecondRound(Path):
    """One project between its first round and its second."""

    def __init__(self, city, story: Story) -> None:
        super().__init__(city)
        self.story = story

    @classmethod
    def announced(cls, city, *contractors: int) -> "SecondRound":
        """Play up to the joining by the same verbs as the pages."""
        training_clock.store(BUSINESS_DAY, running=False)
        training_clock.install(city.settings)
        story = Story(Player(city.settings), FINISHED)
        story.prepare(BEGAN)
        story.announce(BEGAN + timedelta(hours=2), FREEZE, SELECTION)
        story.join(BEGAN + timedelta(hours=6), *contractors)
        return cls(city, story)

    @classmethod
    def published(cls, city, *contractors: int) -> "SecondRound":
        """Play up to the published result."""
        path = cls.announced(city, *contractors)
        path.story.wake(FREEZE + timedelta(minutes=1))
        path.story.wake(SELECTION)
        path.story.hold(SELECTION + timedelta(minutes=5))
        path.story.publish(PUBLISHED)
        return path

    @property
    def draw(self) -> Draw:
        """The newest round."""
        return max(rows(Draw), key=lambda one: one.round)

    def phase(self) -> ProjectPhase:
        with reading() as session:
            return session.get_one(Project, self.story.project).phase

    def look(self, page: Page, name: str) -> None:
        super().look(page, name)
        if PICTURES:
            page.screenshot(path=Folder(PICTURES) / f"{name}.png", full_page=True)

    def open_item(self, username: str, title: str) -> Page:
        page = self.person(username)
        go(page, "/inbox")
        row = page.locator("tr", has_text=TITLE).filter(has_text=title)
        row.get_by_role("link", name=TITLE, exact=True).click()
        return page

    def confirm_again(self) -> None:
        """Both people confirm the second round, each with a fresh secret."""
        self.confirm("dz.selector", "选取人员确认", "本人确认担任选取人员", "确认担任选取人员")
        self.confirm("dz.monitor", "监督人员确认", "本人确认担任监督人员", "确认担任监督人员")

    def join_again(self, username: str) -> None:
        """Join the second round from the list of fitting projects."""
        page = self.person(username)
        page.goto("/find-projects")
        page.get_by_role("button", name=f"我要参与：{TITLE}").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("我公司承诺").check()
        dialog.get_by_role("button", name="确认参与").click()
        page.wait_for_url("**/receipt")

    def hold_and_publish(self) -> None:
        """Hold the ceremony and publish the result."""
        self.hold()
        page = self.work("dz.centre", "核对并发布结果公示")
        page.get_by_label("选取结果已核对，同意发布中选结果公示").check()
        self.submit(page, "发布结果公示")

    def decide(self, title: str, choice: str, reason: str) -> None:
        """Let the owner decide what follows."""
        page = self.work("dz.owner", title)
        page.get_by_label(choice).check()
        page.get_by_label("理由").fill(reason)
        self.submit(page, "提交处理决定")


def verified(page: Page) -> None:
    """The check in the visitor's own browser passes."""
    expect(page.locator("[data-check]").get_by_role("status")).to_contain_text("核验通过")


__all__ = ["AGAIN_FREEZE", "AGAIN_SELECTION", "TITLE", "SecondRound", "press", "verified"]
