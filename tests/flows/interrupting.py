"""Plays what interrupts a selection: outages that the platform found, and approvals to cancel."""

from datetime import datetime

from models.identity.actor import PLATFORM
from models.outage import Outage, OutageSource
from models.session import unit_of_work
from processes.demo.story import CENTRE, Story
from processes.engine import ProcessEngine
from tests.city import City

REASON = "施工范围有重大调整，原名单已不适用，申请取消本次选取。"


def interrupt(city: City, story: Story, began: datetime, recovered: datetime) -> str:
    """Tell the case of an outage, as the worker does when it is back; return the outage's id."""
    with city.player.at(recovered), unit_of_work() as session:
        row = Outage(found_by=OutageSource.PLATFORM, began_at=began, recovered_at=recovered)
        row.cause, row.draws, row.recorded_at = "线路检修停电", [city.draw(story).id], recovered
        session.add(row)
        session.flush()
        tell(city, story, "selection_interrupted", {"outage": row.id}, session=session)
        return row.id


def tell(city, story, message, payload, *, session=None):
    """Hand a message to a story's case."""
    if session is None:
        with unit_of_work() as fresh:
            return tell(city, story, message, payload, session=fresh)
    engine = ProcessEngine(session, settings=city.settings)
    return engine.message(story.instance, message, payload, actor=PLATFORM)


def cancel(city: City, story: Story, at: datetime) -> None:
    """Tell the case that the leader approved the cancelling."""
    with city.player.at(at):
        tell(city, story, "cancel_approved", {"reason": REASON})


def set_new_time(city: City, story: Story, at: datetime, to: datetime, remark: str = "") -> None:
    """Let the centre put the selection off."""
    form = {"new_selection_at": to.replace(tzinfo=None).isoformat(timespec="minutes")}
    with city.player.at(at):
        given = form | ({"postponement_remark": remark} if remark else {})
        city.player.complete(CENTRE, story.instance, "set_new_time", given)
