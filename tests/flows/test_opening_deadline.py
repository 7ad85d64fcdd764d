"""A selection that is opened on its day is not late, however exactly the clock strikes."""

from datetime import timedelta

from sqlalchemy import select

from models.clock import business_clock, fixed
from models.flow.work_item import WorkItem
from models.session import reading
from processes.reminders import tell_due
from tests.city import SELECTION, City


def test_whoever_opens_at_the_printed_minute_is_reported_to_nobody(city: City) -> None:
    story = city.frozen(1, 2, 3)
    with business_clock(fixed(SELECTION)):
        tell_due()
    story.hold(SELECTION)
    with reading() as session:
        items = select(WorkItem).where(WorkItem.step.in_(("open_draw", "confirm_opening")))
        found = [(one.due_at, one.escalated_at) for one in session.scalars(items)]
    closing = SELECTION.replace(hour=17, minute=30)
    assert found == [(closing, None), (closing, None)]


def test_whoever_lets_the_day_pass_is_reported(city: City) -> None:
    story = city.frozen(1, 2, 3)
    with business_clock(fixed(SELECTION + timedelta(hours=3))):
        tell_due()  # reminds
        tell_due()  # reports
    with reading() as session:
        item = session.scalars(select(WorkItem).where(WorkItem.step == "open_draw")).one()
    assert item.instance_id == story.instance
    assert item.escalated_at is not None
