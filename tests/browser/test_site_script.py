"""What every page can do: keys, questions, messages, countdowns, and diagrams, without inline code."""

import json

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

DIAGRAM = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
 xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" targetNamespace="t">
<process id="p"><startEvent id="s"/><userTask id="review" name="受理"/><sequenceFlow id="f" sourceRef="s" targetRef="review"/></process>
<bpmndi:BPMNDiagram id="d"><bpmndi:BPMNPlane id="pl" bpmnElement="p">
<bpmndi:BPMNShape id="s_di" bpmnElement="s"><dc:Bounds x="0" y="20" width="36" height="36"/></bpmndi:BPMNShape>
<bpmndi:BPMNShape id="r_di" bpmnElement="review"><dc:Bounds x="120" y="0" width="100" height="80"/></bpmndi:BPMNShape>
<bpmndi:BPMNEdge id="f_di" bpmnElement="f"><di:waypoint x="36" y="38"/><di:waypoint x="120" y="38"/></bpmndi:BPMNEdge>
</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></definitions>"""


@pytest.fixture
def show(page, site, assets):
    """Open a page with this body; nothing on it may break the policy."""

    def go(body, *scripts, head=""):
        tags = "".join(
            f'<script type="module" src="/dist/{assets[name]}"></script>'
            for name in ("site.js", *scripts)
        )
        page.goto(
            site.show(
                "/page",
                f"""<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>页</title>
                <meta name="csrf-token" content="t0ken">{head}<link rel="icon" href="data:,">
                <link rel="stylesheet" href="/dist/{assets["site.css"]}">
                <link rel="stylesheet" href="/dist/{assets["diagram.css"]}"></head>
                <body><main>{body}</main>{tags}</body></html>""",
            )
        )
        page.wait_for_function("() => window.smallworks")
        return page

    yield go
    assert page.faults == []


def test_a_slash_goes_to_the_search_but_not_while_typing(show):
    page = show(
        '<div class="sw-search"><input type="search" aria-label="搜索"></div><input aria-label="别处">'
    )
    page.keyboard.press("/")
    expect(page.get_by_label("搜索")).to_be_focused()
    page.get_by_label("别处").press("/")
    expect(page.get_by_label("别处")).to_have_value("/")


def test_a_question_lists_what_will_happen_and_no_means_no(show, site):
    effects = json.dumps(["公告撤下", "企业收到通知"]).replace('"', "&quot;")
    page = show(
        f'<form method="post" action="/end" data-confirm="终止项目？" data-confirm-effects="{effects}" '
        'data-confirm-no="不终止"><button>终止项目</button></form>'
    )
    page.get_by_role("button", name="终止项目").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("listitem")).to_have_text(["公告撤下", "企业收到通知"])
    dialog.get_by_role("button", name="不终止").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("button", name="终止项目")).to_be_focused()
    assert site.received == []
    page.get_by_role("button", name="终止项目").click()
    with page.expect_request("**/end"):
        page.get_by_role("dialog").get_by_role("button", name="终止项目").click()


def test_messages_are_announced_and_failures_stay(show):
    page = show('<div data-toast="已领取2件待办"></div>')
    expect(page.get_by_role("status")).to_contain_text("已领取2件待办")
    page.evaluate("smallworks.toast('没有保存成功：网络断开。', 'is-late')")
    page.get_by_role("alert").get_by_role("button", name="关闭").click()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_the_countdown_follows_the_servers_clock(show):
    page = show(
        '<span data-countdown="2026-11-24T17:30:00+08:00"></span>',
        head='<meta name="server-now" content="2026-11-22T15:29:30+08:00">',
    )
    timer = page.get_by_role("timer")
    expect(timer).to_contain_text("2日02:00:")
    assert timer.get_attribute("aria-label").startswith("还有2日")


def test_htmx_requests_carry_the_token(show, site):
    page = show('<button hx-post="/more" hx-target="#r">更多</button><div id="r"></div>')
    with page.expect_request("**/more") as sent:
        page.get_by_role("button", name="更多").click()
    assert sent.value.headers["x-csrftoken"] == "t0ken"


def test_the_diagram_shows_where_the_case_stands(show, site):
    site.show("/d.bpmn", DIAGRAM, "application/xml")
    trail = json.dumps({"done": ["s"], "current": ["review", "gone"]})
    page = show(
        f'<div data-diagram="/d.bpmn" data-diagram-label="办理到受理"><script type="application/json" data-trail>{trail}</script></div>',
        "diagram.js",
    )
    page.wait_for_selector("[data-diagram][data-ready]")
    expect(page.locator('[data-element-id="review"]')).to_have_class(
        "djs-element djs-shape is-current"
    )
    expect(page.locator('[data-element-id="f"]')).to_have_class(
        "djs-element djs-connection is-done"
    )
    expect(page.get_by_role("group", name="办理到受理")).to_be_visible()
    expect(page.locator(".bjs-powered-by")).to_be_visible()


def test_a_diagram_that_does_not_come_says_where_to_look(show):
    page = show('<div data-diagram="/none.bpmn"></div>', "diagram.js")
    expect(page.locator("[data-diagram]")).to_contain_text("办理进度请看文字说明")
