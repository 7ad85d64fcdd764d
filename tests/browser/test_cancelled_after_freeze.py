"""Cancelled after the freeze: owner, leader, those present, anyone, and the regulator alone."""

from datetime import timedelta

import orjson
import pytest
from playwright.sync_api import expect

from models.notice import NoticeKind
from models.selection.tables import DrawState
from models.selection.verifier import verify
from tests.browser.filing import press, upload
from tests.browser.interrupted import SELECTION, frozen

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

TITLE = "冻结后取消选取申请"
REASON = "施工范围有重大调整，原名单已不适用。"


@pytest.mark.req("DZ-81.1")
def test_owner_asks_leader_approves_and_the_regulator_alone_reads_the_result(city):
    path = frozen(city)
    ask(path)
    approve(path)
    assert path.draw.state is DrawState.CANCELLED
    see_the_end(path)
    path.move_to(SELECTION + timedelta(minutes=1))
    read_as_the_regulator(path)
    be_refused(path)
    assert path.found == {}
    assert city.faults == []


def ask(path):
    page = path.act_on_case("dz.owner", TITLE)
    path.look(page, "cancelling: request")
    page.get_by_label("取消理由").fill(REASON)
    upload(page, 0, "取消选取申请.pdf")
    expect(page.get_by_text("已上传", exact=True)).to_have_count(1)
    page.get_by_label("已知悉").check()
    path.submit(page, "提交取消申请")
    page.goto(f"/cases/{path.story.instance}")
    expect(page.locator("main")).to_contain_text("取消选取")
    path.look(page, "cancelling: case with request")


def approve(path):
    page = path.open("dz.leader", "审批取消选取")
    expect(page.locator("main")).to_contain_text(REASON)
    path.look(page, "cancelling: approval")
    page.get_by_label("批准取消").check()
    page.get_by_role("textbox", name="理由").fill("理由充分，同意取消。")
    press(page, "提交审批意见")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("选取立即取消，不能恢复")
    before = page.url
    dialog.get_by_role("button", name="提交审批意见").click()
    page.wait_for_url(lambda url: url != before)
    path.move_to(SELECTION - timedelta(hours=3))


def see_the_end(path):
    for username in ("dz.selector", "dz.monitor"):
        page = path.person(username)
        page.goto(path.ceremony)
        expect(page.locator("[data-part=act]")).to_contain_text("选取已取消")
        expect(page.locator("[data-part=act]")).to_contain_text(REASON)
    path.look(page, "cancelling: ceremony")
    page.goto(f"{path.ceremony}/hall")
    path.look(page, "cancelling: hall")
    visitor = path.city.visitor()
    visitor.goto(path.notice(NoticeKind.TERMINATION_NOTICE))
    expect(visitor.locator("main")).to_contain_text("名单冻结之后")
    expect(visitor.locator("main")).to_contain_text("行业主管部门备案")
    path.look(visitor, "cancelling: notice")


def read_as_the_regulator(path):
    page = path.person("dz.housing")
    page.goto("/desk")
    page.get_by_role("link", name="备案结果").first.click()
    expect(page.locator("main")).to_contain_text(path.project().title)
    path.look(page, "cancelling: filings")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载证明").click()
    proof = orjson.loads(download.value.path().read_bytes())
    assert verify(proof, expected_plan=path.draw.plan_hash).plan_compared


def be_refused(path):
    for username in ("dz.owner", "dz.leader"):
        page = path.person(username)
        answer = page.goto("/filings")
        assert answer.status == 403
        expect(page.get_by_role("link", name="备案结果")).to_have_count(0)
    path.look(page, "cancelling: refused")
