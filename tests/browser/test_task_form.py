"""A task form in a real browser: nothing typed is lost, every refusal is told at its field."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

AXE = Path(__file__).resolve().parents[2] / "web/frontend/node_modules/axe-core/axe.min.js"
SCHEMA = {
    "type": "default",
    "id": "task",
    "schemaVersion": 19,
    "components": [
        {
            "type": "textfield",
            "key": "name",
            "id": "name",
            "label": "名称",
            "validate": {"required": True},
        },
        {
            "type": "number",
            "key": "price",
            "id": "price",
            "label": "最高限价",
            "properties": {"check": "money"},
        },
        {"type": "filepicker", "key": "boq", "id": "boq", "label": "工程量清单", "accept": ".pdf"},
        {
            "type": "radio",
            "key": "method",
            "id": "method",
            "label": "方式",
            "values": [{"label": "随机选取", "value": "draw"}],
        },
        {
            "type": "dynamiclist",
            "path": "items",
            "id": "items",
            "label": "清单",
            "isRepeating": True,
            "allowAddRemove": True,
            "components": [{"type": "textfield", "key": "title", "id": "title", "label": "项目"}],
        },
    ],
}
SETTINGS = {
    "submit_url": "/submit",
    "draft_url": "/draft",
    "upload_url": "/upload",
    "next": "/done",
    "submit_label": "提交交易中心",
}


@pytest.fixture
def opened(page, site, form_page):
    """Open the form; the site's records tell what it sent."""

    def go(data=None, **settings):
        site.show("/done", "<!doctype html><title>好</title><h1>已提交</h1>")
        page.goto(form_page(SCHEMA, data, **{**SETTINGS, **settings}))
        page.wait_for_selector("[data-form][data-ready]")
        return page

    yield go
    assert page.faults == []


def submitted(site):
    return [body["form"] for _, path, body in site.received if path == "/submit"]


def test_a_whole_form_is_sent_once_however_often_one_clicks(opened, site):
    page = opened()
    page.get_by_label("名称").fill("石桥村灌溉渠")
    page.get_by_role("textbox", name="最高限价").fill("386,400.1")
    expect(page.locator(".sw-capitals")).to_have_text("大写：人民币叁拾捌万陆仟肆佰元壹角整")
    page.get_by_role("button", name="提交交易中心").dblclick()
    expect(page.get_by_role("heading", name="已提交")).to_be_visible()
    assert len(submitted(site)) == 1
    assert submitted(site)[0]["price"] == 38_640_010


def test_faults_are_listed_with_links_and_nothing_is_sent(opened, site):
    page = opened()
    page.get_by_role("textbox", name="最高限价").fill("38万")
    page.get_by_role("button", name="提交交易中心").click()
    summary = page.locator(".sw-errors")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("还有2处需要改正")
    expect(summary).to_contain_text("名称：此项必填")
    summary.get_by_role("link", name=re.compile("最高限价")).click()
    expect(page.get_by_role("textbox", name="最高限价")).to_be_focused()
    expect(page.get_by_role("textbox", name="最高限价")).to_have_value("38万")
    assert submitted(site) == []


def test_the_servers_refusals_stand_at_their_fields(opened, site):
    fields = {
        "name": "名称已被使用，请改名。",
        "items[1].title": "与第一行重复，请改正。",
        "": "整张表单要重填。",
    }
    site.answer(
        "/submit", 422, {"code": "invalid", "message": "有误。", "details": {"fields": fields}}
    )
    page = opened({"name": "甲", "items": [{"title": "a"}, {"title": "b"}]})
    page.get_by_role("button", name="提交交易中心").click()
    expect(page.locator(".sw-errors li")).to_have_count(3)
    expect(page.locator(".fjs-form-field-error")).to_have_text(list(fields.values())[:2])
    page.get_by_role("link", name=re.compile("第2行项目")).click()
    expect(page.get_by_label("项目").nth(1)).to_be_focused()


