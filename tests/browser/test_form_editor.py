"""The form editor as an analyst uses it: every shipped form, own fields, findings, two at once."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from processes.compare import form_changes
from processes.forms import schema_findings
from tests.browser.living import City, serving
from tests.browser.workbench import draft, put, stored

pytestmark = pytest.mark.browser

BPMN = Path(__file__).resolve().parents[2] / "bpmn"
BASE_FORMS = sorted((BPMN / "base" / "forms").glob("*.json"))
COUNTY_FORMS = sorted((BPMN / "counties").glob("*/forms/*.json"))
READY = "[data-form-editor][data-ready]"
ROUND_TRIP = """async (texts) => {
  const bench = document.querySelector('[data-form-editor]').workbench;
  const out = [];
  for (const text of texts) { await bench.load(text); out.push(bench.text()); }
  return out;
}"""


@pytest.fixture(scope="module")
def shared(browser, built, tmp_path_factory):
    """One site for all tests here; each has a proposal of its own."""
    patch = pytest.MonkeyPatch()
    patch.setattr("web.assets.DIST", built)
    with serving(tmp_path_factory.mktemp("forms") / "data", browser) as city:
        yield city
    patch.undo()


@pytest.fixture(scope="module")
def signed(shared: City) -> Page:
    """An analyst's browser."""
    return shared.sign_in("analyst")


@pytest.fixture
def city(shared: City):
    """The shared site; no script may have failed and no policy been broken."""
    shared.faults.clear()
    yield shared
    assert shared.faults == []


def opened(page: Page, proposal: str, name: str) -> Page:
    page.goto(f"/forms/{proposal}/{name}")
    page.wait_for_selector(READY)
    return page


def choose(page: Page, label: str) -> None:
    page.locator(".fjs-form-container .fjs-element", has_text=label).last.click()
    expect(page.locator("[data-properties] h2")).to_have_text(label)


def setting(page: Page, label: str):
    return page.locator("[data-properties]").get_by_label(label, exact=True)


def saved(page: Page) -> None:
    page.keyboard.press("Control+s")
    settled(page)


def settled(page: Page) -> None:
    page.wait_for_function(
        "() => !document.querySelector('[data-form-editor]').workbench.desk.saver.unsaved"
    )


def form_of(proposal: str, name: str) -> dict:
    return json.loads(stored(proposal, f"forms/{name}.json").body)


def field_of(schema: dict, key: str) -> dict:
    return next(one for one in schema["components"] if one.get("key") == key)


@pytest.mark.req("PL-3")
def test_every_shipped_form_comes_back_unchanged_from_the_editor(city, signed):
    page = opened(signed, draft(), "accept_works")
    bodies = [path.read_text() for path in (*BASE_FORMS, *COUNTY_FORMS)]

    again = page.evaluate(ROUND_TRIP, bodies)

    assert len(bodies) > 50
    for before, after in zip(bodies, again, strict=True):
        assert json.loads(after) == json.loads(before)
        assert form_changes(before.encode(), after.encode()) == []


def test_opening_a_form_saves_nothing(city, signed):
    proposal = draft()
    page = opened(signed, proposal, "accept_works")
    page.keyboard.press("Control+s")

    assert stored(proposal, "forms/accept_works.json").source == "base"


def test_the_editor_speaks_chinese_and_offers_only_what_runs(city, signed):
    page = opened(signed, draft(), "accept_works")
    offered = page.locator(".fjs-palette-field:visible .fjs-palette-field-text").all_inner_texts()

    assert {"金额", "统一社会信用代码", "工作日日期", "文件清单", "选择单位"} <= set(offered)
    assert {"选择资质", "逐行填写的清单", "选择人员", "手机号"} <= set(offered)
    assert not any(text.isascii() for text in offered)
    assert "按钮" not in offered
    assert "网页片段" not in offered
    assert city.violations(page) == []


