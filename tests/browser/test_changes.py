"""During the announcement: a change, a pause with its end, a termination, as people click them."""

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from models.clock import CHINA
from models.notice import NoticeKind
from models.project import ProjectPhase
from models.selection.tables import Draw, DrawState
from processes import training_clock
from processes.demo.papers import paper
from processes.demo.player import Player
from processes.demo.projects import FINISHED
from processes.demo.story import Story
from processes.sweeper import sweep_until_quiet
from tests.browser.filing import choose, press
from tests.browser.interrupted import Interrupted, when
from tests.seeding import rows

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

TITLE = "公告期内变更、暂停、终止申请"
BEGAN = datetime(2026, 11, 23, 9, 0, tzinfo=CHINA)
FREEZE = datetime(2026, 11, 25, 17, 30, tzinfo=CHINA)
SELECTION = datetime(2026, 11, 26, 15, 0, tzinfo=CHINA)
NEXT_DAY = BEGAN + timedelta(days=1)
REASON = "施工图复核后工程量有调整，原公告内容须相应变更。"


def announced(city) -> Interrupted:
    """Play up to the open list by the same verbs as the pages, and stand in the next morning."""
    story = Story(Player(city.settings), FINISHED)
    story.prepare(BEGAN)
    story.announce(BEGAN + timedelta(hours=2), FREEZE, SELECTION)
    story.join(BEGAN + timedelta(hours=6), 1, 2)
    path = Interrupted(city, story)
    training_clock.store(NEXT_DAY, running=False)
    training_clock.install(city.settings)
    sweep_until_quiet(city.settings)
    return path


def ask(path, kind, reason=REASON, fill=None):
    page = path.act_on_case("dz.owner", TITLE)
    page.get_by_label(kind).check()
    page.get_by_role("textbox", name="理由").fill(reason)
    if fill:
        fill(page)
    letter = {"name": "申请函.pdf", "mimeType": "application/pdf", "buffer": paper("申请函")}
    page.locator(".fjs-form-field-filepicker input[type=file]").first.set_input_files(letter)
    expect(page.locator(".fjs-form-field-filepicker").first).to_contain_text("申请函.pdf")
    path.look(page, f"changes: request {kind[:2]}")
    path.submit(page, "提交申请")
    return page


def agree(path):
    page = path.open("dz.leader", "审批申请")
    path.look(page, "changes: decision")
    page.get_by_label("同意", exact=True).check()
    path.submit(page, "提交审批意见")
    sweep_until_quiet(path.city.settings)
    return page


def announce_again(path, freeze, selection):
    for username, title, tick, button in (
        ("dz.selector", "选取人员确认", "本人确认担任选取人员", "确认担任选取人员"),
        ("dz.monitor", "监督人员确认", "本人确认担任监督人员", "确认担任监督人员"),
    ):
        page = path.open(username, title)
        page.get_by_label(tick).check()
        path.submit(page, button)
    page = path.open("dz.centre", "编制选取公告")
    when(page, 0, freeze)
    when(page, 1, selection)
    path.submit(page, "生成公告草稿")
    page.wait_for_selector("[data-form][data-ready]")
    path.look(page, "changes: corrigendum to check")
    page.get_by_label("核对无误，发布公告").check()
    path.submit(page, "提交核对结果")


@pytest.mark.req("DZ-81.1")
def test_a_changed_price_goes_from_the_owner_to_a_corrigendum_that_anyone_reads(city):
    path = announced(city)
    owner = ask(
        path,
        "变更资质、价格、内容或时间",
        fill=lambda page: page.get_by_role("textbox", name="最高限价").fill("170,000.00"),
    )
    refuse_a_second(path, owner)
    leader = path.open("dz.leader", "审批申请")
    expect(leader.locator("main")).to_contain_text("最高限价由“¥ 183,600.00”改为“¥ 170,000.00”")
    agree(path)
    owner.goto(f"/cases/{path.story.instance}")
    expect(owner.locator("#c-requests").locator("xpath=../..")).to_contain_text("已生效")
    path.look(owner, "changes: case")
    announce_again(path, FREEZE + timedelta(days=2), SELECTION + timedelta(days=4))

    visitor = path.city.visitor()
    visitor.goto(path.notice(NoticeKind.CORRIGENDUM))
    expect(visitor.locator("main")).to_contain_text("原公告期内的参与全部失效")
    expect(visitor.get_by_role("link", name="我要参与")).to_be_visible()
    path.look(visitor, "changes: corrigendum")
    visitor.goto(path.notice(NoticeKind.TENDER_NOTICE))
    expect(visitor.get_by_role("link", name="我要参与")).to_have_count(0)
    contractor = path.person("dz.contractor01")
    contractor.goto("/registrations")
    expect(contractor.locator("main")).to_contain_text("本次选取已取消")
    assert path.found == {}
    assert city.faults == []


