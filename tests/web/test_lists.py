import io
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from zipfile import ZipFile

import pytest
from flask import Blueprint, render_template_string
from sqlalchemy import select

from models.clock import system_now
from models.identity.account import Account
from models.paging import encode_cursor
from models.session import reading
from web.access import guard
from web.list_rows import fetch, fetch_all
from web.lists import Column, Filter, Listing, ListSpec, wants_export
from web.workbook import workbook

SPEC = ListSpec(
    title="账号",
    columns=(
        Column(label="用户名", name="username", sort=Account.username, value=lambda a: a.username),
        Column(label="创建", name="created", sort=Account.created_at, value=lambda a: a.created_at),
    ),
    filters=(
        Filter(
            name="locale",
            label="语言",
            options=(("zh", "中文"), ("en", "英文")),
            narrow=lambda query, value: query.where(Account.locale == value),
        ),
    ),
    search_in=(Account.username,),
    tie=Account.id,
    default_sort="-created",
)
TEMPLATE = """{% import "components/filters.html" as f %}{% import "components/paging.html" as p %}
{% import "components/table.html" as t %}{{ f.filters(listing) }}<table>{{ t.head(listing) }}</table>
{{ t.tools(listing) }}{{ p.paging(listing, page) }}
{% for row in page.items %}<li>{{ row.username }}</li>{% endfor %}"""


@pytest.fixture
def browser(app, people):
    now = system_now()
    for number in range(45):
        # pairs share a moment, so that the tie-breaker matters
        people(
            f"user{number:02}",
            locale="zh" if number % 3 else "en",
            created_at=now + timedelta(seconds=number // 2),
        )
    blueprint = Blueprint("list", __name__)
    guard(blueprint, public=True)

    def show():
        listing = Listing(SPEC)
        with reading() as session:
            if wants_export():
                return listing.export(fetch_all(session, select(Account), listing))
            page = fetch(session, select(Account), listing)
        return render_template_string(TEMPLATE, listing=listing, page=page)

    blueprint.add_url_rule("/list", view_func=show)
    app.register_blueprint(blueprint)
    return app.test_client()


def names(page):
    return [part.partition("<")[0] for part in page.split("<li>")[1:]]


def next_of(page):
    found = page.partition('rel="next" href="')[2].partition('"')[0]
    return found.replace("&amp;", "&")


@pytest.mark.parametrize("order", ["username", "-username", "created", "-created"])
def test_paging_shows_every_row_once_in_order(browser, order):
    seen, address = [], f"/list?sort={order}"
    while address:
        page = browser.get(address).text
        seen += names(page)
        address = next_of(page)
    assert len(seen) == len(set(seen)) == 45
    if "username" in order:
        assert seen == sorted(seen, reverse=order.startswith("-"))


def test_conditions_live_in_the_address_and_each_can_be_dropped(browser):
    page = browser.get("/list?q=user1&locale=zh&sort=username").text
    assert names(page) == [f"user{n}" for n in range(10, 20) if n % 3]
    assert "关键词：user1" in page
    assert "语言：中文" in page
    assert 'href="/list?locale=zh&amp;sort=username"' in page


def test_the_next_page_keeps_the_conditions(browser):
    page = browser.get("/list?locale=zh").text
    assert parse_qs(urlsplit(next_of(page)).query)["locale"] == ["zh"]


def test_a_search_takes_percent_signs_as_they_are(browser):
    assert names(browser.get("/list?q=%25").text) == []


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "bm9uc2Vuc2U",
        "W10",
        encode_cursor(1, 2),
        encode_cursor("x", "y"),
        encode_cursor({}, "y"),
    ],
)
def test_a_cursor_of_another_make_is_refused(browser, cursor):
    answer = browser.get(f"/list?cursor={cursor}")
    assert answer.status_code == 422
    assert "翻页位置无效" in answer.text


def test_the_export_holds_what_the_filters_find(browser):
    answer = browser.get("/list?locale=en&export=xlsx")
    assert "spreadsheetml" in answer.content_type
    with ZipFile(io.BytesIO(answer.data)) as book:
        words = book.read("xl/sharedStrings.xml").decode()
    assert words.count("user") == 15
    assert "用户名" in words


def test_an_export_carries_no_formula(app):
    with app.test_request_context():
        answer = workbook("表", ["名"], [["=1+1"], ["@x"], ["甲"]])
        answer.direct_passthrough = False
        data = answer.get_data()
    with ZipFile(io.BytesIO(data)) as book:
        assert "'=1+1" in book.read("xl/sharedStrings.xml").decode()
        assert "<f>" not in book.read("xl/worksheets/sheet1.xml").decode()
