"""Numbers in addresses and fields: whatever is sent, never a fault of the platform."""

import pytest

from web.whole_numbers import whole_number


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("17", 17), ("000000017", 17)])
def test_a_short_number_is_read(text, number):
    assert whole_number(text, None) == number


@pytest.mark.parametrize("text", ["", "-1", "1.5", "1e3", "٣", "²", " 1", "9" * 10, "9" * 5_000])
def test_anything_else_is_none(text):
    assert whole_number(text, "otherwise") == "otherwise"


@pytest.mark.parametrize("number", ["9" * 19, "9" * 400, "9" * 5_000])
def test_a_number_that_no_database_holds_leads_nowhere(client, number):
    assert client.get(f"/log/entries/{number}").status_code == 404
