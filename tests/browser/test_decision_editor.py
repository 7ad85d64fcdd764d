"""The decision editor as an analyst uses it: shipped tables, the test row, findings, two at once."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from processes.compare import decision_changes
from tests.browser.living import City, serving
from tests.browser.workbench import draft, put, stored

pytestmark = pytest.mark.browser

BPMN = Path(__file__).resolve().parents[2] / "bpmn"
SHIPPED = sorted(BPMN.glob("**/decisions/*.dmn"))
SCHEME = BPMN / "base" / "decisions" / "qualification_scheme.dmn"
READY = "[data-decision-editor][data-ready]"
BENCH = "document.querySelector('[data-decision-editor]').workbench"
ROUND_TRIP = f"""async (texts) => {{
  const out = [];
  for (const text of texts) {{ await {BENCH}.load(text); out.push(await {BENCH}.text()); }}
  return out;
}}"""
LATIN = """() => [...document.querySelectorAll('[data-canvas] *')].filter((one) => !one.children.length)
  .flatMap((one) => [one.textContent, one.title, one.placeholder, one.getAttribute('aria-label')])
  .filter((text) => /[A-Za-z]{4}/.test(text ?? ''))"""


@pytest.fixture(scope="module")
def shared(browser, built, tmp_path_factory):
    """One site for all tests here; each has a proposal of its own."""
    patch = pytest.MonkeyPatch()
    patch.setattr("web.assets.DIST", built)
    with serving(tmp_path_factory.mktemp("decisions") / "data", browser) as city:
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
    page.goto(f"/decisions/{proposal}/{name}")
    page.wait_for_selector(READY)
    return page


def settled(page: Page) -> None:
    page.keyboard.press("Control+s")
    page.wait_for_function(f"() => !{BENCH}.desk.saver.unsaved")


def type_in(page: Page, row: int, column: int, text: str) -> None:
    cell = page.locator("[data-canvas] tbody tr").nth(row).locator("td").nth(column)
    cell.click()
    page.keyboard.press("Control+a")
    page.keyboard.type(text)
    page.locator("#try-title").click()


@pytest.mark.req("PL-3")
def test_every_shipped_table_comes_back_unchanged_in_meaning(city, signed):
    page = opened(signed, draft(), "qualification_scheme")
    bodies = [path.read_text() for path in SHIPPED]

    again = page.evaluate(ROUND_TRIP, bodies)

    assert len(bodies) >= 5
    for before, after in zip(bodies, again, strict=True):
        assert decision_changes(before.encode(), after.encode()) == []


def test_opening_a_table_saves_nothing(city, signed):
    proposal = draft()
    opened(signed, proposal, "review_routing").keyboard.press("Control+s")

    assert stored(proposal, "decisions/review_routing.dmn").source == "base"


def test_the_table_its_menus_and_its_hit_policies_are_chinese(city, signed):
    page = opened(signed, draft(), "review_routing")
    assert city.violations(page) == []
    page.locator("[data-canvas] td.rule-index").first.click(button="right")
    expect(page.locator(".context-menu").first).to_contain_text("删除规则")
    page.keyboard.press("Escape")
    page.locator("[data-canvas] th.input-cell").first.dblclick()
    page.locator(".context-menu-container .dms-input-select").last.click()
    policies = page.locator(".hit-policy .dms-input-select, .hit-policy").first
    policies.click()

    known = {"trade", "regulator", '"regulator"', "reviewer", "FEEL"}
    found = {text for text in page.evaluate(LATIN) if "不支持" not in text}
    assert {text for text in found if text.strip() not in known} == set()
    assert page.evaluate(f"[...{BENCH}.place.missing]") == []


@pytest.mark.req("PL-3")
def test_the_test_row_tells_which_rule_hits_and_what_comes_of_it(city, signed):
    page = opened(signed, draft(), "qualification_scheme")
    page.get_by_label("施工企业资质").last.fill("road_general")
    page.get_by_role("button", name="试算").click()
    answer = page.locator("[data-try-answer]")

    expect(answer).to_contain_text("命中第4条规则")
    expect(answer).to_contain_text("公路工程施工总承包")
    expect(page.locator("[data-canvas] tr.sw-hit .rule-index")).to_have_text("4")
    page.get_by_label("施工企业资质").last.fill("nothing")
    page.get_by_role("button", name="试算").click()
    expect(answer).to_contain_text("没有规则命中")


def test_an_edited_cell_is_checked_saved_tried_and_undone(city, signed):
    proposal = draft()
    page = opened(signed, proposal, "qualification_scheme")
    type_in(page, 3, 1, '"road_special"')
    settled(page)

    assert b"road_special" in stored(proposal, "decisions/qualification_scheme.dmn").body
    page.get_by_label("施工企业资质").last.fill("road_special")
    page.get_by_role("button", name="试算").click()
    expect(page.locator("[data-try-answer]")).to_contain_text("命中第4条规则")
    cell = page.locator("[data-canvas] td.input-cell").first
    before = cell.inner_text()
    cell.click()
    page.keyboard.press("End")
    page.keyboard.type("xyz")
    expect(cell).to_contain_text("xyz")
    page.keyboard.press("Control+z")
    expect(cell).to_have_text(before.strip(), use_inner_text=True)
    expect(page.get_by_role("button", name="重做")).to_be_enabled()
    undo = page.get_by_role("button", name="撤销")
    while undo.is_enabled():
        undo.click()
    settled(page)
    now = stored(proposal, "decisions/qualification_scheme.dmn").body
    assert decision_changes(SCHEME.read_bytes(), now) == []


def test_a_wrong_test_is_found_in_its_row(city, signed):
    page = opened(signed, draft(), "qualification_scheme")
    type_in(page, 1, 1, "a b c")

    expect(page.locator("[data-findings] .sw-find")).to_contain_text("第 2 条")
    expect(page.locator("[data-canvas] tr.sw-has-error .rule-index")).to_have_text("2")


def test_a_new_table_starts_from_another_under_its_own_name(city, signed):
    proposal = draft()
    page = signed
    page.goto(f"/decisions/{proposal}/new")
    page.locator("#f-name").fill("Bad Name")
    page.locator("main [type=submit]").click()
    expect(page.locator(".sw-errors")).to_contain_text("小写字母")
    page.locator("#f-name").fill("countersign_routing")
    page.locator("#f-title").fill("会签分派")
    page.locator("#f-copy_of").select_option("review_routing")
    page.locator("main [type=submit]").click()
    page.wait_for_selector(READY)

    body = stored(proposal, "decisions/countersign_routing.dmn").body.decode()
    assert '<decision id="countersign_routing" name="会签分派">' in body
    assert "review_routing" not in body
    expect(page.locator("[data-findings] .is-late")).to_have_count(0)


def test_two_analysts_at_once_see_both_tables(city, signed):
    proposal = draft()
    page = opened(signed, proposal, "qualification_scheme")
    theirs = SCHEME.read_bytes().replace(b'"water_general"', b'"water_other"')
    put(proposal, "decisions/qualification_scheme.dmn", theirs)
    type_in(page, 0, 1, '"mine"')
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("另一人已先保存")
    expect(dialog).to_contain_text("water_other")
    dialog.get_by_role("button", name="用对方的，放弃我的").click()
    settled(page)

    assert stored(proposal, "decisions/qualification_scheme.dmn").body == theirs
    expect(page.locator("[data-canvas]")).to_contain_text("water_other")


HOSTILE = {
    "entity": '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + SCHEME.read_text(),
    "not_xml": "决策 {",
    "bpmn": (BPMN / "base/diagrams/enquiry.bpmn").read_text(),
    "policy": SCHEME.read_text().replace('"UNIQUE"', '"PRIORITY"'),
    "script": SCHEME.read_text().replace("施工企业资质", "&lt;img src=x onerror=alert(1)&gt;"),
    "host": SCHEME.read_text().replace(
        '<text>"road_general"</text>', "<text>__import__('os').system('x')</text>"
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_tables_are_told_and_run_nowhere(city, signed, kind):
    proposal = draft()
    put(proposal, "decisions/bad.dmn", HOSTILE[kind].encode())
    dialogs: list[str] = []
    signed.on("dialog", lambda one: (dialogs.append(one.message), one.dismiss()))
    page = signed
    page.goto(f"/decisions/{proposal}/bad")
    told = page.locator("[data-findings] .is-late, .sw-banner.is-late[role=alert]")
    expect(told.first).to_be_visible()

    assert dialogs == []
    assert page.locator("[data-canvas] img[src=x]").count() == 0
