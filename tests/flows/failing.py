"""Selections that failed, and what their owners decide, for several tests."""

import json
from datetime import timedelta

from sqlalchemy import select

from models.notice import Notice
from models.selection import envelope, guardians
from models.selection.tables import Interest
from models.session import reading, unit_of_work
from processes.demo.story import Story
from tests.city import FREEZE, SELECTION, City

LATER = SELECTION + timedelta(days=3)
NEXT_FREEZE, NEXT_SELECTION = FREEZE + timedelta(days=7), SELECTION + timedelta(days=7)
REASON = "参与企业不足两家。"
STRANGER = {"org": "91511702MADM9999XX", "blind": "00" * 32, "at": "2026-11-09T10:00:00Z"}


def failed(city: City, *contractors: int) -> Story:
    """A project whose list froze with too few."""
    story = city.announced(*contractors)
    story.wake(FREEZE)
    return story


def decide(story: Story, choice: str) -> None:
    """Let the owner decide what follows."""
    story.decide_after_failure(LATER, choice, REASON)


def announced_again(story: Story, *contractors: int) -> Story:
    """The owner repeats: new people, a new notice, these contractors joined."""
    decide(story, "repeat")
    story.name_people(LATER)
    story.confirm_officer(LATER)
    story.confirm_monitor(LATER)
    story.announce(LATER, NEXT_FREEZE, NEXT_SELECTION)
    story.join(LATER, *contractors)
    return story


def ended(story: Story) -> Story:
    """The owner ends the project and the centre publishes it."""
    decide(story, "terminate")
    story.publish_termination(LATER)
    return story


def seal_strangers(story: Story) -> None:
    """Put envelopes that name no company of the roster in place of the joiners' own."""
    with unit_of_work() as session:
        keepers = guardians.public_guardians(session)
        for row in session.scalars(select(Interest)):
            context = {"project": story.project, "kind": "interest", "holder": row.ticket}
            row.envelope = json.dumps(envelope.seal(context, STRANGER, keepers))


def notices_of(story: Story) -> list[Notice]:
    """Return the project's notices, oldest first."""
    with reading() as session:
        query = select(Notice).where(Notice.project_id == story.project)
        return list(session.scalars(query.order_by(Notice.published_at)))
