"""Plays the worked cases of the selection itself and of enquiries."""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from models.enquiry import Enquiry
from models.flow.job import OutboundMessage
from models.selection import envelope, guardians
from models.selection.tables import Interest
from models.session import reading, unit_of_work
from processes.demo.enrolments import ANSWER, ASKED
from processes.demo.story import CENTRE, Story
from tests.city import FREEZE, MORNING, SELECTION, City, after

FITTING = (1, 2, 3, 4, 5, 6, 7, 8, 10)
EARLIER = {"freeze_at": "2026-11-11T17:30", "selection_at": "2026-11-12T10:00"}


def selection_outcome(city: City, given: Mapping[str, Any]) -> dict[str, Any]:
    """So many joined; the list froze, the moment came, and what was given happened."""
    acts = given.get("acts", [])
    story = city.story()
    story.prepare(MORNING)
    if "revised" in acts:
        _revise(city, story)
    story.announce(after(hours=1), FREEZE, SELECTION)
    story.join(after(hours=6), *FITTING[: given["tickets"]])
    story.wake(FREEZE)
    story.wake(SELECTION)
    for act in acts:
        ACTS[act](city, story)
    return {"draw": city.draw(story).state.value, "next": city.steps(story)}


def _revise(city: City, story: Story) -> None:
    with city.player.at(MORNING):
        city.player.complete(CENTRE, story.instance, "draft_notice", EARLIER)
        revise = {"notice_decision": "revise"}
        city.player.complete(CENTRE, story.instance, "publish_notice", revise)


def _guardians_answer_late(city: City, story: Story) -> None:
    _answering("centre")
    story.hold(SELECTION)
    story.wake(SELECTION + timedelta(minutes=2))
    assert city.steps(story) == []
    _answering()
    story.wake(SELECTION + timedelta(minutes=4))


def _answering(*names: str) -> None:
    with unit_of_work() as session:
        for one in session.scalars(select(guardians.Guardian)):
            one.is_local = not names or one.name in names


def _unreadable(_: City, story: Story) -> None:
    with unit_of_work() as session:
        keepers = guardians.public_guardians(session)
        for row in session.scalars(select(Interest)):
            context = {"project": story.project, "kind": "interest", "holder": row.ticket}
            value = {"org": "91511702MADM9999XX", "blind": "00" * 32, "at": "2026-11-09T10:00:00Z"}
            row.envelope = json.dumps(envelope.seal(context, value, keepers))
    story.hold(SELECTION)


def _interrupted_then_cancelled(_: City, story: Story) -> None:
    back = SELECTION + timedelta(minutes=20)
    story.report_outage(back, SELECTION - timedelta(minutes=20), back)
    story.cancel_selection(back + timedelta(minutes=10))
    story.wake(back + timedelta(minutes=20))


ACTS: Mapping[str, Callable[[City, Story], None]] = {
    "revised": lambda _city, _story: None,
    "guardians_answer_late": _guardians_answer_late,
    "unreadable": _unreadable,
    "interrupted_then_cancelled": _interrupted_then_cancelled,
}


def enquiry_outcome(city: City, given: Mapping[str, Any]) -> dict[str, Any]:
    """An enquiry is registered and, unless left lying, answered with what is lacking."""
    asker = {**ASKED["asker"], "telephone": given.get("telephone", "")}
    with city.player.at(MORNING):
        case = city.player.start(CENTRE, "enquiry")
        city.player.complete(CENTRE, case, "record_enquiry", {**ASKED, "asker": asker})
        if given["answered"]:
            city.player.complete(CENTRE, case, "answer_enquiry", ANSWER)
    with reading() as session:
        row = session.scalars(select(Enquiry)).one()
        sent = list(session.scalars(select(OutboundMessage.template)))
        return {"number": row.number, "answered": row.answered_at is not None, "messages": sent}


SELECTING = {"random_selection": selection_outcome, "enquiry": enquiry_outcome}
