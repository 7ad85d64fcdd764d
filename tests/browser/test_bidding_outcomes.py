"""How biddings end: tied at the floor, too few, under the floor, nobody bid, a guardian away."""

from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from models.notice import NoticeKind
from models.selection.auction_tables import AuctionState
from models.selection.tables import Guardian
from models.session import unit_of_work
from processes.demo.projects import FINISHED
from tests.browser.bidding import FREEZE, OPENS, BiddingPath, verified
from tests.browser.living import serving

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

FLOOR = 15_000_000
FEW = "有效参与企业2家，少于规定的3家"
NOBODY_BID = "竞价截止时没有收到报价，选取失败"


@pytest.fixture(scope="module")
def town(tmp_path_factory, browser, built):
    """One town for all stories; each has a project of its own, its people sign in once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("web.assets.DIST", built)
        with serving(tmp_path_factory.mktemp("town"), browser) as city:
            yield BiddingPath(city)
            assert city.faults == []


@pytest.fixture
def path(town, request):
    """The town's people with a project of the story's own."""
    name = request.node.name.removeprefix("test_")[:8]
    town.found.clear()
    town.take(replace(FINISHED, title=f"柳河镇围墙修缮工程{name}"))
    yield town
    assert town.found == {}


@pytest.mark.req("DZ-80b")
def test_several_at_the_floor_are_drawn_by_lot_and_both_checks_pass(path):
    path.play_closed(FLOOR, {1: 14_100_000, 2: 15_000_000, 3: 16_230_000, 5: 13_999_999})
    path.open_bids()
    assert path.auction.state is AuctionState.TIED
    assert path.draw.tickets == 3
    path.wake(OPENS + timedelta(minutes=6))
    path.hold()
    path.publish()
    page = path.city.visitor()
    page.goto(f"/results/{path.draw.id}")
    verified(page, checks=2)
    main = page.locator("main")
    expect(main).to_contain_text("最低价并列，随机选取1家")
    expect(main.get_by_text("低于最低限价，按最低限价计")).to_have_count(2)
    path.look(page, "result of a tie")


@pytest.mark.req("DZ-76.2")
def test_too_few_joiners_are_told_to_the_public_and_the_owner_decides(path):
    path.play_announced(FLOOR, 1, 2)
    path.wake(FREEZE)
    page = path.city.visitor()
    page.goto(path.notice(NoticeKind.CORRIGENDUM))
    expect(page.get_by_text(FEW).first).to_be_visible()
    path.look(page, "notice of too few joiners")
    quote = path.quote("dz.contractor01")
    expect(quote.get_by_text("竞价已结束")).to_be_visible()
    path.look(quote, "quote: too few")
    page = path.work("dz.owner", "决定重新选取或终止")
    page.get_by_label("重新组织选取").check()
    page.get_by_label("理由").fill("参与企业不足三家，重新组织。")
    path.submit(page, "提交处理决定")
    path.story.name_people(FREEZE + timedelta(hours=1))
    path.story.confirm_officer(FREEZE + timedelta(hours=1))
    path.story.confirm_monitor(FREEZE + timedelta(hours=1))
    owner = path.open_item("dz.owner", "密封最低限价")
    expect(owner.get_by_role("button", name="由我领取并填写")).to_be_visible()


@pytest.mark.req("DZ-80b")
def test_a_bid_under_the_floor_counts_as_the_floor_and_its_bidder_reads_why(path):
    path.play_closed(FLOOR, {1: 12_345_678, 2: 15_500_000, 3: 18_360_001})
    hall = path.open_bids()
    winner = hall.locator("[data-part=winner]")
    expect(winner).to_contain_text("150,000.00", timeout=20_000)
    expect(winner).not_to_contain_text("123,456.78")
    expect(hall.locator("[data-part=ranking]")).to_contain_text("报价高于最高限价")
    path.look(hall, "hall: under the floor")
    path.publish()
    page = path.quote("dz.contractor01")
    expect(page.locator("main")).to_contain_text("123,456.78")
    expect(page.locator("main")).to_contain_text("按达到最低限价计")
    page = path.quote("dz.contractor03")
    expect(page.locator("main")).to_contain_text("报价高于最高限价")


@pytest.mark.req("DZ-76.2")
def test_nobody_bids_and_the_opening_says_so(path):
    path.play_closed(FLOOR, {1: None, 2: None, 3: None})
    hall = path.open_bids()
    expect(hall.locator("[data-part=winner], [data-part=clock]").first).to_contain_text(
        "没有收到报价", timeout=20_000
    )
    assert path.auction.state is AuctionState.UNSUCCESSFUL
    page = path.city.visitor()
    page.goto(path.notice(NoticeKind.CORRIGENDUM))
    expect(page.get_by_text(NOBODY_BID).first).to_be_visible()
    page.goto(f"/results/{path.draw.id}")
    path.look(page, "result without a bid")


def test_the_opening_waits_for_guardians_that_are_away_and_goes_on_when_they_are_back(path):
    path.play_closed(FLOOR, {1: 16_000_000, 2: 15_500_000, 3: 17_000_000})
    send_away("discipline", "regulator")
    hall = path.open_bids()
    officer = path.person("dz.selector")
    expect(officer.get_by_text("1方已应答，任意2方即可开启")).to_be_visible(timeout=20_000)
    path.look(officer, "opening: waiting for guardians")
    path.look(hall, "hall: waiting for guardians")
    path.wake(OPENS + timedelta(minutes=2))
    assert path.auction.state is AuctionState.OPENING
    send_away()
    path.wake(OPENS + timedelta(minutes=4))
    expect(hall.locator("[data-part=winner]")).to_contain_text("155,000.00", timeout=20_000)
    path.publish()
    page = path.city.visitor()
    page.goto(f"/results/{path.draw.id}")
    verified(page)


def send_away(*names):
    """Let the keys of these guardians lie on no machine that answers; of all others here."""
    with unit_of_work() as session:
        for one in session.scalars(select(Guardian)):
            one.is_local = one.name not in names
