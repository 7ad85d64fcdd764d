"""Addresses that came from outside lead nowhere but to this site."""

import pytest

from web.addresses import local_address

ELSEWHERE = [
    "//elsewhere.example",
    "///elsewhere.example",
    "////elsewhere.example/a",
    "https://elsewhere.example",
    "/\\elsewhere.example",
    "\\\\elsewhere.example",
    "/\t/elsewhere.example",
    "/desk\r\nSet-Cookie: a=b",
    "javascript:alert(1)",
    "",
]


@pytest.mark.parametrize("given", ELSEWHERE)
def test_an_address_elsewhere_is_never_followed(given: str) -> None:
    assert local_address(given, "/desk") == "/desk"


def test_an_address_here_is_followed_with_its_question() -> None:
    assert local_address("/projects?q=路&page=2#list", "/") == "/projects?q=路&page=2#list"


@pytest.mark.parametrize("given", ELSEWHERE)
def test_neither_switch_nor_sign_in_lead_elsewhere(client, given: str) -> None:
    answer = client.get("/language/en", query_string={"back": given})
    assert answer.headers["Location"] == "/"
    page = client.get("/sign-in", query_string={"next": given}).text
    assert 'name="next" value="/desk"' in page
