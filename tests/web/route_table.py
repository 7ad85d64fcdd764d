"""Tries every route as every role and writes down who was let in.

``python -m tests.web.route_table`` writes docs/routes.md anew.
"""

import re
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import structlog
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient
from flask_openapi3 import OpenAPI
from itsdangerous import URLSafeTimedSerializer
from werkzeug.routing import Rule

from models.clock import system_now
from processes.demo.papers import paper
from tests.web.route_world import KEEPERS, SCREENS, RouteWorld, route_world
from web.access import Guard, guard_of
from web.app import create_app

TABLE = Path(__file__).resolve().parents[2] / "docs" / "routes.md"
LEFT_OUT = ("/static/", "/admin/static/")
"""Files of the program, the same for everybody."""
SAFE = ("GET",)
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
REFUSALS = (401, 403, 404, 405)
LET_IN = "✓"
FAULT = 500
RAW = "f" * 40
"""The anti-forgery secret of every session here."""
ARGUMENTS: Mapping[str, str] = {
    "instance_id": "instance",
    "notice_id": "notice",
    "document_id": "document",
    "enquiry_id": "enquiry",
    "review_id": "review",
    "round_id": "round",
    "project_id": "project open",
    "entry_id": "entry",
    "account_id": "colleague",
    "proposal_id": "proposal",
}
WORDS: Mapping[str, str] = {
    "key": "random_selection",
    "version": "1",
    "export_type": "csv",
    "verb": "retry",
    "act": "disable",
    "token": "0" * 64,
    "county": "dazhou",
    "flow": "random_selection",
    "seq": "0",
    "kind": "supervision",
    "path": "diagrams/random_selection.bpmn",
    "name": "intake_review",
    "folder": "notices",
    "side": "after",
    "rule": "intake.review_within",
    "proposal_id": "x",
    "rehearsal_id": "x",
    "move_id": "x",
    "item": "x",
    "letter": "x",
    "at": "0",
}
OF_A_CASE = {
    "instance_id",
    "item_id",
    "draw_id",
    "project_id",
    "document_id",
    "review_id",
    "round_id",
    "id",
    "code",
}
"""Arguments that name a row of somebody's case."""
CORE = ("work_item.show", "work_item.complete", "api_work_items.complete")
"""Where every work item is tried; the other routes of work items share their guard."""
FORM: dict[str, Any] = {"form": {}}
PAPER = paper("一份资料")
BODIES: Mapping[str, object] = {
    "work_item.complete": FORM,
    "work_item.save_draft": FORM,
    "api_work_items.complete": FORM,
    "api_work_items.save_draft": FORM,
    "api_work_items.hand_over": {"account": "dz.owner"},
    "api_instances.start": {"flow": "random_selection", "county": "dazhou", "data": {}},
    "api_definitions.create": {"county": "dazhou", "bpmn": "<bpmn/>"},
    "interest.join": {"accept": True},
    "bids.place_bid": {"envelope": {}},
    "bids.seal_floor": {
        "envelope": {},
        "undertakings": [{"part": "set", "name": "某人", "position": "某职"}],
    },
}

Row = tuple[str, str]
"""Method and address."""


