"""Every list of the site: search, filters in the address, export, an empty state, print."""

import io
import zipfile

import pytest

from tests.web.case_world import join_party

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NOTHING = "没有这样的词"
PUBLIC = ""

LISTS = {
    "/projects": "owner",
    "/inbox": "trading_centre",
    "/late": "trading_centre",
    "/messages": "owner",
    "/ceremonies": "owner",
    "/letters": "owner",
    "/evaluations": "owner",
    "/find-projects": "contractor",
    "/registrations": "contractor",
    "/enquiries": "trading_centre",
    "/bulletin-desk": "trading_centre",
    "/enterprise-review": "regulator",
    "/enterprises": "regulator",
    "/notices": PUBLIC,
    "/results": PUBLIC,
    "/bulletins": PUBLIC,
    "/roster": PUBLIC,
    "/conduct": PUBLIC,
    "/outages": PUBLIC,
    "/conduct/evaluations": PUBLIC,
}
"""Each list with a role that reads it."""
EXPORTS = {"/notices": "/notices/export.xlsx"}


@pytest.fixture
def reader(app, people, sign_in):
    def open_as(role: str):
        if role == PUBLIC:
            return app.test_client()
        join_party(people("reader", role), "甲公司")
        return sign_in("reader")

    return open_as


@pytest.mark.parametrize("address", LISTS)
def test_a_list_is_searched_and_keeps_in_the_address_what_was_asked(reader, address):
    page = reader(LISTS[address]).get(address, query_string={"q": NOTHING}).text
    assert 'role="search"' in page, "no search"
    assert 'method="get"' in page, "what is asked for does not stand in the address"
    assert f'value="{NOTHING}"' in page, "the search is lost"


@pytest.mark.parametrize("address", LISTS)
def test_a_list_without_rows_says_so_and_what_to_do(reader, address):
    browser = reader(LISTS[address])
    for asked in ({}, {"q": NOTHING}):
        page = browser.get(address, query_string=asked).text
        assert 'class="sw-empty"' in page or 'class="sw-quiet' in page, asked


@pytest.mark.parametrize("address", LISTS)
def test_a_list_is_printed_and_exported(reader, address):
    browser = reader(LISTS[address])
    assert "data-print" in browser.get(address).text
    export = EXPORTS.get(address, f"{address}?export=xlsx")
    answer = browser.get(export)
    assert answer.mimetype == XLSX, export
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        assert book.read("xl/sharedStrings.xml").count(b"<si>") > 1, "no columns"


@pytest.mark.parametrize("address", LISTS)
def test_a_bad_cursor_or_filter_is_no_fault(reader, address):
    browser = reader(LISTS[address])
    for asked in ({"cursor": "nonsense"}, {"sort": "nothing"}, {"county": "nowhere"}):
        assert browser.get(address, query_string=asked).status_code in (200, 422), asked
