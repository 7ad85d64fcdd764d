"""The entry application form: made by itself, downloaded, stamped, uploaded; made anew when needed."""

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from models.flow.job import Job, JobState
from models.session import unit_of_work
from tests.browser.filing import (
    HAND_IN,
    JUDGE,
    PUSH,
    STAMP,
    TITLE,
    fill,
    open_stamping,
    press,
    stamp,
    tick_papers,
    upload,
    upload_all,
)

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.fixture
def played(city):
    yield city
    assert city.faults == []


def filled(city):
    page = city.sign_in("dz.owner")
    page.goto("/projects/new")
    page.get_by_role("button", name="开始填报").click()
    page.wait_for_selector("[data-form][data-ready]")
    fill(page)
    press(page, HAND_IN)
    page.wait_for_url("**/cases/*")
    return page


@pytest.mark.req("DZ-74.3")
@pytest.mark.req("DZ-74.3b")
def test_the_form_appears_by_itself_and_only_its_stamped_copy_is_taken(played):
    page = filled(played)
    code = open_stamping(page, played.settings)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载申请表（PDF）").click()
    original = download.value.path().read_bytes()
    assert original.startswith(b"%PDF")
    expect(page.locator(".fjs-form-field-filepicker label", has_text="*")).to_have_count(3)
    upload_all(page, code)
    upload(page, 0, "没有盖章.pdf", original)
    expect(page.get_by_text("没有盖章.pdf")).to_be_visible()
    press(page, PUSH)
    expect(page.locator(".sw-errors")).to_contain_text("还没有盖章")
    upload(page, 0, "已盖章.pdf")
    expect(page.get_by_text("已盖章.pdf")).to_be_visible()
    press(page, PUSH)
    page.wait_for_url("**/cases/*")
    expect(page.locator(".sw-steps")).to_contain_text("等交易中心办理")
    visitor = played.visitor()
    visitor.goto(f"/letters/{code}")
    expect(visitor.get_by_text("确由本平台签发")).to_be_visible()


@pytest.mark.req("DZ-74.4")
def test_after_a_return_a_new_form_is_made_and_the_old_one_no_longer_holds(played):
    page = filled(played)
    first = open_stamping(page, played.settings)
    upload_all(page, first)
    press(page, PUSH)
    page.wait_for_url("**/cases/*")
    send_back(played)
    page.reload()
    page.get_by_role("link", name="办理：填报项目需求").click()
    page.wait_for_selector("[data-form][data-ready]")
    expect(page.get_by_text("第1次退回：审核不通过")).to_be_visible()
    page.get_by_role("textbox", name="资金来源").fill("县级财政，已落实")
    press(page, HAND_IN)
    page.wait_for_url("**/cases/*")
    second = open_stamping(page, played.settings)
    assert second != first
    expect(page.get_by_text("已上传", exact=True)).to_have_count(2)  # the stamped form is not kept
    upload_all(page, first)
    press(page, PUSH)
    expect(page.locator(".sw-errors")).to_contain_text("与前一轮上传的完全相同")
    visitor = played.visitor()
    visitor.goto(f"/letters/{first}")
    expect(visitor.get_by_text("确由本平台签发，但已作废")).to_be_visible()


def test_the_owner_may_go_back_to_the_requirement_before_stamping(played):
    page = filled(played)
    first = open_stamping(page, played.settings)
    page.get_by_label("返回修改需求").check()
    expect(page.locator(".fjs-form-field-filepicker")).to_have_count(0)
    press(page, PUSH)
    page.wait_for_url("**/work-items/*")
    page.wait_for_selector("[data-form][data-ready]")
    expect(page.get_by_role("textbox", name="项目名称")).to_have_value(TITLE)
    press(page, HAND_IN)
    page.wait_for_url("**/cases/*")
    assert open_stamping(page, played.settings) != first


def test_a_form_that_cannot_be_made_is_seen(played):
    page = filled(played)
    with unit_of_work() as session:
        dead = update(Job).where(Job.kind == "letter.make")
        session.execute(dead.values(state=JobState.DEAD, attempts=5))
    expect(page.get_by_role("alert")).to_contain_text(re.compile("没有生成.*联系系统管理员"))
    with unit_of_work() as session:
        session.execute(update(Job).values(state=JobState.WAITING, attempts=0))
    stamp(page, played.settings)
    page.wait_for_url("**/cases/*")
    assert STAMP in page.locator(".sw-steps").inner_text()


def send_back(city):
    page = city.sign_in("dz.centre")
    page.goto("/inbox")
    page.get_by_role("link", name=TITLE, exact=True).click()
    page.wait_for_selector("[data-form][data-ready]")
    tick_papers(page)
    page.get_by_label("审核不通过，退回").check()
    page.get_by_label("一次性告知的全部原因").fill("资金来源须写明级次，与批复一致。")
    press(page, JUDGE)
    page.wait_for_url("**/cases/*")
