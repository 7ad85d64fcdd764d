"""Joining, the ceremony and the check of a result, as people meet them in their browsers."""

import re
from datetime import datetime, timedelta

import orjson
import pytest
from playwright.sync_api import expect

from models.clock import install_business_clock, system_now
from models.notice import Notice, NoticeKind
from models.project import Project, ProjectPhase
from models.selection.tables import Draw, DrawState, Interest
from processes.demo.player import Player
from processes.demo.projects import build_projects
from tests.browser.living import serving
from tests.seeding import rows

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def shown(tmp_path_factory, browser, built):
    """The demonstration's city with its projects, on its fixed day."""
    with (
        pytest.MonkeyPatch.context() as patch,
        serving(tmp_path_factory.mktemp("shown"), browser) as city,
    ):
        patch.setattr("web.assets.DIST", built)
        build_projects(Player(city.settings))
        yield city
        assert city.faults == []


def draw_in(phase):
    (project,) = rows(Project, phase=phase)
    (draw,) = rows(Draw, project_id=project.id)
    return project, draw


def find(page, project):
    page.goto("/find-projects")
    return page.locator(f"[id='p-{project.id}']")


def open_dialog(page, project):
    find(page, project).get_by_role("button", name=re.compile("我要参与")).click()
    dialog = page.get_by_role("dialog", name=re.compile("参与“"))
    expect(dialog).to_be_visible()
    return dialog


def left(city, username, project):
    """Return the page of a contractor that has no ticket now, whatever it had before."""
    page = city.sign_in(username)
    button = find(page, project).get_by_role("button", name=re.compile("退出参与"))
    if button.count():
        button.click()
        page.get_by_role("dialog").get_by_role("button", name="退出参与").click()
        expect(page.locator(f"[id='p-{project.id}']")).to_contain_text("未参与")
    return page


def test_a_contractor_joins_sees_its_receipt_leaves_and_joins_again(shown):
    project, draw = draw_in(ProjectPhase.ANNOUNCED)
    page = left(shown, "dz.contractor01", project)
    sent = []
    page.on("request", lambda one: sent.append(one.post_data or "") if one.method == "POST" else 0)
    dialog = open_dialog(page, project)
    dialog.get_by_label("联系人及电话（可不填）").fill("叶工 13900000000")
    dialog.get_by_label(re.compile("我公司承诺")).check()
    dialog.get_by_role("button", name="确认参与").click()
    page.wait_for_url("**/receipt")
    (body,) = [orjson.loads(one) for one in sent if "envelope" in one]
    expect(page.locator("[data-blind]")).to_be_visible()
    ticket = re.sub(r"\s", "", page.locator("dd code").first.inner_text())
    blind = page.locator("[data-blind-value]").inner_text()
    assert body["envelope"]["ctx"]["holder"] == ticket
    assert not [one for one in sent if blind in one], "the blind never leaves the browser"
    assert not [one for one in sent if "云泽" in one]
    page.goto("/registrations")
    expect(page.locator("tr", has_text=project.number)).to_contain_text("已参与")
    again = left(shown, "dz.contractor01", project)
    dialog = open_dialog(again, project)
    dialog.get_by_label(re.compile("我公司承诺")).check()
    dialog.get_by_role("button", name="确认参与").dblclick()
    again.wait_for_url("**/receipt")
    assert re.sub(r"\s", "", again.locator("dd code").first.inner_text()) != ticket
    assert not [row for row in rows(Interest, draw_id=draw.id) if row.ticket == ticket and row.live]


def test_what_was_typed_stays_when_the_tick_or_the_line_is_missing(shown):
    project, _ = draw_in(ProjectPhase.ANNOUNCED)
    page = left(shown, "dz.contractor02", project)
    dialog = open_dialog(page, project)
    contact = dialog.get_by_label("联系人及电话（可不填）")
    contact.fill("叶工")
    dialog.get_by_role("button", name="确认参与").click()
    expect(dialog.get_by_role("alert")).to_contain_text("请先勾选承诺")
    page.context.set_offline(True)
    dialog.get_by_label(re.compile("我公司承诺")).check()
    dialog.get_by_role("button", name="确认参与").click()
    expect(dialog.get_by_role("alert")).to_contain_text("没有连上服务器")
    expect(contact).to_have_value("叶工")
    page.context.set_offline(False)
    dialog.get_by_role("button", name="确认参与").click()
    page.wait_for_url("**/receipt")


def test_a_refusal_of_the_server_is_shown_in_the_dialog(shown):
    project, _ = draw_in(ProjectPhase.ANNOUNCED)
    page = left(shown, "dz.contractor03", project)
    dialog = open_dialog(page, project)
    twin = page.context.new_page()
    other = open_dialog(twin, project)
    for one, window in ((other, twin), (dialog, page)):
        one.get_by_label(re.compile("我公司承诺")).check()
        one.get_by_role("button", name="确认参与").click()
        if window is twin:
            twin.wait_for_url("**/receipt")
    expect(dialog.get_by_role("alert")).to_contain_text("一家企业只有一张票")


def test_the_result_is_checked_in_the_browser_and_an_altered_proof_visibly_fails(shown):
    project, draw = draw_in(ProjectPhase.PUBLICISED)
    page = shown.visitor()
    page.goto(f"/results/{draw.id}")
    expect(page.locator("[data-check]").get_by_role("status")).to_contain_text("核验通过")
    proof = orjson.loads(draw.public_proof)
    ranking = proof["result"]["ranking"]
    ranking[0], ranking[1] = ranking[1], ranking[0]
    page.route("**/proof.json", lambda route: route.fulfill(body=orjson.dumps(proof).decode()))
    page.get_by_role("button", name="重新核验").click()
    expect(page.locator("[data-check]").get_by_role("status")).to_contain_text("核验不通过")
    expect(page.locator(".sw-checks > li.is-late")).to_contain_text("ranking")
    assert project.title in page.title()


