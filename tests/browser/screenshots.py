"""Screenshots of the demonstration for ``docs/screenshots``: ``python -m tests.browser.screenshots``.

A fresh demonstration is built and served, its frozen draw is played to the end, and each page is
taken at the width given; run it again whenever a page changes its looks.
"""

import re
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright
from sqlalchemy import select

from models.clock import install_business_clock, system_now
from models.flow.instance import Instance
from models.notice import Notice, NoticeKind
from models.project import Project
from models.selection.tables import Draw
from models.session import reading
from processes.demo import build_demonstration, works
from processes.demo.projects import ANNOUNCED, FINISHED, FROZEN, IN_INTAKE, REASONS
from tests.browser.bidding_pictures import take_biddings
from tests.browser.conftest import ARGUMENTS
from tests.browser.filing import tick_papers
from tests.browser.living import ROOT, City, serving
from tests.machine import CHROMIUM
from tests.seeding import rows

FOLDER = ROOT / "docs" / "screenshots"
WIDE, NARROW = 1366, 360
HALL = {"width": 1366, "height": 768}
LEAD = timedelta(minutes=4, seconds=37)

CASES = {
    "case-actions": ANNOUNCED,
    "case-paused": works.PAUSED,
    "case-cancelled": works.CANCELLED,
    "case-evaluation-due": works.COMPLETED,
}
OFFICE = (
    ("dz.leader", "/late", "late"),
    ("dz.owner2", "/projects/new", "locked"),
    ("dz.housing", "/filings", "filings"),
    ("dz.owner", "/messages", "messages"),
)


def main() -> None:
    """Build, serve, play and take every picture."""
    path = next(filter(None, map(shutil.which, CHROMIUM)))
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        with serving(Path(data), browser, build_demonstration) as city:
            take_aftermath(city)
            take_office(city)
            take_portal(city)
            take_contractor(city)
            take_biddings(city, take)
            take_ceremony(city)
        browser.close()


def take(page: Page, name: str, *, whole: bool = True) -> None:
    """Store one picture once the page has come to rest."""
    page.wait_for_load_state("networkidle")
    before = page.viewport_size
    if whole:
        # a bar that sticks to the lower edge of the window belongs at the end of the picture
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({**before, "height": max(height, before["height"])})
    page.screenshot(path=FOLDER / f"{name}.png")
    page.set_viewport_size(before)


def take_office(city: City) -> None:
    """Take a clerk's desk, inbox, work item, case and list of projects."""
    (project,) = rows(Project, title=IN_INTAKE.title)
    for width, ending in ((WIDE, ""), (NARROW, "-360")):
        page = city.sign_in("dz.centre", width)
        take(page, f"desk{ending}")
        page.goto("/inbox")
        take(page, f"inbox{ending}")
        page.get_by_role("link", name=project.title, exact=True).click()
        page.wait_for_selector("[data-form][data-ready]")
        judge(page)
        take(page, f"work-item{ending}")
    page = city.sign_in("dz.owner")
    page.goto("/projects")
    take(page, "projects")
    page.get_by_role("link", name=FROZEN.title, exact=True).click()
    page.wait_for_selector("[data-diagram][data-ready]")
    take(page, "case")


def take_aftermath(city: City) -> None:
    """Take what goes wrong, what is late and what follows an award; the last in English too."""
    page = city.sign_in("dz.owner")
    for name, one in CASES.items():
        page.goto(f"/cases/{case_of(one.title)}")
        page.wait_for_selector("[data-diagram][data-ready]")
        take(page, name)
    page.goto("/evaluations")
    take(page, "evaluations")
    for who, address, name in OFFICE:
        page = city.sign_in(who)
        page.goto(address)
        take(page, name)
    page = city.visitor()
    page.goto(f"/results/{last_draw(works.REDRAWN.title)}")
    page.wait_for_selector("[data-checked=ok]")
    take(page, "result-two-rounds")
    for title, name in ((works.POSTPONED.title, "postponed"), (works.CORRECTED.title, "changed")):
        page.goto(f"/notices/{last_notice(title)}")
        take(page, f"notice-{name}")
    page.goto("/conduct/evaluations")
    take(page, "credit-evaluations")
    page.goto("/?in=dazhou")
    page.get_by_role("link", name="English").click()
    take(page, "portal-home-english")


def case_of(title: str) -> str:
    """Return the project's own case."""
    (project,) = rows(Project, title=title)
    with reading() as session:
        query = select(Instance.id).where(Instance.project_id == project.id)
        return str(session.scalars(query.order_by(Instance.created_at).limit(1)).one())


