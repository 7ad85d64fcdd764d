"""The straight path from a project's filing to its checked result, played by everybody it needs."""

from datetime import datetime

import orjson
import pytest
from playwright.sync_api import expect

from models.clock import CHINA
from models.identity.account import Account
from models.notice import NoticeKind
from models.project import Project
from models.selection.tables import DrawState, Interest
from processes import training_clock
from tests.browser.filing import TITLE
from tests.browser.whole_path import Path
from tests.conftest import BUSINESS_DAY
from tests.seeding import rows

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

FREEZE = datetime(2026, 11, 20, 17, 30, tzinfo=CHINA)
SELECTION = datetime(2026, 11, 23, 15, 0, tzinfo=CHINA)
JOINERS = ("dz.contractor01", "dz.contractor02", "dz.contractor03")


@pytest.mark.req("DZ-74.1")
@pytest.mark.req("DZ-75")
@pytest.mark.req("DZ-79")
def test_everybody_plays_the_straight_path_in_a_browser_of_their_own(city):
    training_clock.store(BUSINESS_DAY, running=False)
    training_clock.install(city.settings)
    path = Path(city)
    prepare(path)
    gather(path)
    draw(path)
    check_as_a_visitor(path)
    look_as_joiners(path)
    assert path.found == {}
    assert city.faults == []


def prepare(path):
    path.file()
    path.send_back()
    path.correct()
    path.accept()
    path.name_people()
    path.confirm("dz.selector", "选取人员确认", "本人确认担任选取人员", "确认担任选取人员")
    path.confirm("dz.monitor", "监督人员确认", "本人确认担任监督人员", "确认担任监督人员")
    path.announce(FREEZE, SELECTION)


def gather(path):
    """Three join, one leaves for good after it left once and came back another leaves and returns."""
    for username in JOINERS:
        page = path.join(username)
    path.look(page, "receipt")
    path.leave(JOINERS[1])
    path.join(JOINERS[1])
    page = path.join("dz.contractor05")
    path.leave("dz.contractor05")
    path.look(page, "registrations")
    page.goto("/find-projects")
    path.look(page, "find projects")


def draw(path):
    path.move_to(FREEZE)
    assert path.draw.state is DrawState.FROZEN
    assert path.draw.tickets == len(JOINERS)
    path.move_to(SELECTION)
    path.hold()
    page = path.work("dz.centre", "核对并发布结果公示")
    page.get_by_label("选取结果已核对，同意发布中选结果公示").check()
    path.submit(page, "发布结果公示")


def check_as_a_visitor(path):
    page = path.city.visitor()
    page.goto(path.notice(NoticeKind.TENDER_NOTICE))
    path.look(page, "notice")
    page.get_by_role("link", name="查看并核验").click()
    page.wait_for_url("**/results/*")
    expect(page.locator("[data-check]").get_by_role("status")).to_contain_text("核验通过")
    path.look(page, "result")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载证明文件").click()
    proof = orjson.loads(download.value.path().read_bytes())
    page.goto("/check")
    offer(page, proof)
    expect(page.locator("[data-check]").get_by_role("status")).to_contain_text("前后一致")
    proof["result"]["ranking"].reverse()
    offer(page, proof)
    expect(page.locator("[data-check]").get_by_role("status")).to_contain_text("核验不通过")
    path.look(page, "check")


def offer(page, proof):
    file = {"name": "proof.json", "mimeType": "application/json", "buffer": orjson.dumps(proof)}
    page.get_by_label("证明文件").set_input_files(file)


def look_as_joiners(path):
    (project,) = rows(Project)
    names = {one.username: one.party_id for one in rows(Account) if one.username in JOINERS}
    for username, party in names.items():
        page = path.person(username)
        page.goto("/registrations")
        row = page.locator("tr", has_text=TITLE)
        won = party == project.winner_id
        expect(row).to_contain_text("中选" if won else "未中选")
        page.get_by_role("link", name=f"结果与核验：{TITLE}").click()
        expect(page.locator("[data-check]").get_by_role("status")).to_contain_text("核验通过")
    assert {row.party_id for row in rows(Interest) if row.live} == set(names.values())
