"""An outage across the selection time, as the centre, the officer, the monitor and anyone see it."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from models.notice import NoticeKind
from models.selection.tables import Draw, DrawState
from tests.browser.interrupted import SELECTION, frozen, when
from tests.seeding import rows

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

DOWN, BACK = SELECTION - timedelta(minutes=30), SELECTION + timedelta(hours=1)
NEW = SELECTION + timedelta(days=1)


@pytest.mark.req("DZ-81.2")
def test_platform_finds_its_outage_and_the_selection_is_held_at_its_new_time(city):
    path = frozen(city)
    officer = path.person("dz.selector")
    officer.goto(path.ceremony)
    path.found_down(DOWN, BACK)
    put_off(path)
    read_as_a_visitor(path)
    wait_at_the_ceremony(path)
    path.move_to(NEW)
    path.hold_now()
    hall = path.person("dz.centre")
    hall.goto(f"{path.ceremony}/hall")
    expect(hall.locator("[data-part=ranking]")).to_contain_text("中选", timeout=20_000)
    assert path.draw.state is DrawState.DRAWN
    assert path.found == {}
    assert city.faults == []


def put_off(path):
    page = path.open("dz.centre", "确定延后的选取时间")
    expect(page.get_by_text("平台停止运行")).to_be_visible()
    fields = page.locator(".fjs-form-field-datetime input:visible")
    expect(fields.nth(1)).to_have_value("15:00")
    path.look(page, "outage: new time")
    when(page, 0, BACK - timedelta(minutes=15))
    page.get_by_role("button", name="延期并发布公告").click()
    expect(page.locator("main")).to_contain_text("已经过去", timeout=10_000)
    when(page, 0, NEW)
    path.submit(page, "延期并发布公告")


def read_as_a_visitor(path):
    page = path.city.visitor()
    page.goto(path.notice(NoticeKind.TENDER_NOTICE))
    page.get_by_role("link", name="选取延期公告").first.click()
    expect(page.locator("main")).to_contain_text("2026年11月27日 15:00")
    expect(page.locator("main")).to_contain_text("名单、选取计划")
    path.look(page, "outage: corrigendum")


def wait_at_the_ceremony(path):
    page = path.person("dz.selector")
    page.goto(path.ceremony)
    expect(page.locator("[data-part=postponed]")).to_contain_text("平台停止运行")
    expect(page.get_by_role("button", name="开启")).to_have_count(0)
    path.look(page, "outage: ceremony")
    hall = path.person("dz.centre")
    hall.goto(f"{path.ceremony}/hall")
    expect(hall.locator("[data-part=clock]")).to_contain_text("平台停止运行")
    path.look(hall, "outage: hall")
    owner = path.person("dz.owner")
    owner.goto(f"/cases/{path.story.instance}")
    expect(owner.locator("main")).to_contain_text("选取延期")
    path.look(owner, "outage: case")


@pytest.mark.req("DZ-81.2")
def test_staff_report_an_outage_that_the_platform_cannot_see(city):
    path = frozen(city)
    path.move_to(SELECTION + timedelta(minutes=20))
    page = path.act_on_case("dz.centre", "停电、断网报告")
    path.look(page, "outage: report")
    page.get_by_label("原因").fill("片区线路检修，交易中心停电停网")
    when(page, 0, DOWN)
    when(page, 1, SELECTION - timedelta(minutes=15))
    page.get_by_role("button", name="报告并延期").click()
    expect(page.locator("main")).to_contain_text("不用延期", timeout=10_000)
    when(page, 1, BACK)
    path.submit(page, "报告并延期")
    path.move_to(BACK)
    page = path.open("dz.centre", "确定延后的选取时间")
    expect(page.get_by_text("片区线路检修")).to_be_visible()
    path.submit(page, "延期并发布公告")
    (draw,) = rows(Draw)
    assert draw.opens_at == NEW
    assert path.found == {}
    assert city.faults == []
