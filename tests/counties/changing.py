"""Plays a worked case of a request during the announcement and returns what came of it."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from models.notice import Notice
from models.project_request import ProjectRequest
from models.session import reading
from processes.demo.changes import REFUSAL
from processes.demo.story import Story
from tests.city import FREEZE, SELECTION, City, after

AT = after(days=1)
NEW_FREEZE, NEW_SELECTION = FREEZE + timedelta(days=4), SELECTION + timedelta(days=6)


class Clock:
    """Each act a minute after the one before, so that everything has its order."""

    def __init__(self) -> None:
        self.minutes = 0

    def __call__(self) -> datetime:
        self.minutes += 1
        return AT + timedelta(minutes=self.minutes)


def change_outcome(city: City, given: dict[str, Any]) -> dict[str, Any]:
    """Three joined; one request after another goes its way, then the notice follows if one does."""
    story, now = city.announced(1, 2, 3), Clock()
    for answer in given["requests"]:
        _ask(story, now, answer, given.get("terms", {}))
    if given.get("announced"):
        _announce_again(story, now)
    tickets = city.draw(story).tickets
    with reading() as session:
        notices = select(Notice.kind).where(Notice.published_at.is_not(None))
        states = select(ProjectRequest.state).order_by(ProjectRequest.requested_at)
        return {
            "phase": city.project(story).phase.value,
            "requests": [one.value for one in session.scalars(states)],
            "notices": [
                one.value for one in session.scalars(notices.order_by(Notice.published_at))
            ],
            "next": city.steps(story),
            **({} if tickets is None else {"tickets": tickets}),
        }


def _ask(story: Story, now: Clock, answer: str, terms: dict[str, Any]) -> None:
    kind, _, way = answer.partition(" ")
    if way == "unfilled":
        story.withdraw_change(now(), story.begin_request(now()))
        return
    request = story.request_change(now(), kind, **(terms if kind == "change" else {}))
    if way == "withdrawn":
        story.withdraw_change(now(), request)
        return
    moment = FREEZE + timedelta(seconds=1) if way == "late" else now()
    story.decide_change(moment, request, REFUSAL if way == "refused" else "")
    if answer == "pause approved":
        story.publish_pause(now())
    if answer == "terminate approved":
        story.publish_termination(now())


def _announce_again(story: Story, now: Clock) -> None:
    story.confirm_officer(now())
    story.confirm_monitor(now())
    story.announce(now(), NEW_FREEZE, NEW_SELECTION)
    story.wake(NEW_FREEZE)
