"""An analyst's clicks: a rule changed, a notice and a letter edited, the base's changes merged."""

import io
import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from models.flow.proposal import Proposal
from models.identity.actor import PLATFORM
from models.session import reading, unit_of_work
from models.settings import BPMN
from processes import proposals
from tests.browser.living import City, serving
from tests.browser.workbench import draft, put, stored

pytestmark = [pytest.mark.browser, pytest.mark.req("PL-3")]
WIDTHS = (1366, 390)
SAVED = re.compile(r"^\s*已于")
RULE = "/rules/notice.minimum_period?in=dazhou"
NOTICE, FLOW = "notices/award_notice", "diagrams/evaluation.bpmn"


@pytest.fixture(scope="module")
def city(tmp_path_factory, browser, built):
    with (
        pytest.MonkeyPatch.context() as patch,
        serving(tmp_path_factory.mktemp("texts"), browser) as site,
    ):
        patch.setattr("web.assets.DIST", built)
        yield site
        assert site.faults == []


@pytest.fixture
def page(city: City) -> Page:
    return city.sign_in("analyst")


def open_text(page: Page, proposal: str, text: str = NOTICE) -> None:
    page.goto(f"/texts/{proposal}/{text}")
    expect(page.locator("[data-texts]")).to_have_attribute("data-ready", "true")


def test_a_clerk_lengthens_a_period_from_a_day_on(page: Page):
    page.goto("/rules?in=dazhou")
    page.get_by_label("查找规则").fill("选取公告最短期限")
    page.get_by_role("button", name="查找").click()
    page.get_by_role("link", name="选取公告最短期限", exact=True).click()
    page.locator("#f-value").fill("31")
    page.get_by_label("自何日起").fill("2027-01-04")
    page.get_by_label("依据").fill("达市小额工程办法第九条")
    page.get_by_role("button", name="写入改动单").click()
    expect(page.locator("#f-value-error")).to_contain_text("1 至 30")

    page.locator("#f-value").fill("5")
    page.get_by_role("button", name="写入改动单").click()
    expect(page.get_by_role("status").filter(has_text="已写入改动单")).to_be_visible()
    row = page.get_by_role("row").filter(has_text="2027-01-04")
    expect(row).to_contain_text("5个工作日")
    expect(row).to_contain_text("本改动单")

    row.get_by_role("button", name="删去").click()
    expect(page.get_by_role("status").filter(has_text="已从改动单中删去")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="2027-01-04")).to_have_count(0)


def test_a_deadline_is_tried_out_over_the_holidays(page: Page):
    page.goto("/rules/simulate?in=dazhou")
    page.locator("#f-rule").select_option("intake.review_within")
    page.get_by_label("试算的数值").fill("3")
    page.get_by_label("案卷到达的日期").fill("2026-12-31")
    page.get_by_role("button", name="试算").click()
    expect(page.get_by_text("元旦").first).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="到期").first).to_be_visible()


def test_a_notice_is_edited_and_seen_as_it_will_be_printed(city: City, page: Page):
    proposal = draft("改公告")
    open_text(page, proposal)
    expect(page.locator("[data-preview]")).to_contain_text("青石巷排水沟修缮")

    body = page.locator("[data-field=body]")
    body.click()
    body.press("Control+End")
    body.type("\n\n监督：")
    page.locator("[data-field-search]").fill("交易中心")
    page.get_by_role("button", name="交易中心", exact=True).click()
    expect(page.locator("[data-preview]")).to_contain_text("监督：安澜县公共资源交易中心")
    body.type("，见{nothing}。")
    expect(page.locator("[data-findings]")).to_contain_text("nothing")
    for _ in range(len("{nothing}。")):
        body.press("Backspace")
    expect(page.locator("[data-findings]")).to_contain_text("没有错误")

    page.get_by_role("button", name="加一行").click()
    row = page.locator("[data-rows-of] li").last
    row.get_by_label("名目").fill("监督电话")
    row.get_by_label("内容").fill("0818-0000000")
    row.get_by_role("button", name="上移").click()
    expect(page.locator("[data-file-state]")).to_have_text(SAVED)
    assert "监督：{centre}，见" in stored(proposal, f"{NOTICE}.toml").body.decode()
    assert '["监督电话", "0818-0000000"]' in stored(proposal, f"{NOTICE}.toml").body.decode()

    page.get_by_role("button", name="源码").click()
    expect(page.locator("#t-source")).to_have_value(
        stored(proposal, f"{NOTICE}.toml").body.decode()
    )
    page.locator("#t-source").fill("title = [")
    expect(page.locator("[data-problem]")).to_contain_text("源码")
    expect(page.locator("[data-findings]")).to_contain_text("不是正确的 TOML")


def test_a_text_that_was_only_looked_at_is_not_in_the_proposal(page: Page):
    proposal = draft("只看看")
    open_text(page, proposal)
    page.get_by_role("button", name="源码").click()
    page.get_by_role("button", name="源码").click()
    page.keyboard.press("Control+s")
    expect(page.locator("[data-form]")).to_be_visible()
    with reading() as session:
        assert proposals.overlay(session, session.get_one(Proposal, proposal)) == {}


