"""Which open item a case waits at, for lists of things that cases are about."""

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.flow.work_item import OPEN_STATES, WorkItem


def open_items(session: Session, cases: Collection[str]) -> Mapping[str, str]:
    """Return the open work item of each case that has one, by the case: one statement."""
    query = select(WorkItem.instance_id, WorkItem.id).where(
        WorkItem.instance_id.in_(cases), WorkItem.state.in_(OPEN_STATES)
    )
    return {row.instance_id: row.id for row in session.execute(query)} if cases else {}