def test_an_analyst_adds_every_own_field_and_the_server_knows_them_all(city, signed):
    proposal = draft()
    page = signed
    page.goto(f"/forms/{proposal}/new")
    page.locator("#f-name").fill("countersign")
    page.locator("#f-title").fill("纪委会签")
    page.locator("main [type=submit]").click()
    page.wait_for_selector(READY)
    for name in ("金额", "统一社会信用代码", "手机号", "工作日日期", "文件清单", "选择单位",
                 "选择人员", "选择资质", "逐行填写的清单"):  # fmt: skip
        entry = page.get_by_role("button", name=name, exact=True)
        entry.focus()
        entry.press("Enter")
    saved(page)

    schema = form_of(proposal, "countersign")
    by_check = {one.get("properties", {}).get("check"): one for one in schema["components"]}
    assert by_check["money"]["type"] == "number"
    assert by_check["uscc"]["type"] == "textfield"
    assert by_check["date_in_calendar working_day"]["subtype"] == "date"
    qualification = next(
        one for one in schema["components"] if one.get("properties", {}).get("catalogue")
    )
    assert {"value": "road_general", "label": "公路工程施工总承包"} in qualification["values"]
    assert [one for one in schema_findings(schema) if one.level == "error"] == []


def test_a_clerk_like_edit_reaches_the_file_and_can_be_undone(city, signed):
    proposal = draft()
    page = opened(signed, proposal, "fill_requirement")
    choose(page, "计划工期（日历天）")
    setting(page, "标签").fill("计划工期（天）")
    setting(page, "不大于").fill("730")
    choose(page, "最高限价（元）")
    setting(page, "不高于（元）").fill("4000000")
    saved(page)

    schema = form_of(proposal, "fill_requirement")
    assert field_of(schema, "duration_days")["label"] == "计划工期（天）"
    assert field_of(schema, "duration_days")["validate"]["max"] == 730
    assert field_of(schema, "ceiling_price")["validate"]["max"] == 400_000_000
    page.locator(".fjs-palette-field[data-field-type=textfield]").press("Enter")
    expect(setting(page, "标签")).to_be_focused()
    page.keyboard.type("用键盘加的")
    expect(page.locator("[data-properties] h2")).to_have_text("用键盘加的")
    for _ in range(5):
        page.keyboard.press("Control+z")
    saved(page)
    base = json.loads((BPMN / "base/forms/fill_requirement.json").read_text())
    assert form_of(proposal, "fill_requirement") == base


def test_a_condition_is_put_together_from_lists(city, signed):
    proposal = draft()
    page = opened(signed, proposal, "fill_requirement")
    choose(page, "资质等级")
    setting(page, "显示方式").select_option("when")
    condition = page.locator(".sw-condition").first
    condition.get_by_label("字段").select_option("works_type")
    page.locator(".sw-condition").first.get_by_label("怎样").select_option("=")
    page.locator(".sw-condition").first.get_by_label("哪一项").select_option("公路")
    saved(page)

    level = field_of(form_of(proposal, "fill_requirement"), "level")
    assert level["conditional"] == {"hide": '=works_type != "公路"'}


def test_fields_are_dragged_moved_and_put_into_a_list(city, signed):
    proposal = draft()
    page = opened(signed, proposal, "accept_works")
    entry = page.get_by_role("button", name="逐行填写的清单", exact=True)
    entry.press("Enter")
    expect(page.locator("[data-properties] h2")).to_have_text("清单")
    page.get_by_role("button", name="上移").click()
    source = page.get_by_role("button", name="统一社会信用代码", exact=True).bounding_box()
    beside = page.locator(".fjs-element", has_text="工程已验收合格").last
    beside.scroll_into_view_if_needed()
    target = beside.bounding_box()
    page.mouse.move(source["x"] + 20, source["y"] + 20)
    page.mouse.down()
    page.mouse.move(target["x"] + 40, target["y"] + target["height"] - 4, steps=12)
    page.mouse.move(target["x"] + 44, target["y"] + target["height"] - 6, steps=4)
    page.mouse.up()
    expect(page.locator("[data-properties] h2")).to_have_text("统一社会信用代码")
    setting(page, "放在哪里").select_option(label="清单")
    saved(page)

    *_, rows, last = form_of(proposal, "accept_works")["components"]
    assert (rows["type"], last["type"]) == ("dynamiclist", "checkbox")
    assert [one["properties"]["check"] for one in rows["components"]] == ["uscc"]


