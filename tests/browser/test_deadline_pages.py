"""What is late, what was told, what is on the board: as people meet it, on a telephone too."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from models.clock import business_clock, fixed
from processes.demo.player import Player
from processes.reminders import tell_due
from tests.browser.living import City, serving
from tests.conftest import BUSINESS_DAY
from tests.flows.test_enquiry import ASKED

pytestmark = pytest.mark.browser

CENTRE, LEADER = "dz.centre", "dz.leader"
WIDTHS = [1366, 360]
BOARD = "达州市小额工程入驻办理须知"


@pytest.fixture(scope="module")
def shown(tmp_path_factory, browser, built):
    with (
        pytest.MonkeyPatch.context() as patch,
        serving(tmp_path_factory.mktemp("deadlines"), browser) as city,
    ):
        patch.setattr("web.assets.DIST", built)
        two_late_answers(city)
        yield city
        assert city.faults == []


def two_late_answers(city: City) -> None:
    """Two enquiries of last week: one answered too late, one still waiting; the leader was told."""
    player = Player(city.settings)
    begun = BUSINESS_DAY - timedelta(days=7)
    with player.at(begun):
        cases = [player.start(CENTRE, "enquiry") for _ in range(2)]
        for case in cases:
            player.complete(CENTRE, case, "record_enquiry", ASKED)
    for moment in (begun + timedelta(hours=9), begun + timedelta(days=2)):
        with business_clock(fixed(moment)):
            tell_due()
    with player.at(BUSINESS_DAY - timedelta(days=1)):
        answer = {"answer": "请先在网上注册。", "lacking": ""}
        player.complete(CENTRE, cases[0], "answer_enquiry", answer)


def write_bulletin(page: Page) -> None:
    page.goto("/bulletin-desk")
    page.get_by_role("link", name="写通知").first.click()
    page.get_by_label("标题").fill(BOARD)
    page.get_by_label("正文").fill("一、网上注册。\n二、按模块填写，上传证照。")
    page.get_by_role("button", name="保存并核对").click()
    expect(page.get_by_role("alert")).to_contain_text("请勾选发给谁看")
    expect(page.get_by_label("标题")).to_have_value(BOARD)
    page.get_by_label("公众（门户首页和公告栏）").check()
    page.get_by_label("截止日期").fill("2026-12-31")
    page.get_by_role("button", name="保存并核对").click()
    expect(page.get_by_text("已保存为草稿")).to_be_visible()
    page.get_by_role("button", name="发布").click()
    page.get_by_role("dialog").get_by_role("button", name="发布").click()
    expect(page.get_by_text("通知已发布。")).to_be_visible()


@pytest.mark.req("XX-2.7")
def test_the_leader_is_told_and_finds_what_is_late_and_who_holds_it(shown):
    page = shown.at_desk(LEADER)
    page.get_by_role("link", name="消息，2条未读").click()
    row = page.get_by_role("row").filter(has_text="仍未办结，已经超期").first
    row.get_by_role("button", name="去看").click()
    expect(page.get_by_text("超期已报告交易中心领导").first).to_be_visible()
    page.get_by_role("link", name="消息，1条未读").click()
    page.get_by_role("button", name="全部标为已读").click()
    expect(page.get_by_text("全部消息已标为已读。")).to_be_visible()
    page.get_by_role("link", name="超期督办").first.click()
    late = page.get_by_role("row").filter(has_text="答复咨询")
    expect(late).to_have_count(1)
    expect(late).to_contain_text("个工作日")
    page.get_by_role("link", name="超期办结").click()
    expect(page.get_by_role("row").filter(has_text="答复咨询")).to_have_count(1)
    late = page.get_by_role("row").filter(has_text="答复咨询")
    late.get_by_role("link", name="看案卷").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_an_office_writes_to_the_public_and_withdraws(shown):
    page = shown.at_desk(CENTRE)
    write_bulletin(page)
    visitor = shown.visitor()
    visitor.goto("/")
    visitor.get_by_role("link", name=BOARD).click()
    expect(visitor.get_by_text("按模块填写，上传证照。")).to_be_visible()
    page.get_by_label("撤回原因").fill("另发新的须知")
    page.get_by_role("button", name="撤回").click()
    page.get_by_role("dialog").get_by_role("button", name="撤回", exact=True).click()
    expect(page.get_by_text("通知已撤回，撤回原因已保留。")).to_be_visible(timeout=15_000)
    visitor.reload()
    expect(visitor.get_by_text("没有找到这条通知")).to_be_visible()


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(shown, width):
    writer = shown.sign_in(CENTRE)
    write_bulletin(writer)
    bulletin = writer.url.rsplit("/", 1)[1]
    page = shown.sign_in(LEADER, width)
    shown.look_over(
        page,
        "/late",
        "/late?view=done",
        "/late?party=没有",
        "/messages",
        "/bulletins",
        f"/bulletins/{bulletin}",
        "/bulletin-desk",
        "/bulletin-desk/new",
        f"/bulletin-desk/{bulletin}",
        "/desk",
        "/ceremonies",
    )