def test_whoever_comes_second_is_told_and_keeps_the_text(opened, site):
    details = {"by": "何以宁，交易中心受理岗", "at": "2026-11-20 09:46"}
    site.answer(
        "/submit",
        409,
        {"code": "work_item_taken", "message": "该待办已由他人办结", "details": details},
    )
    page = opened()
    page.get_by_label("名称").fill("写了很久的内容")
    page.get_by_role("button", name="提交交易中心").click()
    card = page.locator(".sw-stop")
    expect(card).to_contain_text("该待办已由他人办结")
    expect(card).to_contain_text("何以宁，交易中心受理岗")
    card.get_by_text("查看填写的内容").click()
    expect(card).to_contain_text("写了很久的内容")
    expect(page.get_by_label("名称")).to_have_value("写了很久的内容")


def test_a_lost_network_loses_nothing(opened, context):
    page = opened()
    page.get_by_label("名称").fill("不能丢")
    context.set_offline(True)
    page.get_by_role("button", name="提交交易中心").click()
    expect(page.get_by_role("alert")).to_contain_text("网络断开，没有提交")
    expect(page.get_by_label("名称")).to_have_value("不能丢")
    context.set_offline(False)
    page.get_by_role("button", name="提交交易中心").click()
    expect(page.get_by_role("heading", name="已提交")).to_be_visible()


def test_drafts_save_themselves_and_come_back(opened, site):
    site.answer("/draft", 200, {"saved_at": "2026-11-20T09:38:00+08:00"})
    page = opened(
        blocks={"draft": {"form": {"name": "昨天写的"}, "saved_at": "2026-11-19T17:05:00+08:00"}}
    )
    expect(page.get_by_label("名称")).to_have_value("昨天写的")
    expect(page.locator(".sw-saved")).to_contain_text("已恢复17:05保存的草稿")
    page.get_by_label("名称").fill("今天写的")
    expect(page.locator(".sw-saved")).to_contain_text("草稿已于09:38自动保存")
    saved = [body for command, path, body in site.received if (command, path) == ("PUT", "/draft")]
    assert saved[-1]["form"]["name"] == "今天写的"


def test_leaving_with_unsaved_text_is_asked_about(opened):
    page = opened(draft_url="")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_label("名称").fill("没有保存")
    page.wait_for_function("() => document.querySelector('[data-form]').taskForm.draft.unsaved()")
    page.goto("about:blank")
    assert asked == ["beforeunload"]


def test_documents_are_uploaded_first_and_sent_as_references(opened, site):
    site.answer("/upload", 201, {"id": "d7", "sha256": "ab"})
    page = opened({"name": "甲"})
    page.locator("input[type=file]").set_input_files(
        {"name": "清单.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"}
    )
    expect(page.locator(".sw-docs")).to_contain_text("清单.pdf")
    page.get_by_role("button", name="提交交易中心").click()
    expect(page.get_by_role("heading", name="已提交")).to_be_visible()
    assert submitted(site)[0]["boq"] == [
        {"id": "d7", "sha256": "ab", "name": "清单.pdf", "size": 4}
    ]


def test_a_refused_document_says_why(opened, site):
    site.answer("/upload", 422, {"message": "文件内容不是PDF，请重新导出后上传。"})
    page = opened()
    page.locator("input[type=file]").set_input_files(
        {"name": "x.pdf", "mimeType": "application/pdf", "buffer": b"MZ"}
    )
    expect(page.locator(".fjs-form-field-filepicker")).to_contain_text("文件内容不是PDF")


def test_another_module_can_add_to_a_form_before_it_is_sent(opened, site):
    page = opened({"name": "甲"})
    page.evaluate(
        """() => addEventListener('form:before-submit', ({ detail }) => detail.waitUntil(
            new Promise((done) => setTimeout(done, 30)).then(() => detail.set('draw_secret', { commit: 'c0' }))))"""
    )
    page.get_by_role("button", name="提交交易中心").click()
    expect(page.get_by_role("heading", name="已提交")).to_be_visible()
    assert submitted(site)[0]["draw_secret"] == {"commit": "c0"}


SHARED = {
    **SCHEMA,
    "components": [
        *SCHEMA["components"],
        {
            "type": "textfield",
            "key": "draw_secret",
            "id": "draw_secret",
            "label": "保密数",
            "properties": {"check": "draw_secret"},
            "validate": {"required": True},
        },
    ],
}
MAKE_SHARE = """() => addEventListener('form:before-submit', ({ detail }) => detail.set('draw_secret',
    { commit: 'ab'.repeat(32), envelope: { v: 1 } }))"""


