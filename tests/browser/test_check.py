"""The check of a draw's proof in the visitor's own browser."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from models.selection import envelope as envelopes
from models.selection import guardian_keys
from models.selection.draw_v1 import commit
from models.selection.verifier import plan_hash
from tests.browser.conftest import FRONTEND

VECTORS = Path(__file__).parents[1] / "vectors"
PROOF = VECTORS / "draw-sm3-9-round0.public.json"
pytestmark = pytest.mark.browser


@pytest.fixture
def check_page(site, assets):
    """Make a page with one check on it and return its address."""

    def make(attributes=""):
        return site.show(
            "/check",
            f"""<!doctype html><html lang="zh-CN"><head><title>核验</title><meta charset="utf-8">
            <link rel="icon" href="data:,"><link rel="stylesheet" href="/dist/{assets["site.css"]}"></head>
            <body><main><h1>核验</h1><div data-check {attributes}></div></main>
            <script type="module" src="/dist/{assets["check.js"]}"></script></body></html>""",
        )

    return make


def test_a_result_page_checks_its_proof_at_once_step_by_step(site, check_page, page):
    text = PROOF.read_text("utf-8")
    site.show("/proof", text, "application/json")
    printed = plan_hash(json.loads(text)["plan"]).hex()
    page.goto(check_page(f'data-proof-url="/proof" data-plan="{printed}"'))
    expect(page.get_by_role("status")).to_contain_text("核验通过")
    expect(page.locator(".sw-checks > li.is-ok")).to_have_count(5)
    site.show("/proof", text.replace('"n": 9', '"n": 8'), "application/json")
    page.get_by_role("button", name="重新核验").click()
    expect(page.get_by_role("status")).to_contain_text("核验不通过")
    expect(page.locator(".sw-checks > li.is-late")).to_contain_text("list_count")
    assert page.faults == []


def test_without_the_notice_the_page_says_what_is_still_to_compare(site, check_page, page):
    site.show("/proof", PROOF.read_text("utf-8"), "application/json")
    page.goto(check_page('data-proof-url="/proof" data-plan=""'))
    expect(page.get_by_role("status")).to_contain_text("计划未比对")
    expect(page.locator(".sw-checks > li.is-warn")).to_contain_text("请与公告核对")


def test_a_proof_that_cannot_be_fetched_is_not_called_false(check_page, page):
    page.goto(check_page('data-proof-url="/nowhere"'))
    expect(page.get_by_role("status")).to_contain_text("尚未核验")


def test_a_visitor_chooses_a_file_and_types_the_printed_hash_by_keyboard(check_page, page):
    page.goto(check_page())
    page.get_by_label("证明文件").set_input_files(PROOF)
    expect(page.get_by_role("status")).to_contain_text("计划未比对")
    page.get_by_label("公告所印的指纹").focus()
    page.keyboard.type("00")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("status")).to_contain_text("核验不通过")
    page.get_by_label("公告所印的指纹").fill(
        plan_hash(json.loads(PROOF.read_text("utf-8"))["plan"]).hex()
    )
    page.keyboard.press("Tab")
    expect(page.get_by_role("status")).to_contain_text("核验通过")


def test_a_file_dropped_on_the_page_is_checked_and_rubbish_gets_its_reason(check_page, page):
    page.goto(check_page())
    page.evaluate(
        """(text) => {
          const data = new DataTransfer();
          data.items.add(new File([text], 'proof.json'));
          document.querySelector('input[type=file]').dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: data }));
        }""",
        '{"v":1.5}',
    )
    expect(page.get_by_role("status")).to_contain_text("小数")
    expect(page.locator(".sw-checks")).to_contain_text("file_number")


@pytest.mark.parametrize("attributes", ["", 'data-proof-url="/proof"'])
def test_axe_finds_nothing(attributes, site, check_page, browser):
    site.show("/proof", PROOF.read_text("utf-8"), "application/json")
    context = browser.new_context(bypass_csp=True, locale="zh-CN")
    page = context.new_page()
    page.goto(check_page(attributes))
    if not attributes:
        page.get_by_label("证明文件").set_input_files(PROOF)
    expect(page.get_by_role("status")).to_contain_text("前后一致")
    page.add_script_tag(path=str(FRONTEND / "node_modules" / "axe-core" / "axe.min.js"))
    found = page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa']})")
    context.close()
    assert [one["id"] for one in found["violations"]] == []


def test_an_appointment_hands_in_a_sealed_secret_that_nobody_typed(site, assets, form_page, page):
    keys = [guardian_keys.make_key(name) for name in guardian_keys.GUARDIANS]
    ctx = {"project": "p1", "kind": "draw_secret", "holder": "monitor"}
    sealing = {
        "ctx": ctx,
        "guardians": [key.public.as_dict() for key in keys],
        "draw": "D1",
        "alg": "sha256",
        "role": "monitor",
    }
    site.show("/sealing", json.dumps(sealing), "application/json")
    site.answer("/send", 200, {})
    schema = {
        "type": "default",
        "components": [
            {
                "type": "textfield",
                "key": "draw_secret",
                "id": "f1",
                "label": "保密数",
                "properties": {"check": "draw_secret"},
                "validate": {"required": True},
            }
        ],
    }
    page.goto(form_page(schema, submit_url="/send", sealing_url="/sealing"))
    page.add_script_tag(url=f"/dist/{assets['appointment.js']}", type="module")
    with page.expect_request("**/send") as sent:
        page.get_by_role("button", name="提交").click()
    handed = json.loads(sent.value.post_data)["form"]["draw_secret"]
    sealed = envelopes.check_envelope(
        handed["envelope"], ctx=ctx, guardians=[key.public for key in keys]
    )
    value = envelopes.open_envelope(sealed, [envelopes.release(sealed, key) for key in keys[:2]])
    assert commit("sha256", "D1", "monitor", value["secret"]) == handed["commit"]
    assert value["secret"] not in sent.value.post_data
    assert page.faults == []