def refuse_a_second(path, owner):
    owner.goto(f"/cases/{path.story.instance}")
    actions = owner.locator("#c-actions").locator("xpath=../..")
    expect(actions).to_contain_text("已有一项变更申请（办理中）")
    expect(owner.get_by_role("button", name=f"办理：{TITLE}")).to_have_count(0)
    path.look(owner, "changes: one at a time")


@pytest.mark.req("DZ-81.1")
def test_a_pause_closes_joining_until_it_is_resumed_with_new_times(city):
    path = announced(city)
    ask(path, "暂停选取", "场地移交手续未办完，暂不具备选取条件。")
    agree(path)
    page = path.open("dz.centre", "核对并发布暂停公告")
    path.look(page, "changes: pause to publish")
    page.get_by_label("已核对申请和函件").check()
    path.submit(page, "发布暂停公告")
    assert path.project().phase is ProjectPhase.PAUSED
    visitor = path.city.visitor()
    visitor.goto(path.notice(NoticeKind.CORRIGENDUM))
    expect(visitor.locator("main")).to_contain_text("暂停公告")
    path.look(visitor, "changes: pause")

    ask(path, "恢复选取", "场地移交手续已办完，可以恢复选取。")
    agree(path)
    announce_again(path, FREEZE + timedelta(days=2), SELECTION + timedelta(days=4))
    kept = next(one for one in rows(Draw) if one.state is DrawState.OPEN)
    contractor = path.person("dz.contractor02")
    contractor.goto("/registrations")
    expect(contractor.locator("main")).to_contain_text("已参与，等待名单冻结")
    path.look(contractor, "changes: still joined")
    path.move_to(FREEZE + timedelta(days=2, minutes=1))
    (draw,) = rows(Draw, id=kept.id)
    assert (draw.state, draw.tickets) == (DrawState.FROZEN, 2)
    assert path.found == {}
    assert city.faults == []


@pytest.mark.req("DZ-81.1")
def test_a_termination_withdrawn_once_then_agreed_ends_the_project(city):
    path = announced(city)
    reason = "项目资金计划调整，本年度不再实施。"
    page = ask(path, "终止项目交易", reason)
    path.look(page, "changes: request waiting")
    press(page, "撤回申请")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("项目按原公告继续")
    dialog.get_by_role("button", name="撤回申请").click()
    expect(page.locator("main")).to_contain_text("流程已经办结")
    ask(path, "终止项目交易", reason)
    agree(path)
    centre = path.open("dz.centre", "核对并发布终止公告")
    expect(centre.locator("main")).to_contain_text(reason)
    centre.get_by_label("理由已核对").check()
    path.submit(centre, "发布终止公告")
    assert path.project().phase is ProjectPhase.TERMINATED
    visitor = path.city.visitor()
    visitor.goto(path.notice(NoticeKind.TERMINATION_NOTICE))
    expect(visitor.locator("main")).to_contain_text(reason)
    owner = path.person("dz.owner")
    owner.goto(f"/cases/{path.story.instance}")
    expect(owner.locator("main")).to_contain_text("流程已经终止")
    path.look(owner, "changes: terminated")
    assert path.found == {}
    assert city.faults == []


def test_a_new_qualification_is_chosen_only_when_it_changes(city):
    path = announced(city)

    def requalify(page):
        expect(page.locator(".fjs-form-field-select", has_text="资质等级")).to_have_count(0)
        choose(page, "施工企业资质", "市政公用工程施工总承包")
        choose(page, "资质等级", "三级及以上")

    ask(path, "变更资质、价格、内容或时间", fill=requalify)
    leader = path.open("dz.leader", "审批申请")
    expect(leader.locator("main")).to_contain_text("市政公用工程施工总承包")
    leader.get_by_label("不同意", exact=True).check()
    leader.get_by_label("不同意的理由").fill("函件没有写明变更的依据。")
    path.submit(leader, "提交审批意见")
    owner = path.person("dz.owner")
    owner.goto(f"/cases/{path.story.instance}")
    expect(owner.locator("#c-requests").locator("xpath=../..")).to_contain_text("未同意")
    assert path.project().phase is ProjectPhase.ANNOUNCED
    assert city.faults == []
