"""The owner's floor price in a real browser: typed twice, sealed there, found nowhere else."""

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from models.clock import fixed, install_business_clock
from models.flow.instance import Instance
from models.flow.work_item import WorkItem, WorkItemState
from models.identity.account import Account
from models.selection import guardian_keys
from models.selection.auction_tables import SecrecyUndertaking
from models.session import reading, unit_of_work
from processes.demo.papers import paper
from processes.demo.player import Player
from tests import seeding
from tests.browser.living import serving
from tests.browser.test_quote import PRINTED, every_pair
from tests.models.selection import auctioning as make
from tests.processes.diagrams import END, START, chain, lanes, process
from tests.processes.engine.samples import task
from tests.processes.engine.world import publish
from tests.seeding import MORNING

pytestmark = pytest.mark.browser
STEP = process(
    lanes(项目业主="begin seal_floor finish"),
    START,
    task("seal_floor", formJsonSchemaFilename="seal_floor", page="seal_floor"),
    END,
    chain("begin", "seal_floor", "finish"),
    id="floor_step",
)


@pytest.fixture(scope="module")
def town_hall(tmp_path_factory, browser, built):
    """The demonstration's people, and the flow of one step in which a floor is sealed."""
    with (
        pytest.MonkeyPatch.context() as patch,
        serving(tmp_path_factory.mktemp("hall"), browser) as city,
    ):
        patch.setattr("web.assets.DIST", built)
        with reading() as session:
            found = {one.username: one for one in session.scalars(select(Account))}
        owner = found["dz.owner"]
        officer, monitor = (found[name].id for name in ("dz.selector", "dz.monitor"))
        city.town = seeding.Town(city.settings, owner.party_id, officer, monitor, [])
        city.owner = owner.name
        publish(STEP)
        yield city
        assert city.faults == []


@pytest.fixture
def step(town_hall):
    """A bidding that waits for its floor, and the address of the step."""
    install_business_clock(fixed(MORNING))
    auction = make.prepared(town_hall.town)
    instance_id = Player(town_hall.settings).start("dz.owner", "floor_step")
    with unit_of_work() as session:
        session.get_one(Instance, instance_id).project_id = auction.project_id
        item = session.scalars(select(WorkItem).where(WorkItem.instance_id == instance_id)).one()
        item.project_id = auction.project_id
        return auction, f"/work-items/{item.id}"


def open_step(city, step, width=1366):
    page = city.sign_in("dz.owner", width)
    page.goto(step[1])
    page.get_by_role("button", name="由我领取并填写").click()
    expect(page.locator("#f-one")).to_be_visible()
    return page


def type_twice(page, first, second=None):
    page.locator("#f-one").fill(first)
    page.locator("#f-two").fill(first if second is None else second)


def promise(page, city):
    page.get_by_label(f"制定人{city.owner}的单位和职务").fill("柳河镇人民政府 副镇长")
    page.get_by_label(re.compile("不以任何方式向任何人泄露")).check()


def press(page):
    page.locator("[data-floor-seal]").click()


def agree(page):
    page.get_by_role("dialog").get_by_role("button", name="密封最低限价").click()


def seal(page, city, amount="300000"):
    type_twice(page, amount)
    promise(page, city)
    press(page)
    agree(page)
    expect(page.get_by_text("最低限价已密封")).to_be_visible()
    expect(page.locator("#f-one")).to_have_value("")


def value_of(city, auction):
    keys = guardian_keys.ensure_keys(city.settings.keys / "guardians").values()
    return every_pair(dict(make.fresh(auction).floor_envelope), list(keys))


@pytest.mark.req("DZ-80c")
def test_a_floor_is_sealed_with_everybody_who_knows_it_and_its_value_goes_nowhere(town_hall, step):
    auction, _ = step
    page = open_step(town_hall, step)
    sent = []
    page.on("request", lambda one: sent.append(f"{one.url} {one.post_data or ''}"))
    type_twice(page, "312,345.67")
    expect(page.locator("#f-one-shown")).to_contain_text("叁拾壹万贰仟叁佰肆拾伍元陆角柒分")
    promise(page, town_hall)
    page.get_by_role("button", name="添加知悉人员").click()
    page.locator("[data-person-name]").fill("方屿")
    page.locator("[data-person-position]").fill("柳河镇财政所 所长")
    with page.expect_file_chooser() as chooser:
        page.locator("[data-upload] button").click()
    signed = {"name": "承诺书.pdf", "mimeType": "application/pdf", "buffer": paper("承诺书")}
    chooser.value.set_files(signed)
    expect(page.get_by_text("已上传")).to_be_visible()
    press(page)
    dialog = page.get_by_role("dialog", name=re.compile("密封最低限价"))
    expect(dialog).to_contain_text("叁拾壹万贰仟叁佰肆拾伍元陆角柒分")
    expect(dialog).to_contain_text("共2人")
    agree(page)
    expect(page.get_by_text("最低限价已密封")).to_be_visible()
    assert value_of(town_hall, auction) == {"fen": 31_234_567}
    shown = re.sub(r"\s", "", page.locator("[data-floor-commit]").inner_text())
    assert shown == make.fresh(auction).floor_commit
    known = {one.name: one for one in seeding.rows(SecrecyUndertaking, auction_id=auction.id)}
    assert set(known) == {town_hall.owner, "方屿"}
    assert known["方屿"].document_id
    told = " ".join(sent)
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, location.href])")
    for figures in ("312345", "312,345", "31234567", "%2C345", "叁拾壹"):
        assert figures not in told
        assert figures not in kept
        assert figures not in page.content(), "once sealed it is on the page no more"


