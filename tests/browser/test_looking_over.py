"""A page is looked over once in a run: again as soon as more of it differs than ids and digits."""

import pytest
from playwright.sync_api import Page

from models.settings import Settings
from tests.browser.living import City

pytestmark = pytest.mark.browser

PAGE = """<html lang="zh-CN"><head><title>页</title><style>{style}</style></head>
<body><main><h1>{title}</h1><p>第{number}号</p><label for="{field}">名</label><input id="{field}">
{more}</main></body></html>"""
FIELD, OTHER = "0" * 32, "f" * 32


@pytest.fixture
def looks(page: Page, monkeypatch):
    """Look a page over; say what was found and whether axe was asked."""
    asked = []
    city = City("", Settings(), page.context.browser)
    evaluate = page.evaluate
    monkeypatch.setattr(page, "evaluate", lambda text: asked.append(text) or evaluate(text))

    def look(**given: str) -> tuple[bool, bool]:
        known = {"style": "", "title": "标题", "number": "1", "field": FIELD, "more": ""}
        page.set_content(PAGE.format(**known | given))
        asked.clear()
        return bool(city.violations(page)), any("axe.run" in text for text in asked)

    return look


def test_the_same_page_with_other_ids_and_digits_is_not_asked_about_again(looks):
    assert looks(title="同一页") == (False, True)
    assert looks(title="同一页", number="7", field=OTHER) == (False, False)


@pytest.mark.parametrize(
    "worse",
    [
        {"more": "<button></button>"},
        {"title": ""},
        {"style": "p { color: #ddd }"},
        {"more": "<input>"},
    ],
)
def test_whatever_else_differs_is_looked_over_and_its_fault_found(looks, worse):
    assert looks()[0] is False
    assert looks(**worse) == (True, True)
    assert looks(**worse) == (True, True), "a fault is never taken for known"


def test_another_width_is_another_page(looks, page):
    assert looks(title="宽窄") == (False, True)
    page.set_viewport_size({"width": 360, "height": 768})
    assert looks(title="宽窄") == (False, True)
