"""One county with a case in every state that a route asks for, and people of every role."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import calendar
from models import session as sessions
from models.base import Base
from models.clock import CHINA, business_clock, fixed
from models.document import Document
from models.enquiry import Enquiry
from models.flow.definition import Definition
from models.flow.instance import Instance
from models.flow.job import Job, OutboundMessage
from models.flow.rules import forget_rules
from models.flow.work_item import WorkItem
from models.identity.account import Account, Grant
from models.identity.actor import Actor
from models.identity.party import Party, PartyRole
from models.ids import new_id
from models.ledger.tables import LedgerEntry
from models.letter import Letter, LetterKind
from models.notice import Notice
from models.performance_review import PerformanceReview
from models.project import Project
from models.roster.enrolment import EnrolmentRound
from models.roster.entry import RosterEntry
from models.selection.draws import latest
from models.selection.tables import Mask
from models.settings import Settings
from processes import proposals
from processes.demo import codes
from processes.demo.story import Story
from tests.built import copy_of
from tests.city import SELECTION, City, build, engine_at
from tests.flows.enrolling import Applicant
from tests.processes.letters.conftest import Letters

HERE, THERE = "dazhou", "huairou"
AGAIN = datetime(2026, 11, 16, 9, 0, tzinfo=CHINA)
"""A Monday, after the first project's result."""
NOW = AGAIN + timedelta(hours=7)
OF_THE_CASE = {
    "owner": "dz.owner",
    "selection_officer": "dz.selector",
    "monitor": "dz.monitor",
    "trading_centre": "dz.centre",
    "centre_leader": "dz.leader",
    "contractor": "",
    "applicant": "qingxi",
    "regulator": "dz.housing",
}
"""Who acts in the cases of this county; the contractor is whoever won."""
BESIDES = (
    "oversight_authority",
    "agency",
    "supervisor",
    "auditor",
    "review_body",
    "landscape_authority",
    "witness",
)
"""Roles that nobody plays in the cases here; those of the cases of Huairou have its own table."""
ITEMS = ("item of the owner", "item of the centre", "item of the officer")
FLOWS = {"analyst": "analyst", "publisher": "publisher"}
KEEPERS = {
    "keeper_system": "keeper.system",
    "keeper_security": "keeper.security",
    "keeper_audit": "keeper.audit",
}
SCREENS: Mapping[str, type[Base]] = {
    "accounts": Account,
    "definitions": Definition,
    "instances": Instance,
    "jobs": Job,
    "ledger": LedgerEntry,
    "masks": Mask,
    "outbox": OutboundMessage,
    "parties": Party,
}


@dataclass
class RouteWorld:
    """Ids for the arguments of routes, and accounts by role: of the case, beside it, elsewhere."""

    settings: Settings
    file: Path
    ids: dict[str, str] = field(default_factory=dict)
    people: dict[str, tuple[str, ...]] = field(default_factory=dict)
    items: tuple[str, ...] = ITEMS
    words: dict[str, str] = field(default_factory=dict)
    """What stands for arguments that name no row, where it is not as usual."""
    names_rows: bool = False
    """Whether only routes that name a row of a case are tried: the others know no county."""


@contextmanager
def route_world(folder: Path) -> Iterator[RouteWorld]:
    """Build the county, play its cases and stay on one afternoon."""
    copy_of("county", build, folder)
    engine = engine_at(folder)
    sessions.bind(engine)
    calendar.forget_calendar()
    forget_rules()
    settings = Settings(data_dir=str(folder), secret_key="s" * 64)
    world = RouteWorld(settings, folder / "smallworks.sqlite3")
    _play(City(folder, settings, engine), world)
    with business_clock(fixed(NOW)):
        yield world
    engine.dispose()


def _play(city: City, world: RouteWorld) -> None:
    done, open_ = city.published(1, 2, 3), city.story()
    Letters(city, done.project).work()
    with sessions.reading() as session:
        winner = _winner(session, done)
    open_.prepare(AGAIN)
    open_.announce(AGAIN + timedelta(hours=1), SELECTION + timedelta(days=6), _next(SELECTION))
    with city.player.at(AGAIN + timedelta(hours=2)):
        city.player.join(winner, open_.project)
    begun, submitted, named = city.story(), city.story(), city.story()
    begun.start(AGAIN)
    for story in (submitted, named):
        story.start(AGAIN)
        story.submit(AGAIN)
    named.accept(AGAIN)
    named.name_people(AGAIN)
    applicant = Applicant(city)
    applicant.register(AGAIN)
    applicant.fill(AGAIN)
    _enquire(city)
    with sessions.reading() as session:
        world.ids = _ids(session, done, open_, applicant)
        for name, story, step in (
            ("owner", begun, "fill_requirement"),
            ("centre", submitted, "intake_review"),
            ("officer", named, "confirm_officer"),
        ):
            world.ids[f"item of the {name}"] = city.player.item(session, story.instance, step).id
    with sessions.unit_of_work() as session:
        world.people = _people(session, {**OF_THE_CASE, "contractor": winner})
        world.ids["proposal"] = _propose(session)
        world.ids["review"] = _owe_review(session, done)


def _next(moment: datetime) -> datetime:
    return moment + timedelta(days=7)