def test_the_slip_alone_carries_the_value_and_only_while_it_is_printed(town_hall, step):
    page = open_step(town_hall, step)
    seal(page, town_hall, "300000")
    page.evaluate(PRINTED)
    page.emulate_media(media="print")
    page.evaluate("document.querySelector('[data-floor-print]').click()")
    slip = page.evaluate("window.slip")
    assert "人民币叁拾万元整" in slip
    assert make.fresh(step[0]).floor_commit[:8] in slip
    assert "叁拾万" not in page.content()


def test_what_is_wrong_is_told_before_anything_is_sealed(town_hall, step):
    auction, _ = step
    page = open_step(town_hall, step)
    box = page.locator("[data-floor-errors]")
    for first, second, words in (
        ("", "", "请填写最低限价"),
        ("386400.01", None, "不能高于最高限价"),
        ("0", None, "必须大于零"),
        ("-1", None, "不能是负数"),
        ("300000.001", None, "最多两位小数"),
        ("300000", "300001", "两次填写的金额不一样"),
        ("300000", "", "请填写最低限价"),
    ):
        type_twice(page, first, second)
        press(page)
        expect(page.locator("[data-amount-fault]:visible").first).to_contain_text(words)
    type_twice(page, "300000")
    press(page)
    expect(box).to_contain_text("请填写制定人的单位和职务")
    page.locator("[data-floor-position]").fill("柳河镇人民政府 副镇长")
    press(page)
    expect(box).to_contain_text("请先勾选保密承诺")
    page.get_by_role("button", name="添加知悉人员").click()
    promise(page, town_hall)
    press(page)
    expect(box).to_contain_text("第1位知悉人员")
    page.get_by_role("button", name="删除这一位").click()
    type_twice(page, "30")
    expect(page.locator("#f-one-warning")).to_contain_text("不是万元")
    press(page)
    expect(page.get_by_role("dialog")).to_contain_text("不是万元")
    page.get_by_role("dialog").get_by_role("button", name="再看看").click()
    assert make.fresh(auction).floor_commit == ""


def test_the_step_ends_only_when_a_floor_is_sealed_and_none_lies_open(town_hall, step):
    auction, _ = step
    page = open_step(town_hall, step)
    tick = page.get_by_label(re.compile("最低限价已在本人设备上密封交存"))
    submit = page.locator("[data-form-actions]").get_by_role("button", name="提交", exact=True)

    def finish():
        submit.click()
        dialog = page.get_by_role("dialog", name=re.compile("提交本步骤"))
        expect(dialog).to_contain_text("从此不能再改")
        dialog.get_by_role("button", name="提交").click()

    tick.check()
    finish()
    expect(page.get_by_text("还没有密封最低限价：")).to_be_visible()
    seal(page, town_hall)
    first = make.fresh(auction).floor_commit
    type_twice(page, "310000")
    finish()
    expect(page.get_by_text("上面填写的最低限价还没有密封")).to_be_visible()
    promise(page, town_hall)
    press(page)
    agree(page)
    expect(page.locator("[data-floor-commit]")).not_to_contain_text(first[:8])
    finish()
    page.wait_for_url("**/cases/**")
    assert value_of(town_hall, auction) == {"fen": 31_000_000}
    (item,) = seeding.rows(WorkItem, project_id=auction.project_id)
    assert item.state is WorkItemState.DONE
    assert "31000000" not in str(item.__dict__)


def test_a_broken_line_keeps_what_was_typed_and_leaving_the_page_does_not(town_hall, step):
    page = open_step(town_hall, step)
    type_twice(page, "300000")
    promise(page, town_hall)
    page.context.set_offline(True)
    press(page)
    agree(page)
    expect(page.locator("[data-floor-errors]")).to_contain_text("网络断开")
    expect(page.locator("#f-one")).to_have_value("300000")
    page.context.set_offline(False)
    page.goto("/inbox")
    page.go_back()
    expect(page.locator("#f-one")).to_have_value("")
    assert make.fresh(step[0]).floor_commit == ""


@pytest.mark.parametrize("width", [1366, 360])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(town_hall, step, width):
    page = open_step(town_hall, step, width)
    page.get_by_role("button", name="添加知悉人员").click()
    type_twice(page, "386400.01", "30")
    press(page)
    assert town_hall.violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
