"""What the modeller keeps: of two people, without network or session, of files of others."""

import pytest
from playwright.sync_api import Page, expect

from models.flow.proposal import Proposal
from models.session import reading, unit_of_work
from models.settings import BPMN
from processes import proposals
from processes.compare import diagram_changes
from processes.demo.city import PASSWORD
from tests.browser.living import City
from tests.browser.modelling import (
    FLOW,
    PATH,
    Desk,
    a_proposal,
    put_by_another,
    saved,
)

OTHER = "家数是否足够"


def test_opening_and_looking_saves_nothing(desk: Desk, proposal: str) -> None:
    desk.choose("name_people")
    desk.choose("is_enough")
    desk.page.keyboard.press("Control+s")
    expect(desk.state).to_contain_text("已")
    with reading() as session:
        assert proposals.overlay(session, session.get_one(Proposal, proposal)) == {}


def test_undo_takes_back_one_edit_after_another(desk: Desk, proposal: str) -> None:
    desk.choose("name_people")
    desk.fill("名称", "改过的名称")
    expect(desk.page.locator("[data-part=undo]")).to_be_enabled()
    desk.settled()
    desk.act("undo")
    expect(desk.field("名称")).to_have_value("指定选取和监督人员")
    desk.settled()
    assert 'name="改过的名称"' not in saved(proposal)
    desk.act("redo")
    expect(desk.field("名称")).to_have_value("改过的名称")


@pytest.mark.req("PL-3")
def test_two_people_at_once_lose_nothing(desk: Desk, proposal: str) -> None:
    desk.choose("name_people")
    desk.fill("名称", "我的第一次")
    desk.settled()
    put_by_another(proposal, saved(proposal).replace("我的第一次", "别人的改动"))
    desk.fill("名称", "我的第二次")
    dialog = desk.page.get_by_role("dialog")
    expect(dialog).to_contain_text("另一人已先保存")
    expect(dialog.locator(".djs-container")).to_have_count(2)
    expect(dialog.locator(".sw-conflict-side .is-changed").first).to_be_attached()
    dialog.get_by_role("button", name="用我的覆盖").click()
    desk.settled()
    assert "我的第二次" in saved(proposal)
    put_by_another(
        proposal, saved(proposal).replace("我的第二次", "别人又改").replace(OTHER, "别人的")
    )
    desk.fill("名称", "我的第三次")
    expect(dialog).to_contain_text("改了2处")
    dialog.get_by_role("group", name="名称").get_by_label("我的").check()
    dialog.get_by_role("button", name="两人的改动都要").click()
    desk.settled()
    assert "我的第三次" in saved(proposal)
    assert "别人的" in saved(proposal)


@pytest.mark.req("PL-3")
def test_what_is_typed_survives_a_lost_network(desk: Desk, proposal: str) -> None:
    desk.choose("name_people")
    desk.page.context.set_offline(True)
    desk.fill("名称", "断网时写的")
    expect(desk.state).to_contain_text("网络断开")
    desk.page.context.set_offline(False)
    desk.settled()
    assert "断网时写的" in saved(proposal)


@pytest.mark.req("PL-3")
def test_who_signs_out_leaves_no_unsaved_work_in_the_browser(city: City, proposal: str) -> None:
    desk = Desk(city.sign_in("analyst"), proposal).open(FLOW)
    page = desk.page
    page.on("dialog", lambda question: question.accept())
    page.route(f"**/proposals/{proposal}/**", lambda asked: asked.abort())
    desk.choose("name_people")
    desk.fill("名称", "不该留下的")
    expect(desk.state).to_contain_text("没有保存")
    assert "不该留下的" in page.evaluate("JSON.stringify(localStorage)")
    page.locator(".sw-person").click()
    page.get_by_role("button", name="退出", exact=True).click()
    page.wait_for_url(lambda url: "/modeller/" not in url)
    assert "不该留下的" not in page.evaluate("JSON.stringify(localStorage)")


