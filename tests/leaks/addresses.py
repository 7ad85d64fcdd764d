"""The addresses of every route, with the ids that stand in this world; none can be forgotten."""

import re
from collections.abc import Iterable, Iterator

from flask_openapi3 import OpenAPI
from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from models.base import Base
from models.bulletin import Bulletin
from models.document import Document
from models.enquiry import Enquiry
from models.flow.definition import Definition
from models.flow.instance import Instance
from models.flow.job import Job, OutboundMessage
from models.flow.work_item import WorkItem
from models.identity.account import Account
from models.identity.key_tables import CaToken
from models.identity.party import Party
from models.ledger.tables import LedgerEntry
from models.letter import Letter
from models.message import InAppMessage
from models.notice import Notice
from models.performance_review import PerformanceReview
from models.project import Project
from models.roster.enrolment import EnrolmentRound
from models.roster.entry import Pledge, RosterEntry
from models.selection.auction_tables import Auction
from models.selection.guardian_tables import Rehearsal
from models.selection.tables import Draw, Mask
from models.session import reading

BY_ARGUMENT: dict[str, type[Base]] = {
    "project_id": Project,
    "draw_id": Draw,
    "auction_id": Auction,
    "notice_id": Notice,
    "instance_id": Instance,
    "item_id": WorkItem,
    "document_id": Document,
    "bulletin_id": Bulletin,
    "enquiry_id": Enquiry,
    "message_id": InAppMessage,
    "review_id": PerformanceReview,
    "round_id": EnrolmentRound,
    "token_id": CaToken,
}
BY_PLACE: dict[str, tuple[type[Base], ...]] = {
    "/draws/": (Draw,),
    "/guardian/cases/": (Draw, Auction),
    "/guardian/rehearsals/": (Rehearsal,),
}
BY_COMPANY = {
    "account_id": Account.id,
    "party_id": Party.id,
    "entry_id": RosterEntry.id,
    "pledge_id": Pledge.id,
}
"""Pages of companies: some stand for all, among them one that joins in one run alone."""

AT_THE_WORKBENCH = {
    "county": ["dazhou"],
    "path": ["diagrams/random_selection.bpmn"],
    "name": ["intake_review"],
    "folder": ["notices"],
    "side": ["after"],
    "rule": ["intake.review_within"],
    **{key: ["x"] for key in ("proposal_id", "rehearsal_id", "move_id", "group")},
    **{key: ["x"] for key in ("item", "letter")},
    "at": ["0"],
}
"""What analysts open: nobody has made a proposal, a rehearsal or a move in these worlds."""

COMPANIES = ("dz.contractor01", "dz.contractor02", "dz.contractor04", "dz.contractor09")
BY_SCREEN: dict[str, type[Base]] = {
    "instances": Instance,
    "jobs": Job,
    "outbox": OutboundMessage,
    "masks": Mask,
    "ledger": LedgerEntry,
}
LEFT_OUT = ("/static", "/admin/static")
"""Files that are the same for everybody and do not know the database."""

SEALED = ("bid", "draw_secret", "floor", "interest")
SHOWN = 4
"""Details of rows of one kind look alike: the last few stand for all."""


def addresses_of(app: OpenAPI) -> dict[str, list[str]]:
    """Return the addresses of every readable endpoint, with each id that arguments may be."""
    found: dict[str, list[str]] = {}
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.rule.startswith(LEFT_OUT):
            continue
        built = built_from(rule.rule, rule.arguments)
        found.setdefault(rule.endpoint, []).extend([*built, *with_queries(rule.rule, built)])
    return found


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
    if argument in BY_COMPANY:
        return of_companies(BY_COMPANY[argument])
    if argument == "id":
        kinds = next((found for part, found in BY_PLACE.items() if part in rule), (Project,))
        return [one for kind in kinds for one in ids_of(kind)] or ["x"]
    if argument == "seq":
        return ["0", *map(str, newest_entries())]
    known = {
        "export_type": ["csv"],
        "verb": ["retry"],
        "key": ["random_selection"],
        "version": ["1"],
        "flow": ["random_selection"],
        "act": ["enable"],
        "code": codes() if rule.startswith("/letters/") else ["en"],
        "token": ["x"],
        "kind": ["supervision"],
        **AT_THE_WORKBENCH,
    }
    if argument not in known:
        raise UnknownArgumentError(f"{rule}: which values may {argument} have here?")
    return known[argument]


class UnknownArgumentError(LookupError):
    """A new page would be left out of the visits."""


def newest_entries() -> list[int]:
    """Return the places of the log's last entries."""
    query = select(LedgerEntry.seq).where(LedgerEntry.seq.is_not(None))
    with reading() as session:
        return list(session.scalars(query.order_by(LedgerEntry.seq.desc()).limit(SHOWN)))


def of_companies(column: InstrumentedAttribute[str]) -> list[str]:
    query = (
        select(column)
        .select_from(Account)
        .join(Party, Party.id == Account.party_id)
        .join(RosterEntry, RosterEntry.party_id == Party.id)
        .outerjoin(Pledge, Pledge.party_id == Party.id)
        .where(Account.username.in_(COMPANIES))
        .order_by(Account.username, column)
    )
    with reading() as session:
        return list(dict.fromkeys(session.scalars(query)))


def codes() -> list[str]:
    """Return the codes by which anybody may look for letters, and one of none."""
    with reading() as session:
        return ["x", *session.scalars(select(Letter.code).order_by(Letter.code))]


def with_queries(rule: str, built: list[str]) -> Iterator[str]:
    """Yield variants of an address that show more of what it can show."""
    for address in built:
        if rule.endswith("/sealing"):
            yield from (f"{address}?kind={kind}" for kind in SEALED)
        if rule in {"/inbox", "/api/v1/work-items"}:
            yield from (f"{address}?view={view}" for view in ("todo", "done", "overdue"))
        if rule in {"/projects", "/projects/export.xlsx", "/notices", "/notices/export.xlsx"}:
            yield f"{address}?q=修缮"
        if rule.endswith("/insight"):
            yield from (f"{address}?{more}" for more in ("export=csv", "part=announcement"))
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
