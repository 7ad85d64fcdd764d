"""Plays the worked cases of outages and of cancelling after the freeze."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.clock import CHINA
from models.notice import Notice
from models.project_request import ProjectRequest
from models.selection import local_guardians
from models.selection.filed_results import FiledResult
from models.selection.tables import Draw, DrawState
from models.session import reading, unit_of_work
from processes.demo.story import CENTRE, Story
from tests.city import FREEZE, SELECTION, City
from tests.flows.interrupting import interrupt
from tests.seeding import rows

BEFORE = SELECTION - timedelta(hours=2)


def outage_outcome(city: City, given: Mapping[str, Any]) -> dict[str, Any]:
    """An outage found by the platform or reported by staff, and the new time."""
    story = city.frozen(1, 2, 3)
    began, back = _moment(given["began"]), _moment(given["recovered"])
    if given["found_by"] == "platform":
        interrupt(city, story, began, back)
    else:
        _report(city, story, began, back, given.get("when"))
    if "to" in given:
        to = _moment(given["to"])
        story.set_new_time(back, to)
        story.wake(to)
    at = city.draw(story).opens_at
    return {
        "selection_at": at.replace(tzinfo=None) if at else None,
        "notices": _notices(),
        "next": city.steps(story),
        "request": _request(),
    }


def _report(city: City, story: Story, began: datetime, back: datetime, when: str | None) -> None:
    with city.player.at(back):
        report = city.player.start(CENTRE, "outage_report", about=story.instance)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(city.player.__class__, "deliver_messages", lambda _: None)
            story.fill_report(back, report, began, back)
        if when == "opening":
            _open(city, story)
        city.player.deliver_messages()


def cancellation_outcome(city: City, given: Mapping[str, Any]) -> dict[str, Any]:
    """A request to cancel, decided before the selection time or while the draw opens."""
    story = city.announced(1, 2, 3)
    story.wake(FREEZE)
    request = story.ask_to_cancel(BEFORE)
    if given["when"] == "opening":
        story.wake(SELECTION)
        _open(city, story)
    at = BEFORE if given["when"] == "frozen" else SELECTION
    story.decide_cancelling(at, request, approved=given["decision"] == "approved")
    if given.get("silent"):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(local_guardians, "answer", lambda _keys, _sealed: [])
            story.wake(SELECTION)
        assert rows(FiledResult) == []
    story.wake(SELECTION + timedelta(minutes=1))
    return {
        "draw": city.draw(story).state.value,
        "project": city.project(story).phase.value,
        "filed": len(rows(FiledResult)),
        "request": _request(),
        "next": city.steps(story),
    }


def _open(city: City, story: Story) -> None:
    with unit_of_work() as session:
        session.get_one(Draw, city.draw(story).id).state = DrawState.OPENING


def _moment(written: datetime) -> datetime:
    return written.replace(tzinfo=CHINA)


def _notices() -> list[str]:
    query = select(Notice.kind).where(Notice.published_at.is_not(None))
    with reading() as session:
        return [kind.value for kind in session.scalars(query.order_by(Notice.published_at))]


def _request() -> str:
    return next((row.state.value for row in rows(ProjectRequest)), "")


INTERRUPTING = {
    "postponement": outage_outcome,
    "outage_report": outage_outcome,
    "cancellation_request": cancellation_outcome,
    "cancelled_selection": cancellation_outcome,
}
