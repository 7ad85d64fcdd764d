"""A project whose list is frozen, and what its people click when the selection is stopped."""

import os
from datetime import datetime, timedelta
from pathlib import Path as Folder

from playwright.sync_api import Page

from models.clock import CHINA, system_now
from models.outage import Heartbeat
from models.project import Project
from models.selection.tables import Draw
from models.session import reading, unit_of_work
from processes import heartbeat, training_clock
from processes.demo.player import Player
from processes.demo.projects import FINISHED
from processes.demo.story import Story
from processes.sweeper import sweep_until_quiet
from tests.browser.filing import press
from tests.browser.living import go
from tests.browser.whole_path import AGREE, OPEN, Path
from tests.seeding import rows

BEGAN = datetime(2026, 11, 23, 9, 0, tzinfo=CHINA)
FREEZE = datetime(2026, 11, 25, 17, 30, tzinfo=CHINA)
SELECTION = datetime(2026, 11, 26, 15, 0, tzinfo=CHINA)
PICTURES = os.environ.get("SMALLWORKS_TEST_PICTURES", "")


class Interrupted(Path):
    """One project between its freeze and its result."""

    def __init__(self, city, story: Story) -> None:
        super().__init__(city)
        self.story = story

    def look(self, page: Page, name: str) -> None:
        super().look(page, name)
        if PICTURES:
            page.screenshot(path=Folder(PICTURES) / f"{name}.png", full_page=True)

    def open(self, username: str, title: str) -> Page:
        """Open somebody's item with its form."""
        page = self.person(username)
        go(page, "/inbox")
        row = page.locator("tr", has_text=title).first
        row.get_by_role("link").first.click()
        page.wait_for_selector("[data-form][data-ready]")
        return page

    def act_on_case(self, username: str, title: str) -> Page:
        """Begin an action of the case page and return its form."""
        page = self.person(username)
        page.goto(f"/cases/{self.story.instance}")
        page.get_by_role("button", name=f"办理：{title}").click()
        page.wait_for_selector("[data-form][data-ready]")
        return page

    def project(self) -> Project:
        with reading() as session:
            return session.get_one(Project, self.story.project)

    def found_down(self, began: datetime, back: datetime) -> None:
        """Let the worker come back after a silence, both clocks having gone on alike."""
        training_clock.store(back, running=False)
        with unit_of_work() as session:
            row = Heartbeat(name=heartbeat.NAME, beat_at=system_now() - (back - began))
            row.business_at = began
            session.merge(row)
        sweep_until_quiet(self.city.settings)

    @property
    def ceremony(self) -> str:
        (draw,) = rows(Draw)
        return f"/ceremonies/{draw.id}"

    def hold_now(self) -> None:
        """Let the officer open and the monitor confirm."""
        officer, monitor = self.person("dz.selector"), self.person("dz.monitor")
        officer.goto(self.ceremony)
        officer.get_by_label(OPEN).check()
        press(officer, "开启")
        officer.get_by_role("dialog").get_by_role("button", name="开启").click()
        monitor.goto(self.ceremony)
        monitor.get_by_label(AGREE).check()
        press(monitor, "确认开启")
        monitor.get_by_role("dialog").get_by_role("button", name="确认开启").click()


def when(page: Page, number: int, moment: datetime) -> None:
    """Fill the date and the time of a form's moment."""
    field = page.locator(".fjs-form-field-datetime").nth(number).locator("input:visible")
    for place, text in ((0, f"{moment:%Y-%m-%d}"), (1, f"{moment:%H:%M}")):
        field.nth(place).fill(text)
        field.nth(place).press("Enter")
        field.nth(place).press("Tab")


def frozen(city) -> Interrupted:
    """Play up to the frozen list by the same verbs as the pages, and stand in the next morning."""
    story = Story(Player(city.settings), FINISHED)
    story.prepare(BEGAN)
    story.announce(BEGAN + timedelta(hours=2), FREEZE, SELECTION)
    story.join(BEGAN + timedelta(hours=6), 1, 2, 3)
    story.wake(FREEZE + timedelta(minutes=1))
    path = Interrupted(city, story)
    training_clock.store(SELECTION - timedelta(hours=4), running=False)
    training_clock.install(city.settings)
    sweep_until_quiet(city.settings)
    return path