def test_the_share_of_a_draw_is_sent_and_kept_nowhere(page, site, form_page):
    site.answer("/submit", 503, {"message": "系统暂时无法办理，请稍后重试。"})
    page.goto(form_page(SHARED, {"name": "甲"}, **SETTINGS))
    page.wait_for_selector("[data-form][data-ready]")
    page.get_by_role("button", name="提交交易中心").click()
    expect(page.locator(".sw-errors")).to_contain_text("缺少本人的抽取保密数")
    page.evaluate(MAKE_SHARE)
    page.get_by_role("button", name="提交交易中心").click()
    expect(page.get_by_role("alert").last).to_contain_text("系统暂时无法办理")
    page.get_by_label("名称").fill("乙")
    page.get_by_role("button", name="存草稿").click()
    expect(page.locator(".sw-saved")).to_contain_text("保存")
    drafts = [body["form"] for _, path, body in site.received if path == "/draft"]
    assert submitted(site)[0]["draw_secret"]["commit"] == "ab" * 32
    assert "draw_secret" not in json.dumps(drafts)


def test_a_module_that_fails_stops_the_form_with_its_words(opened, site):
    page = opened({"name": "甲"})
    page.evaluate(
        """() => { console.error = () => {}; addEventListener('form:before-submit', ({ detail }) =>
            detail.waitUntil(Promise.reject(new Error('守护人公钥没有取到，请稍后重试。')))) }"""
    )
    page.get_by_role("button", name="提交交易中心").click()
    expect(page.get_by_role("alert")).to_contain_text("守护人公钥没有取到")
    assert submitted(site) == []


def test_what_cannot_be_undone_is_asked_first(opened, site):
    page = opened({"name": "甲"}, confirm_title="提交后不能修改", confirm_effects=json.dumps([]))
    page.get_by_role("button", name="提交交易中心").click()
    page.get_by_role("dialog").get_by_role("button", name="再看看").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert submitted(site) == []
    page.get_by_role("button", name="提交交易中心").click()
    page.get_by_role("dialog").get_by_role("button", name="提交交易中心").click()
    expect(page.get_by_role("heading", name="已提交")).to_be_visible()


@pytest.mark.parametrize("width", [1366, 360])
def test_nobody_is_shut_out(opened, width, browser):
    page = opened()
    page.set_viewport_size({"width": width, "height": 768})
    page.get_by_role("button", name="提交交易中心").click()
    page.wait_for_selector(".sw-errors")
    found = page.evaluate(
        f"async () => {{ {AXE.read_text(encoding='utf-8')}; return (await axe.run()).violations }}"
    )
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    expect(page.locator(".fjs-powered-by")).to_be_visible()


DAY = {
    **SCHEMA,
    "components": [
        {
            "type": "datetime",
            "subtype": "date",
            "key": "day",
            "id": "day",
            "dateLabel": "报名截止日期",
            "disallowPassedDates": True,
        }
    ],
}


def entered(page, day):
    page.get_by_label("报名截止日期").fill(day)
    page.get_by_label("报名截止日期").blur()
    page.get_by_role("button", name="提交交易中心").click()


def test_a_day_is_past_by_the_platforms_clock_and_not_by_this_computers(page, site, form_page):
    site.show("/done", "<!doctype html><title>好</title><h1>已提交</h1>")
    page.clock.set_fixed_time("2031-03-01T12:00:00+08:00")
    page.goto(form_page(DAY, **SETTINGS, today="2026-11-09"))
    page.wait_for_selector("[data-form][data-ready]")
    entered(page, "2026-11-06")
    expect(page.locator(".fjs-form-field-error")).to_contain_text("2026-11-09")
    page.wait_for_selector(".sw-errors")  # what was tried is over before the day is mended
    entered(page, "2026-11-12")
    expect(page.get_by_role("heading", name="已提交")).to_be_visible()
    assert submitted(site) == [{"day": "2026-11-12"}]
