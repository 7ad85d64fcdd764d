"""Asking by acting: what every POST, PUT and DELETE answers to people who did not join."""

import re
from collections.abc import Iterator

from flask.testing import FlaskClient

from tests.leaks.addresses import built_from
from tests.leaks.guarded import opened_to
from tests.leaks.visits import AT_BACK_OFFICE, BACK_OFFICE, NOBODY, enter, text_of
from tests.leaks.worlds import KEEPER, World

ACTING = (NOBODY, "dz.owner", "dz.centre", "dz.contractor09", "keeper.security")
OWN_SESSION = re.compile(r"/sign-(in|out)\b|/account\b|/accounts/|/register\b|/language\b")
"""These concern nobody but the one who asks, and would end the session."""

BODIES: dict[str, dict[str, object]] = {
    "interest": {"accept": True},
    "bids": {"envelope": {}},
    "floor": {
        "envelope": {},
        "undertakings": [{"name": "韩知远", "position": "柳河镇人民政府", "part": "set"}],
    },
}
CSRF = re.compile(r'name="csrf[-_]token" (?:content|value)="([^"]+)"')
NO_TICKET = "0" * 32


def act_all(world: World) -> Iterator[tuple[str, str]]:
    """Yield every changing request's name and answer; what it changes is of no matter any more."""
    for username in ACTING:
        browser = enter(world.app, username)
        headers = {"X-CSRFToken": token_of(browser)}
        for method, address in changing(world, username):
            body = BODIES.get(address.rsplit("/", 1)[-1], {"form": {}})
            answer = browser.open(address, method=method, json=body, headers=headers)
            yield f"{method} {username} {address}", f"{answer.status_code} {text_of(answer.data)}"


def token_of(browser: FlaskClient) -> str:
    """Return the token without which no change is let in."""
    found = CSRF.search(browser.get("/check").text)
    assert found is not None
    return found[1]


def changing(world: World, username: str) -> list[tuple[str, str]]:
    """Return method and address of every route that changes something."""
    found, is_open = [], opened_to(world, username)
    for rule in world.app.url_map.iter_rules():
        is_office = rule.rule.startswith(BACK_OFFICE)
        if OWN_SESSION.search(rule.rule) or (is_office and username not in AT_BACK_OFFICE):
            continue
        if not is_open(rule.endpoint):
            continue
        for method in {"POST", "PUT", "DELETE"} & (rule.methods or set()):
            found += [(method, one) for one in built_from(rule.rule, rule.arguments)]
    return sorted(found)


def asked_by_ticket(world: World, ticket: str) -> str:
    """Return what the check page tells of a ticket, the ticket itself left out."""
    page = world.app.test_client().get(f"/check?ticket={ticket}")
    return f"{page.status_code} {text_of(page.data)}".replace(ticket, "<ticket>")


def counters(world: World) -> str:
    """Return what the running system counts, without how long things took."""
    headers = {"Authorization": f"Bearer {world.tokens[KEEPER]}"}
    answer = world.app.test_client().get("/metrics", headers=headers)
    assert answer.status_code == 200, answer.text
    lines = answer.text.splitlines()
    return "\n".join(line for line in lines if re.match(r"\w+(_total|_count)\b", line))
