"""A bidding from the new project to the checked result, every step of it clicked."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from models.flow.instance import Instance
from models.notice import NoticeKind
from models.project import Project, ProjectPhase
from models.selection.auction_tables import AuctionState
from processes import training_clock
from processes.demo.projects import FINISHED
from tests.browser.bidding import (
    BEGINS,
    CLOSES,
    FREEZE,
    MOMENTS,
    OPENS,
    BiddingPath,
    verified,
)
from tests.browser.filing import TITLE
from tests.conftest import BUSINESS_DAY
from tests.seeding import rows

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

JOINERS = ("dz.contractor01", "dz.contractor02", "dz.contractor03")
OFFERS = {JOINERS[0]: "371,200", JOINERS[1]: "352,680.50", JOINERS[2]: "360,000"}
METHOD = "小额工程竞价选取"


@pytest.mark.req("DZ-76.2")
@pytest.mark.req("DZ-80b")
@pytest.mark.req("DZ-80c")
def test_everybody_plays_a_bidding_in_a_browser_of_their_own(city):
    training_clock.store(BUSINESS_DAY, running=False)
    training_clock.install(city.settings)
    path = BiddingPath(city)
    path.take(FINISHED)
    path.title = TITLE
    prepare(path)
    gather(path)
    bid(path)
    open_and_publish(path)
    check_as_a_visitor(path)
    look_as_bidders(path)
    assert path.found == {}
    assert city.faults == []


def prepare(path):
    path.file(METHOD)
    path.accept()
    path.name_people()
    path.confirm("dz.selector", "选取人员确认", "本人确认担任选取人员", "确认担任选取人员")
    path.confirm("dz.monitor", "监督人员确认", "本人确认担任监督人员", "确认担任监督人员")
    (project,) = rows(Project)
    (instance,) = rows(Instance, project_id=project.id)
    path.story.project, path.story.instance = project.id, instance.id
    path.seal_floor("300,000")
    path.announce(*MOMENTS, title="编制竞价选取公告")


def gather(path):
    visitor = path.city.visitor()
    visitor.goto(path.notice(NoticeKind.TENDER_NOTICE))
    shown = visitor.locator("main").inner_text().replace(" ", "")
    assert path.auction.floor_commit in shown
    path.look(visitor, "notice of a bidding")
    for username in JOINERS:
        path.join(username)
    page = path.person("dz.contractor05")
    page.goto("/find-projects")
    path.look(page, "find projects: a bidding")
    path.look(path.quote(JOINERS[0]), "quote: not yet")


def bid(path):
    path.move_to(FREEZE)
    path.move_to(BEGINS)
    for username, yuan in OFFERS.items():
        page = path.bid(username, yuan)
        path.look(page, f"quote: {username}")
    page = path.bid(JOINERS[0], "349,999.99")
    expect(page.locator("[data-bid]")).to_have_count(2)
    path.move_to(CLOSES)
    path.look(path.quote(JOINERS[0]), "quote: closed")
    expect(path.quote(JOINERS[0]).get_by_text("竞价已截止，等待开启")).to_be_visible()


def open_and_publish(path):
    path.move_to(OPENS)
    hall = path.open_bids()
    expect(hall.locator("[data-part=winner]")).to_contain_text("349,999.99", timeout=20_000)
    path.look(hall, "hall: opened")
    path.look(path.person("dz.selector"), "opening: settled")
    path.publish()
    assert path.auction.state is AuctionState.PUBLISHED
    assert rows(Project)[0].phase is ProjectPhase.PUBLICISED
    path.move_to(OPENS + timedelta(hours=1))


def check_as_a_visitor(path):
    page = path.city.visitor()
    page.goto("/results")
    page.get_by_role("link", name=TITLE).first.click()
    page.wait_for_url("**/results/*")
    verified(page)
    expect(page.locator("main")).to_contain_text("300,000.00")
    expect(page.locator("main")).to_contain_text("349,999.99")
    path.look(page, "result of a bidding")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载开启记录").click()
    transcript = download.value.path().read_text(encoding="utf-8")
    page.goto("/check")
    offer(page, transcript)
    expect(page.locator("[data-check]").get_by_role("status")).to_contain_text("前后一致")
    offer(page, transcript.replace('"price":34999999', '"price":35268050'))
    expect(page.locator("[data-check]").get_by_role("status")).to_contain_text("核验不通过")


def offer(page, text):
    file = {"name": "opening.json", "mimeType": "application/json", "buffer": text.encode()}
    page.get_by_label("证明文件").set_input_files(file)


def look_as_bidders(path):
    page = path.quote(JOINERS[0])
    expect(page.get_by_text("本企业中选")).to_be_visible()
    expect(page.locator("main")).to_contain_text("被后一次报价取代")
    path.look(page, "quote: won")
    page = path.quote(JOINERS[1])
    expect(page.get_by_text("本企业未中选")).to_be_visible()
    page.goto("/registrations")
    path.look(page, "registrations after a bidding")
