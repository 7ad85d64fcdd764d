"""Xiangxi, a county of rules, texts and one changed diagram: its projects end with a visit."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import CHINA
from models.identity.account import Grant
from models.identity.party import PartyRole
from models.ids import new_id
from models.roster.entry import Qualification, RosterEntry
from models.session import unit_of_work
from processes.demo.player import Player
from processes.demo.projects import FINISHED
from processes.demo.story import Story
from tests.city import FREEZE, MORNING, SELECTION, City, after

PUBLICITY_OVER = datetime(2026, 11, 18, 17, 31, tzinfo=CHINA)
"""Published on Friday the 13th for three working days."""
SIGNED = datetime(2026, 11, 19, 10, 0, tzinfo=CHINA)
WORKS_OVER = datetime(2026, 11, 27, 10, 0, tzinfo=CHINA)
VISIT = {"visit_way": "telephone", "visit_rating": "satisfied", "visit_opinion": "无"}
COLUMNS = ("scheme", "category", "level", "level_name", "certificate", "valid_from", "valid_until")


def admit(session: Session, county: str) -> None:
    """Let everybody of Dazhou play the same parts in another county."""
    for grant in session.scalars(select(Grant).where(Grant.county_code == "dazhou")).all():
        session.add(Grant(account_id=grant.account_id, role=grant.role, county_code=county))
    for role in session.scalars(select(PartyRole).where(PartyRole.county_code == "dazhou")).all():
        session.add(PartyRole(party_id=role.party_id, role=role.role, county_code=county))
    entries = select(RosterEntry).where(RosterEntry.county_code == "dazhou")
    for entry in session.scalars(entries).all():
        _enter(session, entry, county)


def _enter(session: Session, entry: RosterEntry, county: str) -> None:
    copy = RosterEntry(id=new_id(), party_id=entry.party_id, county_code=county, kind=entry.kind)
    copy.status, copy.entered_on = entry.status, entry.entered_on
    session.add(copy)
    session.flush()
    for one in entry.qualifications:
        facts = {name: getattr(one, name) for name in COLUMNS}
        session.add(Qualification(entry_id=copy.id, **facts))


def evaluated(city: City, county: str) -> Story:
    """A project of the random selection, up to its evaluation by the owner."""
    with unit_of_work() as session:
        admit(session, county)
    story = Story(Player(city.settings, county), FINISHED)
    story.prepare(MORNING)
    story.announce(after(hours=1), FREEZE, SELECTION)
    story.join(after(hours=6), 1, 2, 3)
    story.wake(FREEZE + timedelta(minutes=3))
    story.wake(SELECTION)
    story.hold(SELECTION + timedelta(minutes=5))
    story.publish(SELECTION + timedelta(hours=1))
    story.wake(PUBLICITY_OVER)
    story.sign_contract(SIGNED)
    story.wake(WORKS_OVER - timedelta(hours=1))
    story.complete_works(WORKS_OVER)
    story.evaluate(WORKS_OVER)
    return story


def visit(story: Story) -> None:
    """Visit as the centre; the case is over."""
    with story.player.at(WORKS_OVER):
        story.player.complete("dz.centre", story.instance, "register_visit", VISIT)