def last_draw(title: str) -> str:
    """Return the newest round of a project."""
    (project,) = rows(Project, title=title)
    return str(max(rows(Draw, project_id=project.id), key=lambda one: one.round).id)


def last_notice(title: str) -> str:
    """Return the newest notice of a project."""
    (project,) = rows(Project, title=title)
    published = [one for one in rows(Notice, project_id=project.id) if one.published_at]
    return str(max(published, key=lambda one: one.published_at).id)


def judge(page: Page) -> None:
    """Find one paper at fault, as a clerk does before sending a project back."""
    page.wait_for_selector("[data-diagram][data-ready]")
    tick_papers(page)
    page.get_by_label("不一致").last.check()
    page.get_by_label("审核不通过，退回").check()
    page.get_by_label("一次性告知的全部原因").fill(REASONS)
    page.get_by_label("一次性告知的全部原因").blur()
    page.locator(".sw-saved:not(:empty)").wait_for()


def take_portal(city: City) -> None:
    """Take the portal's home, a notice, a result with its check, and the check page."""
    (open_,) = rows(Project, title=ANNOUNCED.title)
    (notice,) = rows(Notice, project_id=open_.id, kind=NoticeKind.TENDER_NOTICE)
    (done,) = rows(Project, title=FINISHED.title)
    (draw,) = rows(Draw, project_id=done.id)
    for width, ending in ((WIDE, ""), (NARROW, "-360")):
        page = city.visitor(width)
        page.goto("/?in=dazhou")
        take(page, f"portal-home{ending}")
        page.goto(f"/notices/{notice.id}")
        take(page, f"notice{ending}")
        page.goto(f"/results/{draw.id}")
        page.wait_for_selector("[data-checked=ok]")
        take(page, f"result{ending}")
    page = city.visitor()
    page.goto("/results")
    take(page, "results")
    page.goto("/check")
    check(page, draw)
    take(page, "check")


def check(page: Page, draw: Draw) -> None:
    """Choose a proof on the check page, as a citizen does."""
    page.get_by_label("公告所印的指纹（选填）").fill(draw.plan_hash)
    file = {"name": "draw.json", "mimeType": "application/json"}
    page.get_by_label("证明文件").set_input_files(
        [{**file, "buffer": (draw.public_proof or "").encode()}]
    )
    page.wait_for_selector("[data-checked=ok]")


def take_contractor(city: City) -> None:
    """Take the list of projects with the question before joining."""
    page = city.sign_in("dz.contractor04")
    page.goto("/find-projects")
    take(page, "find-projects")
    page.get_by_role("button", name=re.compile("我要参与")).first.click()
    page.get_by_role("dialog").wait_for()
    page.wait_for_timeout(500)
    take(page, "find-projects-confirm", whole=False)


def take_ceremony(city: City) -> None:
    """Take the ceremony while it is waited for, before the opening and once it is held."""
    (project,) = rows(Project, title=FROZEN.title)
    (draw,) = rows(Draw, project_id=project.id)
    begun = system_now()
    install_business_clock(lambda: draw.not_before - LEAD + (system_now() - begun))
    officer, monitor = city.sign_in("dz.selector"), city.sign_in("dz.monitor")
    hall = city.sign_in("dz.centre")
    for page in (officer, monitor):
        page.goto(f"/ceremonies/{draw.id}")
    hall.set_viewport_size(HALL)
    hall.goto(f"/ceremonies/{draw.id}/hall")
    hall.wait_for_timeout(1_500)
    hall.screenshot(path=FOLDER / "ceremony-hall.png")
    install_business_clock(lambda: draw.not_before + (system_now() - begun))
    expect(officer.get_by_role("button", name="开启")).to_be_enabled()
    officer.screenshot(path=FOLDER / "ceremony.png", full_page=True)
    play(officer, monitor)
    hall.locator("[data-part=ranking]").wait_for()
    hall.screenshot(path=FOLDER / "ceremony-hall-result.png")


def play(officer: Page, monitor: Page) -> None:
    """Let the selection officer open and the monitor confirm."""
    officer.get_by_label("监督人员已在场，现在开启随机选取").check()
    officer.get_by_role("button", name="开启").click()
    officer.get_by_role("dialog").get_by_role("button", name="开启").click()
    monitor.get_by_label("名单家数和指纹与冻结时一致，同意开启").check()
    monitor.get_by_role("button", name="确认开启").click()
    monitor.get_by_role("dialog").get_by_role("button", name="确认开启").click()


if __name__ == "__main__":
    main()