def test_findings_show_at_once_at_their_field_and_lead_to_it(city, signed):
    page = opened(signed, draft(), "fill_requirement")
    choose(page, "计划工期（日历天）")
    setting(page, "不小于").fill("2000")
    finding = page.locator("[data-findings] .sw-find.is-late")

    expect(finding).to_contain_text("前者不大于后者")
    expect(page.locator(".fjs-element.sw-has-error")).to_have_count(1)
    choose(page, "项目名称")
    finding.get_by_role("button", name="计划工期（日历天）").click()
    expect(page.locator("[data-properties] h2")).to_have_text("计划工期（日历天）")


def test_a_name_that_is_taken_or_no_name_is_refused_at_the_field(city, signed):
    page = opened(signed, draft(), "fill_requirement")
    choose(page, "计划工期（日历天）")
    for wrong in ("title", "1天", "a b", "a'); alert(1)//"):
        setting(page, "数据名称").fill(wrong)
        setting(page, "数据名称").blur()
        expect(page.locator("[data-properties] .sw-error:not([hidden])")).to_be_visible()


def test_what_a_flow_reads_is_missed_when_its_field_is_renamed(city, signed):
    page = opened(signed, draft(), "decide_change")
    page.evaluate(
        """() => {
          const { editor } = document.querySelector('[data-form-editor]').workbench;
          const field = editor.get('formFieldRegistry').getAll().find((one) => one.key === 'change_decision');
          editor.get('modeling').editFormField(field, 'key', 'verdict');
        }"""
    )

    expect(page.locator("[data-findings]")).to_contain_text("change_decision")


@pytest.mark.req("PL-3")
def test_the_preview_is_the_very_form_and_both_judges_agree(city, signed):
    page = opened(signed, draft(), "fill_requirement")
    page.locator("[data-preview-toggle]").click()
    preview = page.locator("[data-preview]")
    preview.locator("[data-preview-try]").click()
    expect(preview).to_contain_text("服务器不收")
    preview.locator("[data-preview-fill]").click()
    expect(preview.get_by_label("建设地点")).not_to_have_value("")
    preview.locator("[data-preview-try]").click()
    expect(preview).to_contain_text("填写合格")
    preview.get_by_label("宽度", exact=True).select_option("phone")

    box = preview.locator(".sw-preview-page").bounding_box()
    assert box["width"] <= 392
    assert city.violations(page) == []


def test_two_analysts_at_once_lose_nothing(city, signed):
    proposal = draft()
    page = opened(signed, proposal, "accept_works")
    theirs = json.loads((BPMN / "base/forms/accept_works.json").read_text())
    theirs["components"][1]["description"] = "对方写的说明"
    put(proposal, "forms/accept_works.json", json.dumps(theirs, ensure_ascii=False).encode())
    choose(page, "竣工日期")
    setting(page, "日期的标签").fill("完工日期")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("另一人已先保存")
    expect(dialog).to_contain_text("完工日期")
    dialog.get_by_role("button", name="用我的覆盖").click()
    settled(page)

    labels = [one.get("dateLabel") for one in form_of(proposal, "accept_works")["components"]]
    assert "完工日期" in labels
    page.locator("[data-file-history]").click()
    expect(page.get_by_role("dialog").locator("li")).to_have_count(2)
    page.get_by_role("button", name="恢复到这一份").first.click()
    expect(page.locator(".sw-toast")).to_contain_text("已恢复")
    assert form_of(proposal, "accept_works") == theirs


