"""Huairou with its cases: comparisons of a town and of an agency, emergency works, an enrolment."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import calendar
from models import session as sessions
from models.clock import CHINA, business_clock, fixed
from models.document import Document
from models.flow.rules import forget_rules
from models.flow.work_item import OPEN_STATES, WorkItem
from models.identity.account import Account
from models.letter import Letter
from models.notice import Notice
from models.performance_review import PerformanceReview
from models.roster.enrolment import EnrolmentRound
from models.selection.draws import latest
from models.settings import Settings
from processes.demo import codes
from processes.demo.comparing import ENTRUSTED, SELF, Comparing
from tests import built
from tests.city import City, build, engine_at
from tests.flows import comparing, emergencies
from tests.flows.enrolling import Applicant
from tests.web.route_world import RouteWorld, somebody

HERE, THERE = "huairou", "dazhou"
AGAIN = datetime(2026, 11, 18, 9, 0, tzinfo=CHINA)
CLOSES = datetime(2026, 11, 25, 17, 30, tzinfo=CHINA)
NOW = AGAIN + timedelta(hours=7)
SPONSORS = {
    "owner": ("hr.town", "hr.town2"),
    "agency": ("hr.agency", "hr.agency2"),
    "supervisor": ("hr.supervisor", "hr.supervisor2"),
    "auditor": ("hr.auditor", "hr.auditor2"),
    "review_body": ("hr.reviewer", ""),
    "landscape_authority": ("hr.landscape", ""),
    "regulator": ("hr.regulator", ""),
    "oversight_authority": ("hr.oversight", ""),
    "trading_centre": ("hr.centre", ""),
    "applicant": ("linfeng", ""),
}
"""Role → who acts in the cases here, and another party of the role; made up where there is none."""
ITEMS = {
    "item of the entrusted agency": "draft_tender_notice",
    "item of the contracting town": "draft_tender_notice",
    "item of the supervisor": "upload_supervision_report",
    "item of the auditor": "upload_audit_report",
    "item of the landscape authority": "verify_company_by_landscape",
}


@contextmanager
def huairou_world(folder: Path) -> Iterator[RouteWorld]:
    """Build the county, play its cases and stay on one afternoon."""
    built.copy_of("county", build, folder)
    engine = engine_at(folder)
    sessions.bind(engine)
    calendar.forget_calendar()
    forget_rules()
    settings = Settings(data_dir=str(folder), secret_key="s" * 64)
    world = RouteWorld(settings, folder / "smallworks.sqlite3", items=tuple(ITEMS))
    world.names_rows = True
    world.words = {"county": HERE, "flow": "comparative_selection", "key": "comparative_selection"}
    _play(City(folder, settings, engine), world)
    with business_clock(fixed(NOW)):
        yield world
    engine.dispose()


def _play(city: City, world: RouteWorld) -> None:
    done = comparing.published(city)
    works = emergencies.in_works(city)
    open_, drafting, own = (_initiated(city, kind) for kind in (ENTRUSTED, ENTRUSTED, SELF))
    open_.announce(AGAIN, CLOSES)
    open_.register(AGAIN + timedelta(hours=1), int(done.winner()[-2:]))
    applicant = _enrol(city)
    places = (drafting, own, works, works, applicant)
    with sessions.unit_of_work() as session:
        for (name, step), story in zip(ITEMS.items(), places, strict=True):
            world.ids[name] = _item(session, story.instance, step)
        world.ids |= _ids(session, done, open_, applicant)
        world.people = _people(session, done)


def _initiated(city: City, management: str) -> Comparing:
    one = comparing.story(city, management)
    one.start(AGAIN)
    one.initiate(AGAIN)
    return one


def _enrol(city: City) -> Applicant:
    """A landscaping enterprise that waits for the landscaping bureau."""
    changed = {
        "name": "怀柔林枫园林有限公司",
        "credit_code": codes.credit_code(codes.COMPANY, codes.HUAIROU, 977),
    }
    one = Applicant(city, place=HERE, username="linfeng", changed=changed)
    one.register(AGAIN)
    one.fill(AGAIN, name=changed["name"], trade="landscaping")
    return one


def _item(session: Session, instance: str, step: str) -> str:
    query = select(WorkItem.id, WorkItem.step).where(
        WorkItem.instance_id == instance, WorkItem.state.in_(OPEN_STATES)
    )
    found = {row.step: row.id for row in session.execute(query)}
    assert step in found, f"{step} does not wait: {sorted(found)}"
    return found[step]


def _ids(
    session: Session, done: Comparing, open_: Comparing, applicant: Applicant
) -> dict[str, str]:
    past, coming = latest(session, done.project), latest(session, open_.project)
    assert past is not None
    assert coming is not None
    of_open = select(Document.id).where(Document.project_id == open_.project)
    return {
        "project open": open_.project,
        "project done": done.project,
        "draw open": coming.id,
        "draw done": past.id,
        "instance": open_.instance,
        "notice": session.scalars(select(Notice.id).order_by(Notice.id)).first() or "",
        "document": session.scalars(of_open.order_by(Document.id)).first() or "x",
        "letter": session.scalars(
            select(Letter.code).where(Letter.project_id == done.project)
        ).first()
        or "x",
        "round": session.scalars(
            select(EnrolmentRound.id).where(EnrolmentRound.instance_id == applicant.instance)
        ).one(),
        "review": session.scalars(select(PerformanceReview.id)).first() or "x",
    }


def _people(session: Session, done: Comparing) -> dict[str, tuple[str, ...]]:
    known = {row.username: row.fs_uniquifier for row in session.scalars(select(Account))}
    numbers = iter(range(700, 900))
    people = {"": ("",)}
    sponsors = {**SPONSORS, "contractor": (done.winner(), "hr.contractor05")}
    for role, (acting, beside) in sponsors.items():
        other = known[beside] if beside else somebody(session, role, HERE, numbers)
        there = somebody(session, role, THERE, numbers)
        people[role] = (known[acting], other, there)
    return people


__all__ = ["huairou_world"]
