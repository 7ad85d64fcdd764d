"""The quote page in a real browser: what is typed is judged, sealed and kept in the browser alone."""

import itertools
import json
import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from models.clock import install_business_clock, system_now
from models.identity.account import Account
from models.identity.party import Party
from models.selection import auctions, envelope, guardian_keys, interests
from models.selection.auction_tables import Bid
from models.session import reading
from processes.demo.cast import BUILDING
from processes.demo.city import PASSWORD
from tests import seeding
from tests.browser.living import serving
from tests.models.selection import auctioning as make

pytestmark = pytest.mark.browser
JOINERS = [f"dz.contractor{n:02d}" for n in (1, 2, 3, 4, 5, 6)]
PRINTED = """() => {
  window.print = () => {
    window.slip = document.querySelector('[data-slip]').innerText;
    window.dispatchEvent(new Event('afterprint'));
  };
}"""


@pytest.fixture(scope="module")
def market(tmp_path_factory, browser, built):
    """The demonstration's people, and a bidding that several of them joined."""
    with (
        pytest.MonkeyPatch.context() as patch,
        serving(tmp_path_factory.mktemp("market"), browser) as city,
    ):
        patch.setattr("web.assets.DIST", built)
        for name, value in zip(("scheme", "category"), BUILDING, strict=True):
            patch.setitem(seeding.WANTED, name, value)
        city.town = town_of(city, patch)
        city.auction = make.bidding(city.town)
        yield city
        assert city.faults == []


def town_of(city, patch):
    """The demonstration's people as the town that the builders of biddings take."""
    with reading() as session:
        found = {one.username: one for one in session.scalars(select(Account))}
        ids = {name: one.id for name, one in found.items()}
        owner_id = found["dz.owner"].party_id
        owner = found["dz.owner"].name
    patch.setitem(make.UNDERTAKINGS[0], "name", owner)
    officer, monitor = ids["dz.selector"], ids["dz.monitor"]
    return seeding.Town(city.settings, owner_id, officer, monitor, [ids[one] for one in JOINERS])


@pytest.fixture(autouse=True)
def _during(market):
    """The clock runs from the morning on which bids are taken."""
    go_to(make.DURING)


def go_to(moment):
    begun = system_now()
    install_business_clock(lambda: moment + (system_now() - begun))


def at_the_quote(city, username, width=1366):
    page = city.sign_in(username, width)
    page.goto(f"/projects/{city.auction.project_id}/quote")
    return page


def press(page):
    page.get_by_role("button", name="密封并提交报价").click()


def agree(page):
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="密封并提交报价").click()


def offer(page, amount):
    page.get_by_label("本企业报价（元）").fill(amount)
    press(page)
    agree(page)


def sealed_by(city, username):
    """The envelopes that the platform has of one contractor, opened by every pair of guardians."""
    with reading() as session:
        account = session.scalars(select(Account).where(Account.username == username)).one()
        party = session.get_one(Party, account.party_id)
        draw = auctions.draw_of(session, city.auction)
        row = interests.own_row(session, city.settings, draw, party)
        texts = session.scalars(select(Bid.envelope).where(Bid.ticket == row.ticket)).all()
    keys = guardian_keys.ensure_keys(city.settings.keys / "guardians").values()
    return [every_pair(json.loads(text), list(keys)) for text in texts]


def every_pair(sealed, keys):
    released = [envelope.release(sealed, key) for key in keys]
    found = [envelope.open_envelope(sealed, pair) for pair in itertools.combinations(released, 2)]
    assert found[0] == found[1] == found[2]
    return found[0]


@pytest.mark.req("DZ-A5")
def test_a_bid_is_sealed_here_and_its_value_goes_nowhere(market):
    page = at_the_quote(market, "dz.contractor01")
    sent = []
    page.on("request", lambda one: sent.append((one.url, one.post_data or "")))
    amount = page.get_by_label("本企业报价（元）")
    amount.fill("380,123.45")
    expect(page.locator("[data-amount-shown]")).to_have_text(
        re.compile(r"¥\s380,123\.45\s*人民币叁拾捌万零壹佰贰拾叁元肆角伍分")
    )
    press(page)
    dialog = page.get_by_role("dialog", name=re.compile("提交报价"))
    expect(dialog).to_contain_text("人民币叁拾捌万零壹佰贰拾叁元肆角伍分")
    agree(page)
    expect(page.get_by_text("报价已收到")).to_be_visible()
    expect(amount).to_have_value("")
    expect(page.locator("[data-quote-last]")).to_contain_text("380,123.45")
    assert sealed_by(market, "dz.contractor01")[-1]["fen"] == 38_012_345
    told = " ".join(f"{url} {body}" for url, body in sent)
    for figures in ("380123", "380,123", "38012345", "%2C123"):
        assert figures not in told
    page.reload()
    expect(page.locator("[data-quote-last]")).to_contain_text("380,123.45")
    assert "380123.45" not in page.content().split("data-quote-last", 1)[0]