def _enquire(city: City) -> None:
    player = city.player
    with player.at(AGAIN):
        instance = player.start("dz.centre", "enquiry")
        form = {
            "channel": "telephone",
            "subject": "企业入驻需要哪些资料",
            "question": "不清楚要准备哪些证照。",
            "asker": {"name": "秦望舒", "organisation": "", "telephone": "0818-2100000"},
        }
        player.complete("dz.centre", instance, "record_enquiry", form)


def _propose(session: Session) -> str:
    """Begin a proposal of this county, with a changed flow in it."""
    account = session.scalars(select(Account).where(Account.username == "analyst")).one()
    grants = frozenset({("analyst", HERE)})
    analyst = Actor(account_id=account.id, name=account.name, grants=grants)
    with business_clock(fixed(AGAIN)):
        made = proposals.create(session, HERE, "统一用语", analyst)
        path = "diagrams/random_selection.bpmn"
        body = proposals.read_file(session, HERE, path).body + b"\n"
        proposals.save_file(session, made, path, body, version=0, actor=analyst)
    return made.id


def _ids(session: Session, done: Story, open_: Story, applicant: Applicant) -> dict[str, str]:
    past, coming = latest(session, done.project), latest(session, open_.project)
    assert past is not None
    assert coming is not None
    item = session.scalars(select(WorkItem).where(WorkItem.instance_id == open_.instance)).first()
    assert item is not None
    return {
        "project open": open_.project,
        "project done": done.project,
        "draw open": coming.id,
        "draw done": past.id,
        "instance": open_.instance,
        "notice": session.scalars(select(Notice.id).order_by(Notice.id)).first() or "",
        "document": _document(session, open_),
        "enquiry": session.scalars(select(Enquiry.id)).one(),
        "letter": session.scalars(
            select(Letter.code).where(
                Letter.project_id == done.project, Letter.kind == LetterKind.AWARD_LETTER
            )
        ).one(),
        "entry": session.scalars(
            select(RosterEntry.id).where(RosterEntry.county_code == HERE).order_by(RosterEntry.id)
        ).first()
        or "",
        "colleague": session.scalars(
            select(Account.id).where(Account.username == "dz.monitor")
        ).one(),
        "round": session.scalars(
            select(EnrolmentRound.id).where(EnrolmentRound.instance_id == applicant.instance)
        ).one(),
        **{f"screen {name}": _last(session, model) for name, model in SCREENS.items()},
    }


def _owe_review(session: Session, done: Story) -> str:
    project = session.get_one(Project, done.project)
    review = PerformanceReview(
        id=new_id(),
        project_id=project.id,
        instance_id=done.instance,
        county_code=HERE,
        owner_id=project.owner_id,
        contractor_id=project.winner_id,
        accepted_on=AGAIN.date(),
        due_at=_next(AGAIN),
        opened_at=AGAIN,
    )
    session.add(review)
    return review.id


def _last(session: Session, model: type[Base]) -> str:
    column = model.__table__.primary_key.columns[0]
    return str(max(session.scalars(select(column)), default="x"))


def _document(session: Session, story: Story) -> str:
    query = select(Document.id).where(Document.project_id == story.project)
    return session.scalars(query.order_by(Document.id)).first() or ""


def _winner(session: Session, done: Story) -> str:
    """Return who won: the letter is for this contractor, whichever the draw chose."""
    award = (Letter.project_id == done.project, Letter.kind == LetterKind.AWARD_LETTER)
    query = select(Account.username).join(Letter, Letter.party_id == Account.party_id)
    return session.scalars(query.where(*award)).one()


def _people(session: Session, acting: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    known = {row.username: row.fs_uniquifier for row in session.scalars(select(Account))}
    people: dict[str, tuple[str, ...]] = {"": ("",)}
    numbers = iter(range(700, 900))
    for role, username in acting.items():
        beside, there = (somebody(session, role, where, numbers) for where in (HERE, THERE))
        people[role] = (known[username], beside, there)
    for role in BESIDES:
        people[role] = tuple(somebody(session, role, where, numbers) for where in (HERE, THERE))
    for role, username in FLOWS.items():
        people[role] = (known[username], somebody(session, role, THERE, numbers))
    return people | {role: (known[username],) for role, username in KEEPERS.items()}


def somebody(session: Session, role: str, county: str, numbers: Iterator[int]) -> str:
    """Add an account of a party of its own that holds one role in one county."""
    number = next(numbers)
    party = Party(
        id=new_id(),
        name=f"{county}另一单位{number}",
        credit_code=codes.credit_code(codes.COMPANY, codes.DAZHOU, number),
        county_code=county,
        created_at=AGAIN,
    )
    session.add(party)
    session.flush()
    account = Account(
        id=new_id(),
        username=f"{role}.{county}",
        name=role,
        party_id=party.id,
        fs_uniquifier=new_id(),
        password_changed_at=AGAIN,
        created_at=AGAIN,
    )
    session.add_all((PartyRole(party_id=party.id, role=role, county_code=county), account))
    session.flush()
    session.add(Grant(account_id=account.id, role=role, county_code=county))
    return account.fs_uniquifier


__all__ = ["RouteWorld", "route_world", "somebody"]
