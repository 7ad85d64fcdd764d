"""What is owed about a step's deadline: when its people are reminded, who is told when it is late.

Both stand in the diagram: ``remind`` names a rule of working days before ``due``, ``escalate`` the
title of a role. Both become columns of the work item when it opens.
"""

from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.orm import Session

from models.calendar import CalendarYearMissingError, load_calendar
from models.flow.deadlines import reminder
from models.flow.instance import Instance
from models.flow.rules import load_rules
from models.identity.actor import PLATFORM
from models.ledger.log import record
from processes import definitions
from processes.properties import properties_of
from processes.runtime import OpenTask

log = structlog.get_logger(__name__)

UNPLANNED = "work_item:reminder_unplanned"


def columns(
    session: Session, task: OpenTask, instance: Instance, due: datetime | None, now: datetime
) -> dict[str, Any]:
    """Return the columns of a new work item that say what is owed about its deadline."""
    given = properties_of(task.extensions)
    title = given.get("escalate", "").strip()
    role = definitions.pinned(session, task.flow).lanes.get(title, "") if title and due else ""
    key = given.get("remind", "").strip()
    remind_at = _remind_at(session, task, instance, key, due, now) if key and due else None
    return {
        "remind_at": remind_at,
        "escalate_role": role,
        "owed_at": remind_at or (due if role else None),
        "reminded_at": None,
        "escalated_at": None,
        "escalated_to": None,
    }


def _remind_at(
    session: Session,
    task: OpenTask,
    instance: Instance,
    key: str,
    due: datetime,
    now: datetime,
) -> datetime | None:
    rules = load_rules(session, instance.county_code, instance.rules_on)
    try:
        # a step so short that its reminder would lie behind it is reminded as it opens
        return max(now, reminder(rules, load_calendar(session), key, due))
    except CalendarYearMissingError as missing:
        # the step itself must not fail for it; the report when it is late needs no calendar
        log.warning("reminder_unplanned", case=instance.id, step=task.element, reason=missing.text)
        after = {"step": task.element, "reason": missing.text}
        record(session, PLATFORM, UNPLANNED, instance.id, at=now, after=after)
        return None
