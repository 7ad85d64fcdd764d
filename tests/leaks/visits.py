"""Every page and answer of the application, for every role: taken from the routes themselves."""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence

from flask.testing import FlaskClient
from flask_openapi3 import OpenAPI
from sqlalchemy import select

from models.base import Base
from models.document import Document
from models.flow.definition import Definition
from models.flow.instance import Instance
from models.flow.job import Job, OutboundMessage
from models.flow.work_item import WorkItem
from models.ledger.tables import LedgerEntry
from models.notice import Notice
from models.project import Project
from models.selection.tables import Draw, Mask
from models.session import reading
from processes.demo.city import PASSWORD
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

BY_ARGUMENT: dict[str, type[Base]] = {
    "project_id": Project,
    "draw_id": Draw,
    "notice_id": Notice,
    "instance_id": Instance,
    "item_id": WorkItem,
    "document_id": Document,
}
BY_SCREEN: dict[str, type[Base]] = {
    "instances": Instance,
    "jobs": Job,
    "outbox": OutboundMessage,
    "masks": Mask,
    "ledger": LedgerEntry,
}
LEFT_OUT = ("/static", "/admin/static")
"""Files that are the same for everybody and do not know the database."""

BACK_OFFICE = "/admin/"
AT_BACK_OFFICE = ("keeper.system", "keeper.security", "keeper.audit")
"""Whom the back office lets in; that it refuses everybody else has a test of its own."""

EXPORTED = ("/conduct", "/enquiries", "/enterprise-review", "/inbox", "/registrations", "/results")
"""Lists that give themselves as a workbook."""

SHOWN = 4
"""Details of rows of one kind look alike: the last few stand for all."""

EACH_TIME = re.compile(
    r'(name="csrf_token"[^>]*value="|name="csrf-token" content="|"csrf_token": ?")[^"]*'
    r"|请求号 [0-9A-F]{10}|\"request\": ?\"[0-9A-F]{10}\""
    r'|value="[^"]*"(?= name="csrf_token")|data-csrf="[^"]*"|nonce-[\w+/=-]+|nonce="[^"]*"'
)
"""Different at each request, whoever joined: its number, tokens against forged requests."""

Answers = dict[tuple[str, str], tuple[int, str]]


def visit_all(world: World, who: Sequence[str] = EVERYBODY) -> Answers:
    """Return what every page tells each of these people: (user, address) → status and text."""
    app = world.app
    addresses = sorted(set(addresses_of(app)))
    found: Answers = {}
    for username in who:
        browser = enter(app, username)
        for address in addresses:
            if address.startswith(BACK_OFFICE) and username not in AT_BACK_OFFICE:
                continue
            answer = browser.get(address)
            found[username, address] = (answer.status_code, text_of(answer.data))
    return found


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


def addresses_of(app: OpenAPI) -> Iterator[str]:
    """Yield the address of every readable route, with each id that its arguments may be."""
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.rule.startswith(LEFT_OUT):
            continue
        built = built_from(rule.rule, rule.arguments)
        yield from built
        yield from with_queries(rule.rule, built)


def built_from(rule: str, arguments: Iterable[str]) -> list[str]:
    """Return the addresses of a route, with each id that its arguments may be."""
    built = [rule]
    for argument in sorted(arguments):
        values = values_of(argument, rule)
        place = re.compile(rf"<(?:[^<>]*:)?{argument}>")
        built = [place.sub(value, one) for one in built for value in values]
    return built


def values_of(argument: str, rule: str) -> list[str]:
    """Return the values an argument of a route may have here."""
    if argument in BY_ARGUMENT:
        return ids_of(BY_ARGUMENT[argument])
    if argument == "id":
        return ids_of(Draw if "/draws/" in rule else Project)
    known = {
        "export_type": ["csv"],
        "verb": ["retry"],
        "key": ["random_selection"],
        "version": ["1"],
        "code": ["dazhou"],
        "kind": ["tender_notice"],
    }
    return known.get(argument, ["x"])


def with_queries(rule: str, built: list[str]) -> Iterator[str]:
    """Yield variants of an address that show more of what it can show."""
    for address in built:
        if rule.endswith("/sealing"):
            yield from (f"{address}?kind={kind}" for kind in ("interest", "draw_secret"))
        if rule in {"/inbox", "/api/v1/work-items"}:
            yield from (f"{address}?view={view}" for view in ("todo", "done", "overdue"))
        if rule in {"/projects", "/projects/export.xlsx", "/notices", "/notices/export.xlsx"}:
            yield f"{address}?q=修缮"
        if rule in EXPORTED:
            yield f"{address}?export=xlsx"
        if rule.endswith("/log/entries"):
            yield f"{address}?from=0&limit=500"
        if rule.endswith("/details/"):
            screen = rule.split("/")[2]
            shown = ids_of(BY_SCREEN.get(screen, Definition))
            yield from (f"{address}?id={one}" for one in shown[-SHOWN:])


def ids_of(model: type[Base]) -> list[str]:
    """Return the ids of the rows of a table."""
    column = model.__table__.primary_key.columns[0]
    with reading() as session:
        return sorted(str(one) for one in session.scalars(select(column)))


def text_of(data: bytes) -> str:
    """Return an answer as text; a workbook by the texts it is made of."""
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = [archive.read(name) for name in sorted(archive.namelist())]
        data = b"\n".join(parts)
    return EACH_TIME.sub("<each time>", data.decode("utf-8", "replace"))


__all__ = ["EVERYBODY", "JOINER", "NOBODY", "Answers", "visit_all"]
