"""Too few joined: the public is told, and the owner organises again or ends the project."""

import pytest
from playwright.sync_api import expect

from models.project import ProjectPhase
from tests.browser.second_round import (
    AGAIN_FREEZE,
    AGAIN_SELECTION,
    FREEZE,
    TITLE,
    SecondRound,
    verified,
)

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

DECIDE = "决定重新选取或终止"
FEW = "有效意向企业1家，少于规定的2家，选取失败"


@pytest.fixture
def failed(city):
    """One contractor joined, and the list has frozen."""
    path = SecondRound.announced(city, 1)
    path.move_to(FREEZE)
    assert path.phase() is ProjectPhase.UNSUCCESSFUL
    yield path
    assert path.found == {}
    assert city.faults == []


def look_as_a_visitor(path):
    page = path.city.visitor()
    page.goto("/")
    page.get_by_role("link", name=f"{TITLE}选取失败公告").or_(
        page.locator("li", has_text="选取失败公告").get_by_role("link")
    ).first.click()
    expect(page.get_by_text(FEW).first).to_be_visible()
    path.look(page, "选取失败公告")
    page.get_by_role("link", name=f"{TITLE}选取公告").first.click()
    expect(page.get_by_text("第1轮：选取失败")).to_be_visible()
    path.look(page, "失败的选取公告")
    page.goto("/notices?phase=unsuccessful")
    expect(page.locator("tbody tr", has_text=TITLE)).to_have_count(2)


@pytest.mark.req("DZ-76.1")
def test_the_owner_organises_again_and_the_second_round_is_drawn(failed):
    look_as_a_visitor(failed)
    failed.decide(DECIDE, "重新组织选取", "参与企业不足两家，重新组织。")
    failed.name_people()
    failed.confirm_again()
    failed.announce(AGAIN_FREEZE, AGAIN_SELECTION)
    for username in ("dz.contractor01", "dz.contractor02"):
        failed.join_again(username)
    failed.move_to(AGAIN_FREEZE)
    failed.move_to(AGAIN_SELECTION)
    failed.hold_and_publish()
    page = failed.city.visitor()
    page.goto(f"/results/{failed.draw.id}")
    expect(page.get_by_text("第1轮：选取失败")).to_be_visible()
    verified(page)
    failed.look(page, "失败后重新选取的结果")


@pytest.mark.req("DZ-76.1")
def test_the_owner_ends_the_project_and_the_reason_is_public(failed):
    failed.decide(DECIDE, "终止项目交易", "参与企业不足两家，终止交易。")
    page = failed.work("dz.centre", "核对并发布终止公告")
    page.get_by_label("理由已核对").check()
    failed.submit(page, "发布终止公告")
    assert failed.phase() is ProjectPhase.TERMINATED
    visitor = failed.city.visitor()
    visitor.goto("/notices?kind=termination_notice")
    visitor.get_by_role("link", name=TITLE).first.click()
    expect(visitor.get_by_text("参与企业不足两家，终止交易。").first).to_be_visible()
    expect(visitor.get_by_text("本公告接续")).to_be_visible()
    failed.look(visitor, "失败后终止公告")