def test_who_was_slower_chooses_and_loses_nothing(page: Page):
    proposal = draft("两人改")
    open_text(page, proposal)
    path = f"{NOTICE}.toml"
    text = stored(proposal, path).body.decode()
    put(proposal, path, text.replace("{project_title}中选结果公示", "对方的标题").encode())
    page.locator("[data-field=title]").fill("我的标题")
    dialog = page.get_by_role("dialog", name="另一人已先保存了这个文件")
    expect(dialog).to_contain_text("对方的标题")
    expect(dialog).to_contain_text("我的标题")
    dialog.get_by_role("button", name="用我的覆盖").click()
    expect(page.locator("[data-file-state]")).to_have_text(SAVED)
    assert 'title = "我的标题"' in stored(proposal, path).body.decode()


def test_a_file_without_an_editor_of_its_own_is_kept_and_put_together_all_the_same(page: Page):
    proposal = draft("改角色")
    page.goto(f"/files/{proposal}/roles.toml")
    expect(page.locator("[data-plain-file]")).to_have_attribute("data-ready", "true")
    text = page.get_by_label("文件内容").last
    before = stored(proposal, "roles.toml").body.decode()
    text.fill("# 我的说明\n" + before)
    expect(page.locator("[data-file-state]")).to_have_text(SAVED)
    mine = stored(proposal, "roles.toml")
    put(proposal, "roles.toml", mine.body + "# 对方的说明\n".encode())
    text.fill(text.input_value().replace("# 我的说明", "# 我改的说明") + "坏行")
    dialog = page.get_by_role("dialog", name="另一人已先保存了这个文件")
    expect(dialog).to_contain_text("# 对方的说明")
    dialog.get_by_role("button", name="用我的覆盖").click()
    expect(page.locator("[data-file-state]")).to_have_text(SAVED)
    expect(page.locator("[data-findings]")).to_contain_text("1处错误")
    assert stored(proposal, "roles.toml").body.decode().endswith("坏行")


def test_a_file_of_the_base_can_be_taken_back_once_it_was_changed(page: Page):
    proposal, path = draft("改公告"), "notices/award_notice.toml"
    page.goto(f"/files/{proposal}/{path}")
    expect(page.locator("[data-plain-file]")).to_have_attribute("data-ready", "true")
    back, text = page.get_by_role("button", name="改回基础包"), page.get_by_label("文件内容").last
    expect(back).to_be_hidden()
    text.fill(text.input_value() + "# 试试")
    expect(page.locator("[data-file-state]")).to_have_text(SAVED)
    back.click()
    page.get_by_role("dialog").get_by_role("button", name="改回", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("已改回基础包的内容")


def test_a_letter_is_seen_as_a_sample_pdf(page: Page):
    open_text(page, draft("改文书"), "letters/award_letter")
    expect(page.locator("[data-preview]")).to_contain_text("样张")
    page.locator("[data-field=title]").fill("小额工程中选通知书（新）")
    asked = page.context.expect_event("request", lambda one: one.url.endswith("/sample.pdf"))
    with asked as sent:
        page.get_by_role("button", name="PDF 样张").click()
    answer = sent.value.response()
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    assert "%E6%96%B0" in sent.value.post_data  # what was typed and is not saved yet


def change_base() -> None:
    notice = (BPMN / "base" / f"{NOTICE}.toml").read_text(encoding="utf-8")
    diagram = (BPMN / "base" / FLOW).read_text(encoding="utf-8")
    files = {
        f"{NOTICE}.toml": notice.replace("现予公示。", "现向社会公示。").encode(),
        FLOW: diagram.replace('name="评价施工企业"', 'name="给施工企业评分"').encode(),
    }
    with unit_of_work() as session:
        proposals.apply_files(session, "base", files, PLATFORM)


def test_the_bases_changes_are_merged_and_a_conflict_is_decided(page: Page, tmp_path: Path):
    change_base()
    page.goto("/packs?in=xiangxi")
    page.get_by_role("link", name="2个文件要看").click()
    expect(page.get_by_text("1处冲突")).to_be_visible()
    expect(page.get_by_text("可以自动合并")).to_be_visible()
    page.get_by_label("用基础包的", exact=True).check()
    page.get_by_role("button", name="生成改动单").click()
    page.wait_for_url("**/proposals/*")
    with reading() as session:
        query = select(Proposal).where(Proposal.county_code == "xiangxi")
        row = session.scalars(query).one()
        files = proposals.overlay(session, row)
    assert "现向社会公示" in (files[f"{NOTICE}.toml"] or b"").decode()
    assert "register_visit" in (files[FLOW] or b"").decode()
    assert "给施工企业评分" in (files[FLOW] or b"").decode()

    page.goto("/packs/xiangxi")
    with page.expect_download() as download:
        page.get_by_role("link", name="导出 ZIP").click()
    target = tmp_path / "xiangxi.zip"
    download.value.save_as(target)
    with zipfile.ZipFile(io.BytesIO(target.read_bytes())) as archive:
        assert FLOW in archive.namelist()
    page.locator("#f-file").set_input_files(target)
    page.get_by_role("button", name="导入为改动单").click()
    expect(page.get_by_text("完全相同")).to_be_visible()


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(city: City, width: int):
    proposal = draft("看看")
    page = city.sign_in("analyst", width)
    city.look_over(
        page,
        "/rules?in=dazhou",
        RULE,
        "/rules/simulate?in=dazhou&rule=intake.review_within&value=3",
        "/packs",
        "/packs/xiangxi",
        "/packs/xiangxi/upgrade",
        f"/texts/{proposal}/{NOTICE}",
        f"/texts/{proposal}/letters/award_letter",
        f"/texts/{proposal}/notices/new",
        f"/files/{proposal}/roles.toml",
    )
