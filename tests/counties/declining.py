"""Plays a worked case of a failed selection or a declined award and returns what came of it."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from models.notice import Notice
from models.project_request import ProjectRequest
from models.session import reading
from processes.demo.story import Story
from tests.city import FREEZE, City
from tests.flows.declining import PUBLISHED, announced_again, published_again, winner_of

AT = PUBLISHED + timedelta(minutes=30)
LATE = AT + timedelta(days=30)
AWARDED = AT + timedelta(days=4)
LACKING = "放弃中选函没有加盖单位公章，请盖章后重新上传。"


def failure_outcome(city: City, given: dict[str, Any]) -> dict[str, Any]:
    """Too few joined, and the owner decides."""
    story = city.announced(*range(1, given["tickets"] + 1))
    story.wake(FREEZE)
    story.decide_after_failure(AT, given["decide"], "参与企业不足两家。")
    return _ending(city, story, given["decide"])


def decline_outcome(city: City, given: dict[str, Any]) -> dict[str, Any]:
    """A winner declares, the centre answers each time, the owner decides, it is drawn again."""
    story = city.published(1, 2, 3)
    winner = winner_of(story)
    if given.get("late"):
        _accepted_too_late(story)
    elif given.get("awarded"):
        story.wake(AWARDED)
        story.decline(AWARDED, story.winner())
    else:
        story.begin_decline(AT, story.winner())
        for answer in given["reviews"]:
            _answered(story, answer)
    if decide := given.get("decide"):
        story.decide_after_decline(AT, decide)
    if given.get("joins"):
        wanted = [one for one in (1, 2, 3) if one != winner][: given["joins"]]
        run = published_again if given["joins"] > 1 else announced_again
        run(city, story, *wanted)
    return _ending(city, story, given.get("decide", "")) | {"request": _request(story)}


def _accepted_too_late(story: Story) -> None:
    at = AT + timedelta(days=4)
    story.wake(at)
    story.begin_decline(at, story.winner())
    story.declare_decline(at, story.winner())
    story.sign_contract(at + timedelta(days=1))
    story.wake(LATE)
    story.review_decline(LATE)


def _answered(story: Story, answer: str) -> None:
    who = story.winner()
    if answer == "kept":
        story.keep_award(AT, who)
        return
    story.declare_decline(AT, who)
    if answer == "withdrawn":
        with story.player.at(AT):
            story.player.take_back(who, story.decline_case)
    elif answer == "accepted":
        story.review_decline(AT)
    else:
        story.return_decline(AT, LACKING)


def _ending(city: City, story: Story, decide: str) -> dict[str, Any]:
    if decide == "terminate":
        story.publish_termination(AT)
    with reading() as session:
        query = select(Notice.kind).where(Notice.project_id == story.project)
        notices = [kind.value for kind in session.scalars(query.order_by(Notice.published_at))]
    return {
        "phase": city.project(story).phase.value,
        "round": city.draw(story).round + 1,
        "next": city.steps(story),
        "notices": notices,
    }


def _request(story: Story) -> str:
    with reading() as session:
        query = select(ProjectRequest.state).where(ProjectRequest.instance_id == story.decline_case)
        return session.scalars(query).one().value
