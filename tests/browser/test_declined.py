"""A winner gives its award back, the centre accepts, and the project is drawn again."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from models.letter import Letter
from models.project import ProjectPhase
from models.selection.tables import Draw
from processes.sweeper import sweep_until_quiet
from tests.browser.filing import upload
from tests.browser.second_round import (
    AGAIN_FREEZE,
    AGAIN_SELECTION,
    PUBLISHED,
    TITLE,
    SecondRound,
    press,
    verified,
)
from tests.seeding import rows

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

REASON = "项目经理离职，近期无法按要求组织施工，申请放弃本次中选。"
LACKING = "放弃中选函没有加盖单位公章，请盖章后重新上传。"
HAND_IN, JUDGE = "提交声明", "提交审核结论"


@pytest.mark.req("DZ-77")
@pytest.mark.req("DZ-78")
def test_a_winner_gives_the_award_back_and_the_project_is_drawn_again(city):
    path = SecondRound.published(city, 1, 2, 3)
    path.move_to(PUBLISHED + timedelta(minutes=10))
    winner = path.story.winner()
    declare(path, winner)
    review(path, winner)
    look_as_a_visitor(path)
    look_as_the_decliner(path, winner)
    path.decide("决定重新选取或终止", "重新组织选取", "工程仍须实施。")
    draw_again(path, winner)
    look_at_both_rounds(path)
    assert path.found == {}
    assert city.faults == []


def declare(path, winner):
    """Find the way from one's own registrations; one thing left out is told, then handed in."""
    page = path.person(winner)
    page.goto("/registrations")
    page.get_by_role("link", name=f"项目案卷：{TITLE}").click()
    path.look(page, "案卷可办理放弃")
    page.get_by_role("button", name="办理：放弃中选声明").click()
    page.wait_for_selector("[data-form][data-ready]")
    path.look(page, "放弃声明")
    page.get_by_label("放弃中选", exact=True).check()
    page.get_by_label("放弃理由").fill(REASON)
    press(page, HAND_IN)
    summary = page.locator(".sw-errors")
    expect(summary).to_contain_text("放弃中选函")
    upload(page, 0, "放弃中选函.pdf")
    expect(page.get_by_text("已上传", exact=True)).to_have_count(1)
    page.get_by_label("本企业清楚放弃中选的后果").check()
    path.look(page, "放弃声明已填")
    path.submit(page, HAND_IN)


def review(path, winner):
    """Send it back once with the reason, which the winner reads and mends; then accept."""
    page = path.work("dz.centre", "审核放弃声明")
    expect(page.get_by_text(REASON).first).to_be_visible()
    page.get_by_label("退回补正").check()
    page.get_by_label("审核意见").fill(LACKING)
    path.submit(page, JUDGE)
    page = path.work(winner, "提交放弃中选声明")
    expect(page.get_by_text(LACKING)).to_be_visible()
    page.get_by_label("放弃中选", exact=True).check()
    path.submit(page, HAND_IN)
    page = path.work("dz.centre", "审核放弃声明")
    page.get_by_label("接受，撤销中选").check()
    page.get_by_label("审核意见").fill("声明属实，函件齐全。")
    path.look(page, "审核放弃声明已填")
    path.submit(page, JUDGE)
    sweep_until_quiet(path.city.settings)
    assert path.phase() is ProjectPhase.DECLINED


def look_as_a_visitor(path):
    page = path.city.visitor()
    page.goto("/notices?kind=corrigendum")
    path.look(page, "变更公告列表")
    page.get_by_role("link", name=f"{TITLE}中选结果变更公告").click()
    expect(page.get_by_text("原中选通知书作废").first).to_be_visible()
    path.look(page, "结果变更公告")
    page.get_by_role("link", name=f"{TITLE}中选结果公示").first.click()
    expect(page.get_by_text("本公告之后另有变更")).to_be_visible()
    path.look(page, "原公示")
    (draw,) = rows(Draw)
    page.goto(f"/results/{draw.id}")
    expect(page.get_by_text("本轮结果已不再有效").first).to_be_visible()
    verified(page)
    path.look(page, "已放弃的结果")
    letter = next(one for one in rows(Letter) if one.draw_id)
    page.goto(f"/letters/{letter.code}")
    expect(page.get_by_text("确由本平台签发，但已作废")).to_be_visible()
    path.look(page, "作废的通知书")


def look_as_the_decliner(path, winner):
    page = path.person(winner)
    page.goto("/organisation/suspensions")
    expect(page.locator("tr", has_text=TITLE)).to_contain_text(REASON)
    path.look(page, "放弃中选记录")
    page.goto("/registrations")
    expect(page.locator("tr", has_text=TITLE)).to_contain_text("中选后放弃，原结果已撤销")
    path.look(page, "我的参与")


def draw_again(path, winner):
    """Everybody confirms anew; the decliner is told why it may not join, the others do."""
    path.confirm_again()
    path.announce(AGAIN_FREEZE, AGAIN_SELECTION)
    page = path.person(winner)
    page.goto("/find-projects")
    expect(page.get_by_text("放弃本项目中选，按规则不再参加").first).to_be_visible()
    expect(page.get_by_role("button", name=f"我要参与：{TITLE}")).to_have_count(0)
    path.look(page, "放弃者找项目")
    others = {f"dz.contractor{n:02d}" for n in (1, 2, 3)} - {winner}
    for username in sorted(others):
        path.join_again(username)
    path.move_to(AGAIN_FREEZE)
    path.move_to(AGAIN_SELECTION)
    path.hold_and_publish()
    assert path.story.winner() in others


def look_at_both_rounds(path):
    page = path.city.visitor()
    page.goto("/results")
    expect(page.locator("tbody tr", has_text=TITLE)).to_have_count(2)
    expect(page.locator("tbody tr", has_text="已放弃，不再有效")).to_have_count(1)
    path.look(page, "结果列表")
    for draw in sorted(rows(Draw), key=lambda one: one.round):
        page.goto(f"/results/{draw.id}")
        expect(page.get_by_text("第1轮：中选企业放弃")).to_be_visible()
        expect(page.get_by_text("第2轮：结果有效")).to_be_visible()
        verified(page)
        path.look(page, f"第{draw.round + 1}轮结果")
    page.get_by_role("link", name="公示正文").click()
    path.look(page, "第2轮公示")
    expect(page.get_by_role("heading", name="本项目的全部公告")).to_be_visible()
