"""Comparisons of Huairou, by the town itself and through an agency, up to the evaluation."""

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from models.clock import CHINA
from models.notice import NoticeKind
from models.project import ProjectPhase
from processes import training_clock
from processes.demo.comparing import ENTRUSTED
from tests.browser.comparative import WORKS, ComparisonPath, choose, day, press, upload
from tests.browser.living import City
from tests.browser.rest import at_rest
from tests.conftest import BUSINESS_DAY

pytestmark = [pytest.mark.browser, pytest.mark.timeout(500)]

CLOSES = datetime(2026, 11, 23, 17, 30, tzinfo=CHINA)
COMPARED = datetime(2026, 11, 24, 10, 0, tzinfo=CHINA)
AWARDED = datetime(2026, 11, 26, 9, 0, tzinfo=CHINA)
SIGNED = datetime(2026, 11, 26, 10, 0, tzinfo=CHINA)
BUILT = datetime(2026, 11, 30, 9, 0, tzinfo=CHINA)
CONTRACTORS = ("hr.contractor01", "hr.contractor02", "hr.contractor03")


def begin(city: City, **how: str) -> ComparisonPath:
    training_clock.store(BUSINESS_DAY, running=False)
    training_clock.install(city.settings)
    return ComparisonPath(city, **how)


def end(path: ComparisonPath) -> None:
    assert path.project.phase is ProjectPhase.EVALUATED
    assert path.found == {}
    assert path.city.faults == []


@pytest.mark.req("HR-4.5.1b")
@pytest.mark.req("HR-5.4.1")
@pytest.mark.req("HR-4.7")
def test_a_town_carries_a_project_out_itself_from_initiation_to_evaluation(city: City) -> None:
    path = begin(city)
    path.initiate()
    path.announce(CLOSES)
    for username in CONTRACTORS:
        page = path.register(username)
    path.look(page, "receipt")
    keep_names(path)
    path.move_to(CLOSES + timedelta(minutes=1))
    open_names(path)
    path.move_to(COMPARED)
    path.review()
    path.compare()
    path.publish()
    see_the_result(path)
    path.story.wake(AWARDED)
    path.story.sign_contract(SIGNED)
    path.move_to(BUILT)
    build(path)
    path.story.evaluate(BUILT + timedelta(days=3))
    end(path)


def keep_names(path: ComparisonPath) -> None:
    """Before the close the town sees neither how many registered nor who."""
    page = path.person("hr.town")
    page.goto(f"/registrations-of/{path.story.project}")
    expect(page.get_by_text("保密").first).to_be_visible()
    expect(page.get_by_text("建设有限公司")).to_have_count(0)
    path.look(page, "registrations before the close")


def open_names(path: ComparisonPath) -> None:
    page = path.person("hr.town")
    page.goto(f"/registrations-of/{path.story.project}")
    expect(page.get_by_text("共3家").first).to_be_visible()
    expect(page.get_by_text("朗川建设有限公司").first).to_be_visible()
    expect(page.get_by_role("button", name="打印")).to_be_visible()
    path.look(page, "registrations after the close")


def see_the_result(path: ComparisonPath) -> None:
    visitor = path.city.visitor()
    visitor.goto(path.notice(NoticeKind.AWARD_NOTICE))
    path.look(visitor, "award notice")
    visitor.goto("/results")
    visitor.get_by_role("link", name=WORKS.title).first.click()
    at_rest(visitor)
    expect(visitor.get_by_text("通过资格审查").first).to_be_visible()
    path.look(visitor, "comparison result")
    winner = path.person(path.story.winner())
    winner.goto("/registrations")
    expect(winner.locator("tr", has_text=WORKS.title)).to_contain_text("中选")
    path.look(winner, "my registrations")


def build(path: ComparisonPath) -> None:
    """The works begin; both units report; only then the acceptance is taken."""
    page = path.open("hr.town", "登记开工")
    choose(page, "监理单位", "砺石工程监理有限公司.*")
    choose(page, "审计单位", "明恕工程造价咨询有限公司.*")
    day(page, "实际开工日期", "2026-11-30")
    path.submit(page, "登记开工")
    path.move_to(BUILT + timedelta(days=2))
    accept(path, is_early=True)
    path.report("hr.supervisor", "监理")
    path.report("hr.auditor", "审计")
    accept(path)


def accept(path: ComparisonPath, *, is_early: bool = False) -> None:
    page = path.open("hr.town", "登记竣工验收")
    day(page, "竣工日期", "2026-12-02")
    day(page, "验收合格日期", "2026-12-02")
    upload(page, 0, "竣工验收报告.pdf")
    expect(page.get_by_text("已上传", exact=True)).to_have_count(1)
    page.get_by_label("工程已验收合格").check()
    if not is_early:
        path.submit(page, "登记验收")
        return
    press(page, "登记验收")
    expect(page.get_by_text("砺石工程监理有限公司").first).to_be_visible()
    path.look(page, "acceptance before the reports")
    page.get_by_role("button", name="通知提交报告").click()
    at_rest(page)


@pytest.mark.req("HR-4.5.1")
@pytest.mark.req("HR-4.11")
@pytest.mark.req("HR-4.8")
def test_an_agency_carries_a_project_out_while_the_town_follows_it(city: City) -> None:
    path = begin(city, management=ENTRUSTED)
    path.story.start(BUSINESS_DAY)
    path.story.initiate(BUSINESS_DAY)
    follow(path, "编制发包公告")
    path.announce(CLOSES)
    path.story.register(BUSINESS_DAY + timedelta(hours=4), 1, 2, 3)
    path.move_to(CLOSES + timedelta(minutes=1))
    path.move_to(COMPARED)
    path.review()
    follow(path, "填报比选信息")
    path.compare()
    path.publish()
    path.story.wake(AWARDED)
    path.story.sign_contract(SIGNED)
    path.story.wake(BUILT)
    path.story.start_works(BUILT)
    path.story.upload_reports(BUILT + timedelta(days=2))
    path.story.accept_works(BUILT + timedelta(days=2, hours=4))
    path.move_to(BUILT + timedelta(days=3))
    path.evaluate()
    end(path)


def follow(path: ComparisonPath, step: str) -> None:
    """The town sees every step of its entrusted project and has none of them to do."""
    page = path.person("hr.town")
    page.goto("/entrusted")
    row = page.locator("tr", has_text=WORKS.title)
    expect(row).to_contain_text(step)
    path.look(page, "entrusted projects")
    row.get_by_role("link", name=WORKS.title, exact=True).click()
    at_rest(page)
    path.look(page, "case of an entrusted project")
    page.goto("/inbox")
    expect(page.locator("tr", has_text=WORKS.title)).to_have_count(0)