HOSTILE = {
    "script": {"type": "textfield", "key": "x", "id": "x", "label": "<img src=x onerror=alert(1)>"},
    "text": {
        "type": "text",
        "id": "t",
        "text": "<script>alert(1)</script>[点](javascript:alert(1))",
    },
    "bomb": {"type": "expression", "key": "e", "id": "e", "expression": "=" + "(" * 5000},
    "loop": {
        "type": "expression",
        "key": "l",
        "id": "l",
        "computeOn": "change",
        "expression": "=for a in 1..100000, b in 1..100000 return a*b",
    },
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_fields_are_shown_as_text_and_found(city, signed, kind):
    proposal = draft()
    schema = {"type": "default", "id": "bad", "schemaVersion": 18, "components": [HOSTILE[kind]]}
    put(proposal, "forms/bad.json", json.dumps(schema).encode())
    dialogs: list[str] = []
    signed.on("dialog", lambda one: (dialogs.append(one.message), one.dismiss()))
    page = opened(signed, proposal, "bad")

    page.locator("[data-preview-toggle]").click()
    page.wait_for_selector("[data-preview][data-ready]")
    assert dialogs == []
    assert page.locator("[data-canvas] img[src=x]").count() == 0
    assert page.locator('a[href^="javascript"]').count() == 0
    if kind in ("bomb", "loop"):
        expect(page.locator("[data-findings] .is-late")).not_to_have_count(0)


def nested(depth: int) -> dict:
    inner: dict = {"type": "textfield", "key": "x", "id": "x", "label": "底"}
    for level in range(depth):
        inner = {"type": "group", "id": f"g{level}", "path": f"g{level}", "components": [inner]}
    return {"type": "default", "id": "deep", "components": [inner]}


def test_a_form_nested_fifty_deep_is_refused_in_words(city, signed):
    proposal = draft()
    put(proposal, "forms/deep.json", json.dumps(nested(50)).encode())
    page = signed
    page.goto(f"/forms/{proposal}/deep")

    expect(page.locator("[data-findings], .sw-banner.is-late").first).to_contain_text("层")


def test_two_thousand_fields_are_found_too_many_and_the_page_answers(city, signed):
    proposal = draft()
    fields = [
        {"type": "textfield", "key": f"k{n}", "id": f"i{n}", "label": f"字段{n}"}
        for n in range(2000)
    ]
    schema = {"type": "default", "id": "huge", "components": fields}
    put(proposal, "forms/huge.json", json.dumps(schema).encode())
    page = signed
    page.goto(f"/forms/{proposal}/huge")

    expect(page.locator("[data-findings], .sw-banner.is-late").first).to_contain_text("300个字段")


@pytest.mark.parametrize("rubbish", ["", "{", "[]", '{"components": 3}', "\x00\x01", "null"])
def test_rubbish_in_place_of_a_form_is_told_and_can_be_restored(city, signed, rubbish):
    proposal = draft()
    put(proposal, "forms/rubbish.json", rubbish.encode())
    page = signed
    page.goto(f"/forms/{proposal}/rubbish")

    expect(page.locator(".sw-banner.is-late")).to_contain_text("表单没有打开")


@pytest.mark.parametrize(
    "component",
    [
        {"type": "webcam", "key": "x", "id": "x"},
        {"type": "select", "key": "x", "id": "x", "label": "选", "values": "rubbish"},
        {"type": "table", "id": "x", "columns": 5, "label": {"a": 1}},
    ],
)
def test_odd_fields_have_findings_and_never_break_the_page(city, signed, component):
    proposal = draft()
    schema = {"type": "default", "id": "odd", "components": [component]}
    put(proposal, "forms/odd.json", json.dumps(schema).encode())
    page = signed
    page.goto(f"/forms/{proposal}/odd")

    expect(page.locator("[data-findings] h2")).to_have_text("检查")


def test_the_editor_can_be_used_on_a_phone(city):
    page = city.sign_in("analyst", width=390)
    opened(page, draft(), "accept_works")

    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert city.violations(page) == []
