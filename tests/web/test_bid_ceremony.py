"""The opening of a bidding on page and hall screen: what shows when, and to whom."""

import pytest

from models.clock import business_clock, fixed
from models.selection.auction_tables import Auction
from models.selection.guardian_tables import GuardianRelease
from models.selection.tables import Guardian
from models.session import unit_of_work
from tests import seeding
from tests.models.selection import auctioning
from tests.models.selection.auctioning import CLOSES, DURING, OPENS
from tests.web import bidding_town
from tests.web.bidding_town import LONE, NOBODY, TIE

LIVE = {"X-Requested-With": "live"}
FLOOR = "300,000.00"
BOTH = ("", "/hall")


@pytest.fixture
def town(database, settings, business_day):
    return seeding.build_town(settings)


def look(browser, auction, path="", at=OPENS, headers=LIVE):
    with business_clock(fixed(at)):
        return browser.get(f"/ceremonies/{auction.draw_id}{path}", headers=headers)


@pytest.mark.req("DZ-80b")
def test_until_the_close_the_page_is_the_same_whoever_bids_and_whatever(town, sign_in):
    auction = auctioning.bidding(town)
    browser = sign_in("dz.centre")
    look(browser, auction, at=DURING)
    before = [look(browser, auction, path, DURING).data for path in BOTH]
    for account_id, fen in zip(town.contractors, LONE, strict=True):
        auctioning.bid(town, auction, account_id, fen or 1)
    assert [look(browser, auction, path, DURING).data for path in BOTH] == before
    assert "距竞价截止" in before[0].decode()
    assert "份<" not in before[0].decode()


def test_the_number_of_joiners_shows_from_the_freeze_and_of_bids_from_the_close(town, sign_in):
    auction = auctioning.announced(town)
    auctioning.joined(town, auction)
    browser = sign_in("dz.centre")
    assert ">4家<" not in look(browser, auction, at=DURING).text
    auctioning.frozen(town, auction)
    auctioning.act(town, DURING, auctioning.auctions.open_bidding, auction)
    assert ">4家<" in look(browser, auction, at=DURING).text
    auctioning.bid(town, auction, town.contractors[0], 35_000_000)
    assert ">1份<" not in look(browser, auction, at=DURING).text
    auctioning.closed(town, auction)
    assert ">1份<" in look(browser, auction, at=CLOSES).text
    assert "1 <small>份" in look(browser, auction, "/hall", at=CLOSES).text


def test_officer_opens_from_the_announced_second_on_and_monitor_confirms(town, sign_in):
    auction = bidding_town.offered(town, LONE)
    draw = auctioning.draw_of(auction)
    seeding.wait_for(town, draw, "open_bids", "selection_officer", town.officer_id)
    officer = sign_in("dz.selector")
    early = look(officer, auction, at=CLOSES).text
    assert " disabled aria-describedby" in early
    assert " disabled" not in look(officer, auction).text
    seeding.wait_for(town, draw, "confirm_bids", "monitor", town.monitor_id)
    assert "确认开启" in look(sign_in("dz.monitor"), auction).text


def test_nothing_of_floor_or_bids_shows_while_guardians_are_waited_for(town, sign_in):
    auction = bidding_town.offered(town, LONE)
    with unit_of_work() as session:
        for row in session.query(Guardian).filter(Guardian.name != "centre"):
            row.is_local = False
    found = auctioning.opened(town, auction)
    assert found.waiting == ["discipline", "regulator"]
    browser = sign_in("dz.centre")
    for path in BOTH:
        page = look(browser, auction, path).text
        assert page.count("等待应答") == 2
        assert page.count("已应答") >= 1
        assert FLOOR not in page
        assert "350,000.00" not in page
        assert "失败" not in page
    assert "1方已应答" in look(browser, auction).text


def test_a_guardian_elsewhere_has_answered_once_every_share_is_there(town, sign_in):
    auction = bidding_town.offered(town, LONE)
    with unit_of_work() as session:
        for row in session.query(Guardian):
            row.is_local = False
    auctioning.opened(town, auction)
    commits = [one.commit for one in seeding.rows(auctioning.bids.Bid, auction_id=auction.id)]
    browser = sign_in("dz.centre")

    def hand_in(commit, share):
        with unit_of_work() as session:
            session.add(
                GuardianRelease(
                    draw_id=auction.draw_id, commit=commit, guardian="regulator", share=share
                )
            )

    for commit in commits:
        hand_in(commit, b"concealed share")
    assert "0方已应答" in look(browser, auction).text
    hand_in(auction.floor_commit, b"concealed share")
    assert "1方已应答" in look(browser, auction).text