def test_the_last_one_sealed_counts_whatever_device_it_came_from(market):
    first, second = (at_the_quote(market, "dz.contractor02") for _ in range(2))
    offer(first, "380000")
    expect(first.get_by_text("报价已收到")).to_be_visible()
    offer(second, "370000")
    expect(second.get_by_text("报价已收到")).to_be_visible()
    offer(first, "375000")
    expect(first.locator("[data-quote-last]")).to_contain_text("375,000.00")
    values = sealed_by(market, "dz.contractor02")
    assert max(values, key=lambda one: one["seq"])["fen"] == 37_500_000
    assert len({one["seq"] for one in values}) == 3
    second.reload()
    expect(second.locator("[data-bid]")).to_have_count(3)
    expect(second.locator("[data-quote-last]")).to_contain_text("370,000.00")


def test_of_two_tabs_each_follows_what_the_other_hands_in(market):
    page = at_the_quote(market, "dz.contractor06")
    twin = page.context.new_page()
    twin.goto(page.url)
    offer(page, "381000")
    expect(page.get_by_text("报价已收到")).to_be_visible()
    expect(twin.locator("[data-quote-last]")).to_contain_text("381,000.00")
    expect(twin.locator("[data-bid]")).to_have_count(1)
    offer(twin, "380500")
    expect(page.locator("[data-quote-last]")).to_contain_text("380,500.00")
    expect(page.locator("[data-bid]")).to_have_count(2)


NO_BIDS = (
    ("", "请填写本企业报价"),
    ("0", "必须大于零"),
    ("-5", "不能是负数"),
    ("380000.123", "最多两位小数"),
    ("386400.01", "不能高于最高限价"),
    ("38万", "请以元为单位填写"),
    ("三十万", "金额写法不对"),
)


def test_what_cannot_be_a_bid_is_told_before_anything_is_sealed(market):
    page = at_the_quote(market, "dz.contractor03")
    amount = page.get_by_label("本企业报价（元）")
    for typed, words in NO_BIDS:
        amount.fill(typed)
        press(page)
        expect(page.locator("[data-amount-fault]")).to_contain_text(words)
        expect(amount).to_be_focused()
        expect(amount).to_have_attribute("aria-invalid", "true")
        expect(page.get_by_role("dialog")).to_have_count(0)
    assert sealed_by(market, "dz.contractor03") == []


def test_an_amount_in_another_unit_is_asked_about_and_may_be_taken_back(market):
    page = at_the_quote(market, "dz.contractor03")
    page.get_by_label("本企业报价（元）").fill("38.64")
    expect(page.locator("[data-amount-warning]")).to_contain_text("不是万元")
    press(page)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("不是万元")
    dialog.get_by_role("button", name="再看看").click()
    expect(page.get_by_label("本企业报价（元）")).to_have_value("38.64")
    assert sealed_by(market, "dz.contractor03") == []


def test_a_double_click_and_enter_hand_in_one_bid(market):
    page = at_the_quote(market, "dz.contractor04")
    amount = page.get_by_label("本企业报价（元）")
    amount.fill("360000")
    amount.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="密封并提交报价").dblclick()
    expect(page.get_by_text("报价已收到")).to_be_visible()
    assert len(sealed_by(market, "dz.contractor04")) == 1


def test_a_line_that_breaks_before_it_arrives_keeps_what_was_typed_and_says_so(market):
    page = at_the_quote(market, "dz.contractor05")
    page.route(
        "**/bids",
        lambda route: route.abort() if route.request.method == "POST" else route.continue_(),
    )
    offer(page, "355000")
    box = page.locator("[data-quote-errors]")
    expect(box).to_contain_text("还不知道报价是否送达")
    expect(page.get_by_label("本企业报价（元）")).to_have_value("355000")
    expect(box).to_contain_text("没有送达，没有生效", timeout=20_000)
    page.unroute("**/bids")
    press(page)
    agree(page)
    expect(page.get_by_text("报价已收到")).to_be_visible()
    assert [one["fen"] for one in sealed_by(market, "dz.contractor05")] == [35_500_000]


def test_a_line_that_breaks_on_the_way_back_is_told_as_arrived(market):
    page = at_the_quote(market, "dz.contractor05")

    def swallow(route):
        if route.request.method == "POST":
            route.fetch()
            route.abort()
        else:
            route.abort() if page.is_down else route.continue_()

    page.is_down = True
    page.route("**/bids", swallow)
    offer(page, "350000")
    expect(page.locator("[data-quote-errors]")).to_contain_text("还不知道报价是否送达")
    page.is_down = False
    expect(page.get_by_text("报价已收到")).to_be_visible(timeout=25_000)
    expect(page.locator("[data-quote-errors]")).to_be_hidden()
    assert (
        max(sealed_by(market, "dz.contractor05"), key=lambda one: one["seq"])["fen"] == 35_000_000
    )


