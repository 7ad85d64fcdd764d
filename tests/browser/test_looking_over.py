"""A page is looked over once in a run: again as soon as more of it differs than words and rows."""

import pytest
from playwright.sync_api import Page

from models.settings import Settings
from tests.browser.living import City

pytestmark = pytest.mark.browser

PAGE = """<html lang="{lang}"><head><title>页</title><style>{style}</style></head>
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
        known = {
            "lang": "zh-CN",
            "style": "",
            "title": "标题",
            "number": "1",
            "field": FIELD,
            "more": "",
        }
        page.set_content(PAGE.format(**known | given))
        asked.clear()
        return bool(city.violations(page)), any("axe.run" in text for text in asked)

    return look


@pytest.mark.parametrize(
    "other",
    [
        {"number": "7", "field": OTHER},
        {"title": "Another", "lang": "en"},
        {"more": "<ul><li>一</li><li>二</li></ul>"},
    ],
)
def test_the_same_page_with_other_ids_words_and_rows_is_not_asked_about_again(looks, other):
    first = {"more": "<ul><li>一</li></ul>"}
    assert looks(**first)[0] is False
    assert looks(**first | other) == (False, False)


@pytest.mark.parametrize(
    "worse",
    [
        {"more": "<button></button>"},
        {"title": ""},
        {"lang": "xx-none"},
        {"more": "<label for='nothing'>名</label><input id='a'>"},
        {"style": "p { color: #ddd }"},
        {"more": "<input>"},
    ],
)
def test_whatever_else_differs_is_looked_over_and_its_fault_found(looks, worse):
    assert looks()[0] is False
    assert looks(**worse) == (True, True)
    assert looks(**worse) == (True, True), "a fault is never taken for known"


def test_another_width_is_another_page(looks, page):
    wide = {"more": "<p>宽窄</p><hr>"}
    assert looks(**wide) == (False, True)
    page.set_viewport_size({"width": 360, "height": 768})
    assert looks(**wide) == (False, True)