@dataclass
class Tried:
    """What came of it: a row of cells for each route, and each answer that was a fault."""

    rows: dict[Row, dict[str, str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Call:
    """One request, to be made as everybody."""

    method: str
    shown: str
    address: str
    body: object
    named: frozenset[str]
    """The roles for which the guard says it is; none where it names no role."""


class Visitor:
    """Makes requests as anybody and leaves nothing behind."""

    def __init__(self, app: OpenAPI, world: RouteWorld) -> None:
        self.browser: FlaskClient = app.test_client(use_cookies=False)
        secret = str(app.secret_key)
        self.token = URLSafeTimedSerializer(secret, salt="wtf-csrf-token").dumps(RAW)
        self.signing = SecureCookieSessionInterface().get_signing_serializer(app)
        self.file, self.saved = world.file, sqlite3.connect(":memory:")
        self.cookies = {sid: self._cookie(sid) for held in world.people.values() for sid in held}
        self.live = sqlite3.connect(self.file)
        self.live.execute("PRAGMA synchronous=OFF")
        self.live.backup(self.saved)
        self.version = self._version()

    def _cookie(self, sid: str) -> str:
        now = int(system_now().timestamp())
        who = {"sid": sid, "since": now, "seen": now} if sid else {}
        assert self.signing is not None
        return f"smallworks={self.signing.dumps({**who, 'csrf_token': RAW})}"

    def answer(self, call: Call, sid: str) -> int:
        """Return the status that somebody gets, as a program is told it."""
        sent: dict[str, Any] = {}
        if call.method in UNSAFE:
            given: dict[str, Any] = {"csrf_token": self.token}
            if call.address == "/api/v1/documents":
                given["file"] = (BytesIO(PAPER), "a.pdf")
            sent = {"json": call.body} if call.body is not None else {"data": given}
        headers = {
            "Accept": "application/json",
            "Cookie": self.cookies[sid],
            "X-CSRFToken": self.token,
        }
        got = self.browser.open(call.address, method=call.method, headers=headers, **sent)
        if call.method in UNSAFE and got.status_code < min(REFUSALS):
            self._restore()
        return got.status_code

    def _restore(self) -> None:
        if self._version() != self.version:
            self.saved.backup(self.live)
            self.version = self._version()

    def _version(self) -> int:
        """Return a number that changes when anybody else has changed the database."""
        return int(self.live.execute("PRAGMA data_version").fetchone()[0])

    def close(self) -> None:
        self.live.close()
        self.saved.close()


def try_all(world: RouteWorld) -> Tried:
    """Try every route as everybody."""
    with quietly():
        app = create_app(world.settings)
        app.extensions["limits"].enabled = False
        structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
        visitor, tried = Visitor(app, world), Tried()
        for call in calls_of(app, world):
            row = tried.rows[call.method, call.shown] = {}
            for role, people in world.people.items():
                row[role] = _cell(visitor, call, role, people, tried.faults)
        visitor.close()
    return tried


@contextmanager
def quietly() -> Iterator[None]:
    """Write no line for each of thousands of requests."""
    former = structlog.get_config()
    try:
        yield
    finally:
        structlog.configure(**former)


def _cell(
    visitor: Visitor, call: Call, role: str, people: tuple[str, ...], faults: list[str]
) -> str:
    is_back_office = call.address.startswith("/admin/") and role not in KEEPERS
    names_nothing = call.method in SAFE and "<" not in call.shown
    is_refused = bool(call.named) and role not in call.named
    found = []
    for sid in people[:1] if is_back_office or names_nothing or is_refused else people:
        status = visitor.answer(call, sid)
        if status >= FAULT and not call.address.startswith("/readyz"):
            faults.append(f"{call.method} {call.shown} as {role or 'nobody'}: {status}")
        found.append(str(status) if status in REFUSALS or status >= FAULT else LET_IN)
    return found[0] if len(set(found)) == 1 else " ".join(found)


def calls_of(app: OpenAPI, world: RouteWorld) -> Iterator[Call]:
    """Yield a request for every method of every route, with arguments that exist."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda one: (one.rule, one.endpoint)):
        if rule.rule.startswith(LEFT_OUT) or not _is_wanted(app, rule, world):
            continue
        for method in sorted((rule.methods or set()) & {*SAFE, *UNSAFE}):
            yield from _calls(rule, method, world, _guard(app, rule))


def _guard(app: OpenAPI, rule: Rule) -> Guard | None:
    return guard_of(app.blueprints[rule.endpoint.rpartition(".")[0]])


def _is_wanted(app: OpenAPI, rule: Rule, world: RouteWorld) -> bool:
    if not world.names_rows:
        return True
    declared = _guard(app, rule)
    is_public = declared is not None and declared.public
    is_office = rule.rule.startswith("/admin/")
    return bool(rule.arguments & OF_A_CASE) and not is_public and not is_office


def _calls(rule: Rule, method: str, world: RouteWorld, declared: Guard | None) -> Iterator[Call]:
    named = declared.roles if declared else frozenset()
    is_api = rule.rule.startswith("/api/") and method in UNSAFE
    body = BODIES.get(rule.endpoint, {} if is_api and method != "DELETE" else None)
    if rule.endpoint == "api_documents.upload":
        body = None
    for name in _items(rule, method, world):
        shown, address = re.sub(r"<[^<>]*:", "<", rule.rule), rule.rule
        for argument in rule.arguments:
            value = world.ids[name] if argument == "item_id" else _value(argument, rule, world)
            address = re.sub(rf"<(?:[^<>]*:)?{argument}>", value, address)
        yield Call(method, shown.replace("item_id", name), _asked(address, world), body, named)


def _items(rule: Rule, method: str, world: RouteWorld) -> tuple[str, ...]:
    if "item_id" not in rule.arguments:
        return ("",)
    is_core = rule.endpoint in CORE and method != "DELETE"
    return world.items if is_core or not world.names_rows else world.items[:1]


def _value(argument: str, rule: Rule, world: RouteWorld) -> str:
    is_past = rule.rule.startswith(("/results", "/api/v1/public"))
    when = "done" if is_past else "open"
    if argument == "draw_id" or (argument == "id" and "/draws/" in rule.rule):
        return world.ids[f"draw {when}"]
    if argument == "id":
        return world.ids[f"project {when}"]
    if argument == "code":
        return world.ids["letter"]
    word = world.words.get(argument, WORDS.get(argument, "x"))
    return world.ids.get(ARGUMENTS.get(argument, ""), word)


def _asked(address: str, world: RouteWorld) -> str:
    parts = address.split("/")
    if address.endswith("/sealing"):
        return f"{address}?kind=interest"
    if address.startswith("/admin/") and len(parts) > 3 and parts[2] in SCREENS:
        return f"{address}?id={world.ids[f'screen {parts[2]}']}"
    return address


def guards(world: RouteWorld) -> dict[str, str]:
    """Return what the blueprint of each address declares, in words."""
    app = create_app(world.settings)
    words = {}
    for rule in app.url_map.iter_rules():
        declared = _guard(app, rule)
        roles = ", ".join(sorted(declared.roles)) if declared else ""
        is_open = declared is not None and declared.public
        words[re.sub(r"<[^<>]*:", "<", rule.rule)] = "public" if is_open else roles or "signed in"
    return words


if __name__ == "__main__":
    from tests.web.route_huairou import huairou_world
    from tests.web.route_page import write, write_huairou

    with tempfile.TemporaryDirectory() as made:
        with route_world(Path(made) / "dazhou") as found:
            first = write(try_all(found), guards(found))
        with huairou_world(Path(made) / "huairou") as found:
            second = write_huairou(try_all(found), guards(found))
        TABLE.write_text(first + second, encoding="utf-8")