def test_who_was_signed_out_meanwhile_signs_in_elsewhere_and_goes_on(market):
    page = at_the_quote(market, "dz.contractor04")
    before = len(sealed_by(market, "dz.contractor04"))
    page.context.clear_cookies()
    offer(page, "359000")
    expect(page.locator("[data-quote-errors]")).to_contain_text("登录")
    with page.expect_popup() as window:
        page.get_by_role("link", name="在新窗口登录").click()
    other = window.value
    other.locator("[name=username]").fill("dz.contractor04")
    other.locator("[name=password]").fill(PASSWORD)
    other.locator("main [type=submit], form [type=submit]").first.click()
    other.wait_for_url("**/desk")
    expect(page.get_by_label("本企业报价（元）")).to_have_value("359000")
    press(page)
    agree(page)
    expect(page.get_by_text("报价已收到")).to_be_visible()
    assert len(sealed_by(market, "dz.contractor04")) == before + 1


def test_the_slip_alone_is_printed_and_its_amount_leaves_the_page_again(market):
    page = at_the_quote(market, "dz.contractor01")
    if not page.locator("[data-quote-last]").is_visible():
        offer(page, "379000")
        expect(page.get_by_text("报价已收到")).to_be_visible()
    page.emulate_media(media="print")
    page.evaluate(PRINTED)
    page.evaluate("document.querySelector('[data-quote-print]').click()")
    slip = page.evaluate("window.slip")
    assert "人民币叁拾柒万玖仟元整" in slip
    assert page.evaluate("document.querySelector('[data-slip-figures]').textContent") == ""
    page.evaluate("document.documentElement.dataset.printing = 'slip'")
    expect(page.locator("[data-slip]")).to_be_visible()
    expect(page.locator("[data-quote-last]")).to_be_hidden()


def test_the_value_is_cleared_on_demand_and_once_the_bidding_is_over(market):
    page = at_the_quote(market, "dz.contractor01")
    offer(page, "378000")
    expect(page.locator("[data-quote-last]")).to_contain_text("378,000.00")
    page.get_by_role("button", name="从本浏览器清除金额").click()
    page.get_by_role("dialog").get_by_role("button", name="清除金额").click()
    expect(page.locator("[data-quote-last]")).to_be_hidden()
    assert (
        page.evaluate("Object.keys(localStorage).filter((one) => one.includes('bid')).length") == 0
    )


def test_leaving_the_page_leaves_nothing_typed_behind(market):
    page = at_the_quote(market, "dz.contractor03")
    page.get_by_label("本企业报价（元）").fill("333333")
    page.goto("/registrations")
    page.go_back()
    expect(page.get_by_label("本企业报价（元）")).to_have_value("")


@pytest.mark.parametrize("width", [1366, 360])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(market, width):
    page = at_the_quote(market, "dz.contractor02", width)
    page.get_by_label("本企业报价（元）").fill("386400.01")
    press(page)
    look_over(market, page)
    page.get_by_label("本企业报价（元）").fill("38.64")
    look_over(market, page)
    page.goto("/registrations")
    look_over(market, page)
    page.goto("/find-projects")
    look_over(market, page)


def look_over(city, page):
    assert city.violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_at_the_minute_the_page_takes_nothing_more_and_keeps_what_is_typed(market):
    go_to(make.CLOSES - timedelta(minutes=5))
    page = market.sign_in("dz.contractor03")
    page.clock.install()
    page.goto(f"/projects/{market.auction.project_id}/quote")
    page.get_by_label("本企业报价（元）").fill("321000")
    page.clock.fast_forward("05:01")
    expect(page.get_by_text("竞价已经截止，不能再报价。")).to_be_visible(timeout=15_000)
    expect(page.get_by_role("button", name="密封并提交报价")).to_be_hidden()
    expect(page.get_by_label("本企业报价（元）")).to_have_value("321000")
    go_to(make.CLOSES)
    page.get_by_role("link", name="刷新本页").click()
    expect(page.get_by_role("heading", name="竞价已截止，等待开启")).to_be_visible()


def test_before_the_minute_it_waits_and_then_opens_by_itself(market):
    later = make.announced(market.town, title="青石镇卫生院改造工程")
    make.joined(market.town, later)
    make.frozen(market.town, later)
    go_to(make.BEGINS - timedelta(minutes=5))
    page = market.sign_in("dz.contractor01")
    page.clock.install()
    page.goto(f"/projects/{later.project_id}/quote")
    expect(page.get_by_role("heading", name="竞价还没有开始")).to_be_visible()
    make.act(market.town, make.BEGINS, auctions.open_bidding, later)
    go_to(make.BEGINS)
    page.clock.fast_forward("05:01")
    expect(page.get_by_label("本企业报价（元）")).to_be_visible(timeout=25_000)
    look_over(market, page)