def test_a_proof_of_another_plan_than_the_printed_one_fails(shown):
    _, draw = draw_in(ProjectPhase.PUBLICISED)
    _, other = draw_in(ProjectPhase.AWARDED)
    page = shown.visitor()
    page.route("**/proof.json", lambda route: route.fulfill(body=other.public_proof))
    page.goto(f"/results/{draw.id}")
    expect(page.locator("[data-check]").get_by_role("status")).to_contain_text("核验不通过")
    expect(page.locator(".sw-checks > li.is-late")).to_contain_text("plan_hash")


PUBLIC = [
    "/",
    "/?in=dazhou",
    "/notices",
    "/notices?q=zzz&since=x",
    "/results",
    "/check",
    "/open-data",
]


@pytest.mark.parametrize("width", [1366, 360])
def test_axe_finds_nothing_on_the_public_pages_and_nothing_scrolls_sideways(shown, width):
    project, draw = draw_in(ProjectPhase.PUBLICISED)
    paths = [*PUBLIC, f"/results/{draw.id}"]
    for kind in (NoticeKind.TENDER_NOTICE, NoticeKind.AWARD_NOTICE):
        (notice,) = rows(Notice, project_id=project.id, kind=kind)
        paths.append(f"/notices/{notice.id}")
    shown.look_over(shown.visitor(width), *paths)


@pytest.mark.parametrize("width", [1366, 360])
@pytest.mark.parametrize(
    ("username", "paths"),
    [
        ("dz.contractor05", ["/find-projects", "/find-projects?q=zzz", "/registrations"]),
        ("dz.centre", ["/ceremonies", "/ceremonies?held=1", "/ceremonies?q=zzz"]),
    ],
)
def test_axe_finds_nothing_on_the_pages_of_contractors_and_the_centre(
    shown, width, username, paths
):
    shown.look_over(shown.sign_in(username, width), *paths)


def running_from(moment):
    """A clock that runs from a moment on, as an installation's does."""
    begun = system_now()
    return lambda: moment + (system_now() - begun)


def test_two_people_open_a_draw_in_sessions_of_their_own_and_the_hall_follows(shown):
    project, draw = draw_in(ProjectPhase.FROZEN)
    officer, monitor = shown.sign_in("dz.selector"), shown.sign_in("dz.monitor")
    hall = shown.sign_in("dz.centre")
    before: datetime = draw.not_before - timedelta(seconds=5)
    install_business_clock(running_from(before))
    hall.goto(f"/ceremonies/{draw.id}/hall")
    for page in (monitor, officer):
        page.goto(f"/ceremonies/{draw.id}")
    button = officer.get_by_role("button", name="开启")
    expect(officer.get_by_label("监督人员已在场，现在开启随机选取")).to_be_visible()
    expect(monitor.get_by_role("button", name="确认开启")).to_have_count(0)
    officer.get_by_label("监督人员已在场，现在开启随机选取").check()
    expect(button).to_be_enabled(timeout=25_000)
    expect(officer.get_by_label("监督人员已在场，现在开启随机选取")).to_be_checked()
    expect(officer.locator("[data-part=people]")).to_contain_text("罗澄")
    button.click()
    officer.get_by_role("dialog").get_by_role("button", name="开启").click()
    monitor.get_by_label("名单家数和指纹与冻结时一致，同意开启").check()
    monitor.get_by_role("button", name="确认开启").click()
    monitor.get_by_role("dialog").get_by_role("button", name="确认开启").click()
    for page in (monitor, officer):
        expect(page.locator("[data-part=act]")).to_contain_text("选取结果", timeout=20_000)
    expect(hall.locator("[data-part=ranking]")).to_contain_text("中选", timeout=20_000)
    (held,) = rows(Draw, id=draw.id)
    assert held.state is DrawState.DRAWN
    assert held.winner_ticket[:8] in hall.locator("[data-part=winner]").inner_text()
    assert project.title in hall.locator("h1").inner_text()
    for page in (officer, hall):
        assert shown.violations(page) == []


def test_a_broken_line_is_told_and_mends_itself(shown):
    _, draw = draw_in(ProjectPhase.ANNOUNCED)
    page = shown.sign_in("dz.centre")
    page.goto(f"/ceremonies/{draw.id}")
    page.context.set_offline(True)
    expect(page.locator("[data-offline]")).to_be_visible(timeout=20_000)
    page.context.set_offline(False)
    expect(page.locator("[data-offline]")).to_be_hidden(timeout=20_000)


def test_a_page_at_rest_is_not_drawn_anew(shown):
    _, draw = draw_in(ProjectPhase.ANNOUNCED)
    page = shown.sign_in("dz.centre")
    page.goto(f"/ceremonies/{draw.id}")
    page.evaluate("document.querySelectorAll('[data-part]').forEach((one) => { one.mine = 1; })")
    for _ in range(2):
        with page.expect_response(f"**/ceremonies/{draw.id}"):
            pass
    kept = page.evaluate(
        "[...document.querySelectorAll('[data-part]')].filter((one) => one.mine).length"
    )
    total = page.locator("[data-part]").count()
    assert kept >= total - 1, "only the list of who is here may have changed"
