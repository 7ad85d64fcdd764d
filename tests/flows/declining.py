"""A second round after the winner gave the award back, for several tests."""

from datetime import datetime, timedelta

from sqlalchemy import select

from models.identity.account import Account
from models.identity.actor import PLATFORM
from models.project import Project
from models.session import reading, unit_of_work
from processes.demo.story import Story
from processes.engine import ProcessEngine
from tests.city import FREEZE, SELECTION, City

PUBLISHED = SELECTION + timedelta(hours=1)
DECLINED = SELECTION + timedelta(hours=2)
REASON = "项目经理离职，近期无法按要求组织施工，申请放弃本次中选。"
NEXT_FREEZE, NEXT_SELECTION = FREEZE + timedelta(days=7), SELECTION + timedelta(days=7)
NEXT_PUBLISHED = NEXT_SELECTION + timedelta(hours=1)


def winner_of(story: Story) -> int:
    """Return the number of the contractor that won, as its user name has it."""
    with reading() as session:
        winner = session.scalars(select(Project.winner_id).where(Project.id == story.project)).one()
        name = session.scalars(select(Account.username).where(Account.party_id == winner)).first()
    return int(str(name)[-2:])


def give_back(city: City, story: Story, at: datetime = DECLINED) -> None:
    """Let the message of an accepted declaration reach the project's case."""
    with city.player.at(at), unit_of_work() as session:
        engine = ProcessEngine(session, settings=city.settings)
        engine.message(story.instance, "winner_declined", {"reason": REASON}, actor=PLATFORM)


def decide(city: City, story: Story, choice: str, at: datetime = DECLINED) -> None:
    """Let the owner decide what follows."""
    form = {"after_failure": choice, "failure_reason": "原中选企业放弃中选。"}
    with city.player.at(at):
        city.player.complete("dz.owner", story.instance, "decide_after_decline", form)


def announced_again(city: City, story: Story, *contractors: int) -> Story:
    """The redraw announced, these contractors joined."""
    at = DECLINED + timedelta(hours=1)
    story.confirm_officer(at)
    story.confirm_monitor(at)
    story.announce(at, NEXT_FREEZE, NEXT_SELECTION)
    story.join(at + timedelta(days=3), *contractors)
    return story


def published_again(city: City, story: Story, *contractors: int) -> Story:
    """The redraw held and publicised."""
    announced_again(city, story, *contractors)
    story.wake(NEXT_FREEZE)
    story.wake(NEXT_SELECTION)
    story.hold(NEXT_SELECTION)
    story.publish(NEXT_PUBLISHED)
    return story
