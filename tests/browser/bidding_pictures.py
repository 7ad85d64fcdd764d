"""Pictures of the demonstration's biddings, for ``tests.browser.screenshots``."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from models.project import Project
from models.selection.tables import Draw
from processes.demo import bidding_works as works
from processes.demo.story import Requirement
from tests.browser.bidding import open_here
from tests.browser.living import City
from tests.seeding import rows

Take = Callable[..., None]
WIDTHS = ((1366, ""), (360, "-360"))
HALL = {"width": 1366, "height": 768}


def take_biddings(city: City, take: Take) -> None:
    """Take the owner's, the contractor's and the public's pages, and the hall."""
    page = city.sign_in("dz.owner")
    page.goto("/inbox")
    page.get_by_role("link", name=works.UNSEALED.title, exact=True).click()
    page.get_by_role("button", name="由我领取并填写").click()
    page.locator("#f-one").wait_for()
    take(page, "seal-floor")
    for width, ending in WIDTHS:
        page = city.sign_in("dz.contractor02", width)
        page.goto(f"/projects/{project_of(works.OPEN).id}/quote")
        page.get_by_label("本企业报价（元）").fill("318,600")
        take(page, f"quote{ending}")
        page = city.visitor(width)
        page.goto(f"/results/{draw_of(works.TIED).id}")
        expect(page.locator("[data-checked=ok]")).to_have_count(2)
        take(page, f"result-bidding{ending}")
    take_opening(city, take)


def take_opening(city: City, take: Take) -> None:
    """Take the hall before the opening and once the price is settled."""
    address = f"/ceremonies/{draw_of(works.CLOSED).id}"
    officer, monitor = city.sign_in("dz.selector"), city.sign_in("dz.monitor")
    hall = city.sign_in("dz.centre")
    hall.set_viewport_size(HALL)
    for page in (officer, monitor):
        page.goto(address)
    hall.goto(f"{address}/hall")
    still(hall, take, "opening-hall")
    open_here(officer, monitor)
    hall.locator("[data-part=winner]").wait_for()
    still(hall, take, "opening-hall-result")
    officer.locator("[data-part=bids]").wait_for()
    take(officer, "opening")


def still(page: Page, take: Take, name: str) -> None:
    """Take a page as it fits the screen of a hall."""
    page.wait_for_timeout(1_500)
    take(page, name, whole=False)


def project_of(work: Requirement) -> Project:
    """Return the demonstration's project of a bidding."""
    (found,) = rows(Project, title=work.title)
    return found


def draw_of(work: Requirement) -> Draw:
    """Return the draw beside a bidding."""
    (found,) = rows(Draw, project_id=project_of(work).id)
    return found