@pytest.mark.req("PL-3")
def test_who_is_signed_out_while_editing_signs_in_over_the_page(
    city: City, desk: Desk, proposal: str
) -> None:
    page = desk.page
    desk.choose("name_people")
    page.context.clear_cookies()
    desk.fill("名称", "登录过期时写的")
    dialog = page.get_by_role("dialog", name="登录已过期")
    expect(dialog.get_by_label("账号", exact=True)).to_have_value("analyst")
    assert city.violations(page) == []
    dialog.get_by_label("密码", exact=True).fill(PASSWORD)
    dialog.get_by_role("button", name="登录并继续").click()
    desk.settled()
    assert "登录过期时写的" in saved(proposal)
    page.context.clear_cookies()
    desk.fill("名称", "没有存上的")
    dialog.get_by_role("button", name="稍后再登录").click()
    expect(desk.state).to_contain_text("没有保存")
    page.once("dialog", lambda question: question.accept())
    page.goto(f"/sign-in?next=/modeller/{proposal}/{FLOW}")
    page.locator("[name=username]").fill("analyst")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("form [type=submit]").first.click()
    expect(page.get_by_role("dialog")).to_contain_text("没有存上的")
    page.get_by_role("button", name="恢复").click()
    expect(desk.state).to_contain_text("已于")  # it is put on the page once the dialog has gone
    assert "没有存上的" in saved(proposal)
    kept = page.evaluate("Object.keys(localStorage)")
    assert [one for one in kept if proposal in one] == []


def test_a_file_that_is_no_diagram_is_shown_and_never_overwritten(
    analyst: Page,
) -> None:
    broken = "<bpmn:definitions <不成形>"
    made = a_proposal({PATH: broken})
    desk = Desk(analyst, made).open(FLOW)
    failure = analyst.locator("[data-part=failure]")
    expect(failure).to_contain_text("不能画成流程图")
    expect(failure).to_contain_text("不成形")
    analyst.keyboard.press("Control+s")
    expect(desk.state).not_to_contain_text("没有保存")
    assert saved(made) == broken


def test_what_cannot_be_read_is_told_before_a_save_would_leave_it_out(analyst: Page) -> None:
    shipped = (BPMN / "base" / PATH).read_text(encoding="utf-8")
    strange = shipped.replace(
        "<bpmn:startEvent ", '<bpmn:frobnicate id="odd" /><bpmn:startEvent ', 1
    )
    made = a_proposal({PATH: strange})
    desk = Desk(analyst, made).open(FLOW)
    losses = analyst.locator("[data-part=losses]")
    expect(losses).to_contain_text("不认识这种内容")
    desk.choose("name_people")
    expect(desk.field("名称")).to_be_disabled()
    assert saved(made) == strange
    losses.get_by_role("button", name="知道了").click()
    desk.fill("名称", "接着改")
    desk.settled()
    assert "frobnicate" not in saved(made)
    assert "接着改" in saved(made)


def test_what_an_import_left_to_do_is_shown_and_ticked_off(analyst: Page) -> None:
    shipped = (BPMN / "base" / PATH).read_text(encoding="utf-8")
    todo = '<spiffworkflow:property name="todo" value="请选择平台的服务。" />'
    text = shipped.replace(
        '<spiffworkflow:property name="form', f'{todo}<spiffworkflow:property name="form', 1
    )
    made = a_proposal({PATH: text})
    desk = Desk(analyst, made).open(FLOW)
    desk.choose("name_people")
    expect(desk.panel).to_contain_text("导入后待办")
    expect(desk.findings).to_contain_text("请选择平台的服务")
    desk.panel.get_by_role("button", name="已办完").click()
    expect(desk.findings).not_to_contain_text("请选择平台的服务")
    desk.settled()
    assert diagram_changes(shipped.encode(), saved(made).encode()) == []


def test_references_that_lead_nowhere_are_kept(desk: Desk) -> None:
    shipped = (BPMN / "base" / PATH).read_text(encoding="utf-8")
    loop = (
        '<bpmn:multiInstanceLoopCharacteristics isSequential="true">'
        "<bpmn:loopDataInputRef>rows</bpmn:loopDataInputRef>"
        '<bpmn:inputDataItem id="row" name="row" /></bpmn:multiInstanceLoopCharacteristics>'
    )
    text = shipped.replace("</bpmn:userTask>", f"{loop}</bpmn:userTask>", 1)
    written = desk.page.evaluate(
        """async (xml) => { const desk = document.querySelector('[data-modeller]');
        await desk.load(xml); return desk.read(); }""",
        text,
    )
    assert diagram_changes(text.encode(), written.encode()) == []


def test_a_closed_proposal_can_only_be_looked_at(analyst: Page, proposal: str) -> None:
    with unit_of_work() as session:
        session.get_one(Proposal, proposal).state = "withdrawn"
    desk = Desk(analyst, proposal).open(FLOW)
    desk.choose("name_people")
    expect(desk.field("名称")).to_be_disabled()
    expect(analyst.locator(".djs-palette")).to_be_hidden()
