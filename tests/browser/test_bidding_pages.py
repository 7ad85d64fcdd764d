"""Pages of biddings looked over: the hall, the result and its check, in both languages and widths."""

import hashlib
from dataclasses import dataclass
from types import SimpleNamespace

import orjson
import pytest
from playwright.sync_api import expect

from models.clock import fixed, install_business_clock
from models.notice import Notice
from models.project import Project
from models.selection.auction_tables import Auction
from processes.demo.player import Player
from tests.browser.living import SIDEWAYS, serving
from tests.browser.rest import at_rest
from tests.flows import bidding
from tests.seeding import rows

pytestmark = pytest.mark.browser
LONE = {1: 16_000_000, 2: 17_500_050, 3: 18_000_000}
TIE = {1: 12_000_000, 2: 15_000_000, 3: 17_000_000}
LATER = bidding.PUBLISHED


@dataclass
class Played:
    """A city with biddings in the states that pages show."""

    city: object
    begun: Auction
    lone: Auction
    tie: Auction
    failed: Auction


@pytest.fixture(scope="module")
def played(tmp_path_factory, browser, built):
    with (
        pytest.MonkeyPatch.context() as patch,
        serving(tmp_path_factory.mktemp("played"), browser) as city,
    ):
        patch.setattr("web.assets.DIST", built)
        player = SimpleNamespace(player=Player(city.settings))
        made = [
            bidding.begun(player, *LONE),
            bidding.published(player, LONE),
            bidding.opened(player, TIE),
            bidding.opened(player, dict.fromkeys(LONE)),
        ]
        install_business_clock(fixed(LATER))
        yield Played(city, *map(bidding.auction_of, made))
        assert city.faults == []


def speaking(page, language, width):
    """Switch to a language, where the switch is seen, and then to a width."""
    page.goto("/")
    name, spoken = {"en": ("English", "en"), "zh": ("中文", "zh-CN")}[language]
    if page.locator("html").get_attribute("lang") != spoken:
        page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name)).click()
    expect(page.locator("html")).to_have_attribute("lang", spoken)
    page.set_viewport_size({"width": width, "height": 768})
    return page


def look_over(city, page, paths):
    for path in paths:
        page.goto(path)
        at_rest(page)
        for check in page.locator("[data-proof-url]").all():
            expect(check.locator(".sw-checks")).to_be_visible()
        assert page.evaluate(SIDEWAYS) <= 0, path
        assert city.violations(page) == [], path


def of_public(played):
    notices = [rows(Notice, draw_id=played.lone.draw_id)[0].id]
    results = [f"/results/{one.draw_id}" for one in (played.lone, played.failed)]
    return ["/", "/results", "/check", *results, *(f"/notices/{one}" for one in notices)]


def of_hall(played):
    held = (played.begun, played.lone, played.tie, played.failed)
    return [f"/ceremonies/{one.draw_id}{path}" for one in held for path in ("", "/hall")]


@pytest.mark.parametrize("width", [1366, 390])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing_on_the_result_and_nothing_scrolls_sideways(played, width, language):
    page = speaking(played.city.visitor(), language, width)
    look_over(played.city, page, of_public(played))


@pytest.mark.parametrize("width", [1366, 390])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing_in_the_hall_and_nothing_scrolls_sideways(played, width, language):
    page = speaking(played.city.sign_in("dz.centre"), language, width)
    case = rows(Project, id=played.lone.project_id)[0].instance_id
    look_over(played.city, page, [*of_hall(played), f"/cases/{case}", "/ceremonies"])


@pytest.mark.req("DZ-80b")
def test_the_opening_is_checked_in_the_visitors_own_browser(played):
    page = played.city.visitor()
    page.goto(f"/results/{played.lone.draw_id}")
    check = page.locator("[data-check]")
    expect(check.get_by_role("status")).to_contain_text("核验通过")
    expect(check.locator(".sw-checks > li.is-ok")).to_have_count(5)
    assert page.get_by_text("人民币壹拾陆万元整").count()
    shown = page.locator("[data-check] .sw-checks").inner_text()
    assert played.lone.floor_commit in shown
    assert played.lone.envelope_root in shown
    assert played.lone.transcript_hash in shown


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda told: told["bids"][0]["val"].update(fen=1), "bid_val"),
        (lambda told: told["bids"].pop(), "envelope_root"),
        (lambda told: told["settled"].update(price=15_000_001), "settled_price"),
        (lambda told: told["floor"]["released"].pop(0) and told["floor"]["released"].pop(0), ""),
        (lambda told: told.update(below_floor="reject"), "opening_hash"),
    ],
)
def test_an_altered_transcript_visibly_fails_for_its_reason(played, change, reason):
    told = orjson.loads(played.lone.transcript)
    change(told)
    page = played.city.visitor()
    page.route("**/opening.json", lambda route: route.fulfill(body=orjson.dumps(told).decode()))
    page.goto(f"/results/{played.lone.draw_id}")
    check = page.locator("[data-check]")
    expect(check.get_by_role("status")).to_contain_text("核验不通过")
    expect(check.locator(".sw-checks > li.is-late")).to_contain_text(reason or "floor_released")


def test_a_downloaded_transcript_is_checked_on_the_check_page_without_any_upload(played, tmp_path):
    page = played.city.visitor()
    page.goto(f"/results/{played.lone.draw_id}")
    with page.expect_download() as saved:
        page.get_by_role("link", name="下载开启记录").click()
    path = tmp_path / "opening.json"
    saved.value.save_as(path)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == played.lone.transcript_hash
    page.goto("/check")
    sent = []
    page.on("request", lambda one: sent.append(one.method) if one.method != "GET" else None)
    page.get_by_label("证明文件").set_input_files(path)
    status = page.locator("[data-check]").get_by_role("status")
    expect(status).to_contain_text("指纹未全部比对")
    page.get_by_label("公告所印的指纹").fill(played.lone.floor_commit)
    page.get_by_label("报价名单指纹").fill(played.lone.envelope_root)
    page.keyboard.press("Tab")
    expect(status).to_contain_text("核验通过")
    page.get_by_label("公告所印的指纹").fill("0" * 64)
    page.keyboard.press("Tab")
    expect(status).to_contain_text("核验不通过")
    assert sent == []


def test_without_scripts_the_page_says_how_to_check(played):
    page = played.city.visitor(java_script_enabled=False)
    page.goto(f"/results/{played.lone.draw_id}")
    assert "浏览器没有启用脚本，请下载开启记录和离线核验程序" in page.content()
    assert page.get_by_role("link", name="下载开启记录").count()


def test_nobody_outside_sees_the_result_of_a_bidding_that_is_not_published(played):
    page = played.city.visitor()
    for one in (played.begun, played.tie):
        assert page.goto(f"/results/{one.draw_id}").status == 404
