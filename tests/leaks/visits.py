"""Every page and answer of the application, for every role: taken from the routes themselves."""

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from html import unescape

from flask.testing import FlaskClient
from flask_openapi3 import OpenAPI

from processes.demo.city import PASSWORD
from tests.leaks.addresses import addresses_of
from tests.leaks.guarded import opened_to
from tests.leaks.worlds import World

NOBODY, JOINER = "", "dz.contractor01"
EVERYBODY = (
    NOBODY,
    "dz.owner",
    "dz.selector",
    "dz.monitor",
    "dz.centre",
    "dz.leader",
    "dz.housing",
    JOINER,
    "dz.contractor09",
    "city.centre",
    "analyst",
    "publisher",
    "keeper.system",
    "keeper.security",
    "keeper.audit",
)
"""One of each role; contractor 01 joins in every run, contractor 09 in none."""

BACK_OFFICE = "/admin/"
AT_BACK_OFFICE = ("keeper.system", "keeper.security", "keeper.audit")
"""Whom the back office lets in; that it refuses everybody else has a test of its own."""

EACH_TIME = re.compile(
    r'(name="csrf_token"[^>]*value="|name="csrf-token" content="|"csrf_token": ?")[^"]*'
    r"|(?:请求号|request) [0-9A-F]{10}|\"request\": ?\"[0-9A-F]{10}\""
    r'|value="[^"]*"(?= name="csrf_token")|data-csrf="[^"]*"|nonce-[\w+/=-]+|nonce="[^"]*"'
)
"""Different at each request, whoever joined: its number, tokens against forged requests."""

EXPORT = re.compile(r'href="([^"]*\bexport=xlsx[^"]*)"')

Answers = dict[tuple[str, str], tuple[int, str]]


def visit_all(world: World, who: Sequence[str] = EVERYBODY) -> Answers:
    """Return what every page tells each of these people: (user, address) → status and text."""
    app = world.app
    addresses = addresses_of(app)
    found: Answers = {}
    for username in who:
        browser = enter(app, username)
        for address in sorted(set(open_addresses(world, addresses, username))):
            answer = browser.get(address)
            found[username, address] = (answer.status_code, text_of(answer.data))
        seen = {address: text for (who, address), (_, text) in found.items() if who == username}
        for address in sorted(workbooks(seen) - set(seen)):
            answer = browser.get(address)
            found[username, address] = (answer.status_code, text_of(answer.data))
    return found


def open_addresses(world: World, addresses: dict[str, list[str]], username: str) -> Iterator[str]:
    """Yield what no guard closes to somebody."""
    is_open = opened_to(world, username)
    for endpoint in filter(is_open, addresses):
        for address in addresses[endpoint]:
            if not address.startswith(BACK_OFFICE) or username in AT_BACK_OFFICE:
                yield address


def workbooks(seen: dict[str, str]) -> set[str]:
    """Return the addresses at which these pages offer their lists as workbooks."""
    return {
        unescape(link) if link.startswith("/") else address.split("?")[0] + unescape(link)
        for address, text in seen.items()
        for link in EXPORT.findall(text)
        if "?" not in address
    }


def enter(app: OpenAPI, username: str) -> FlaskClient:
    """Return a browser signed in as somebody, or as nobody."""
    browser = app.test_client()
    if username == NOBODY:
        return browser
    page = browser.get("/sign-in").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    form = {"username": username, "password": PASSWORD, "csrf_token": token[1]}
    answer = browser.post("/sign-in", data=form)
    assert answer.status_code == 303, answer.text
    return browser


def text_of(data: bytes) -> str:
    """Return an answer as text; a workbook by the texts it is made of."""
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = [archive.read(name) for name in sorted(archive.namelist())]
        data = b"\n".join(parts)
    return EACH_TIME.sub("<each time>", data.decode("utf-8", "replace"))


__all__ = ["EVERYBODY", "JOINER", "NOBODY", "Answers", "visit_all"]
