"""An analyst brings in a diagram of another tool and looks at what is left to do."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.living import City

pytestmark = [pytest.mark.browser, pytest.mark.req("PL-1")]
MIWG = Path(__file__).parents[1] / "data" / "miwg"


def test_a_foreign_diagram_is_brought_in_and_told_line_by_line(city: City, tmp_path: Path) -> None:
    page = city.sign_in("analyst")
    page.goto("/flows/import")
    assert city.violations(page) == []
    page.get_by_label("流程图文件").set_input_files(MIWG / "C.1.0.bpmn")
    page.get_by_label("流程标识").fill("invoice_check")
    page.get_by_role("button", name="导入为改动单").click()

    page.wait_for_url("**/flows/import/*")
    expect(page.get_by_role("heading", level=2)).to_have_count(2)
    expect(page.get_by_text("原来由别的程序办理").first).to_be_visible()
    assert city.violations(page) == []
    narrow = page.viewport_size
    page.set_viewport_size({"width": 390, "height": 844})
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390, wide
    assert narrow is not None
    link = page.get_by_role("link", name="在建模器中打开").first
    assert "/modeller/" in (link.get_attribute("href") or "")
    assert city.faults == []


def test_a_file_that_is_no_diagram_is_told_in_words(city: City, tmp_path: Path) -> None:
    page = city.sign_in("analyst")
    page.goto("/flows/import")
    wrong = tmp_path / "x.bpmn"
    wrong.write_text("<html/>", encoding="utf-8")
    page.get_by_label("流程图文件").set_input_files(wrong)
    page.get_by_role("button", name="导入为改动单").click()
    expect(page.get_by_role("alert")).to_contain_text("不是 BPMN")
    assert city.faults == []