def test_once_settled_those_present_see_floor_bids_and_price_by_ticket(town, sign_in):
    auction = bidding_town.settled(town, LONE)
    browser = sign_in("dz.monitor")
    for path in BOTH:
        page = look(browser, auction, path).text
        for told in (FLOOR, "350,000.00", auction.tied[0][:8], "没有并列，不需随机选取"):
            assert told in page, (path, told)
        assert "云泽" not in page
    assert "公布之前保密" in look(browser, auction).text
    auctioning.published(town, auction)
    page = look(browser, auction).text
    assert "云泽禾木" in page
    assert f"/results/{auction.draw_id}" in page


def test_equal_lowest_bids_go_over_into_the_draw_of_the_same_project(town, sign_in):
    auction = bidding_town.settled(town, TIE)
    draw = auctioning.draw_of(auction)
    seeding.wait_for(town, draw, "open_draw", "selection_officer", town.officer_id)
    browser = sign_in("dz.selector")
    page = look(browser, auction).text
    assert "开启随机选取" in page
    assert "最低价并列" in page
    assert ">3家<" in page
    assert "云泽" not in page
    assert "3家并列" in look(browser, auction, "/hall").text
    auctioning.drawn(town, auction)
    ranked = look(browser, auction).text
    assert "选取结果" in ranked
    assert "云泽" in ranked


@pytest.mark.parametrize(
    ("offers", "values", "reason"),
    [(NOBODY, {}, "没有收到报价"), (LONE, {"fen": 50_000_000}, "高于最高限价")],
)
def test_a_failed_bidding_tells_its_reason(town, sign_in, offers, values, reason):
    auction = bidding_town.settled(town, offers, **values)
    browser = sign_in("dz.centre")
    for path in BOTH:
        assert reason in look(browser, auction, path).text


def test_a_bid_set_aside_is_listed_with_its_reason(town, sign_in):
    auction = bidding_town.settled(town, (bidding_town.OVER, 35_000_000, None, None))
    page = look(sign_in("dz.centre"), auction).text
    assert "报价高于最高限价，不计入" in page
    assert "不计" in look(sign_in("dz.monitor"), auction, "/hall").text


def test_the_list_tells_the_state_of_a_bidding_and_its_way(town, sign_in):
    auction = bidding_town.offered(town, LONE)
    browser = sign_in("dz.centre")
    page = browser.get("/ceremonies").text
    assert "竞价选取" in page
    assert "待开启" in page
    assert f"/ceremonies/{auction.draw_id}" in page
    assert browser.get("/ceremonies?export=xlsx").status_code == 200


def test_a_refresh_takes_few_statements_and_reads_a_long_transcript_once(town, sign_in, statements):
    auction = bidding_town.settled(town, LONE)
    browser = sign_in("dz.selector")
    look(browser, auction)
    statements.clear()
    look(browser, auction)
    assert len([one for one in statements if not one.startswith("BEGIN")]) <= 7, statements
    assert not [one for one in statements if "transcript FROM" in one]


@pytest.mark.parametrize("username", ["dz.contractor01", "keeper"])
def test_who_has_no_part_is_refused(town, sign_in, people, username):
    people("keeper", "keeper_system")
    auction = bidding_town.settled(town, LONE)
    browser = sign_in(username)
    for path in (*BOTH, "/qr.svg"):
        assert look(browser, auction, path).status_code in (403, 404)


def test_a_bidding_cancelled_before_its_opening_is_shown_closed_and_tells_nothing(town, sign_in):
    auction = bidding_town.offered(town, LONE)

    def cancel(world, auction):
        auctioning.auctions.cancel(world, auction, "工程规划调整，不再实施")

    auctioning.act(town, CLOSES, cancel, auction)
    page = look(sign_in("dz.centre"), auction).text
    assert "竞价已取消" in page
    assert "工程规划调整" in page
    assert FLOOR not in page
    assert seeding.rows(Auction, id=auction.id)[0].transcript is None
