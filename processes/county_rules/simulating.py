"""What a new value of a rule would change: deadlines of running cases, and of a case to come.

A case keeps the rules of the day it began. So running cases are shown as they would be, and which
of them really change: only those that began on or after the day from which the new value holds.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from models.calendar import Calendar, WorkCalendar
from models.clock import CHINA
from models.flow.deadlines import PERIOD, end_of_period
from models.flow.instance import Instance, InstanceStatus
from models.flow.rules import CountyRules
from models.flow.work_item import OPEN_STATES, WorkItem
from models.project import Project
from processes.county_rules.dating import Case, Dating
from processes.county_rules.uses import DUE, REMIND, Use

MOST = 5000
NOTICE, SELECTION = "notice", "selection"
"""A notice that runs and the time of a selection, where others are steps and timers."""
MORNING = time(9)


@dataclass(frozen=True)
class Affected:
    """A deadline, a reminder or a timer of a running case that hangs on the rule."""

    case: str
    project: str
    step: str
    flow: str
    kind: str
    opened_at: datetime
    rules_on: date
    before: datetime | None
    after: datetime | None
    trouble: str = ""
    is_real: bool = False
    """Whether the case began under the new value; the others keep what they have."""

    @property
    def shift(self) -> int:
        """Whether it would come later (1), earlier (-1) or as before."""
        if self.after is None or self.before is None:
            return 0
        return (self.after > self.before) - (self.after < self.before)


@dataclass(frozen=True)
class Day:
    """One day of the example for a case to come."""

    on: date
    is_workday: bool
    name: str
    before: int
    after: int
    """Which working day it is under either value; 0 when it does not count."""


@dataclass(frozen=True)
class Example:
    """A deadline counted day by day under the present and under the new value."""

    start: date
    days: Sequence[Day]
    before: datetime
    after: datetime
    note: str


def affected(
    dating: Dating, counties: Collection[str], uses: Sequence[Use]
) -> tuple[list[Affected], bool]:
    """Return the open steps that hang on a rule, nearest deadline first, and whether more do."""
    wanted = [use for use in uses if use.kind in (DUE, REMIND)]
    if not wanted:
        return [], False
    rows = dating.session.execute(_open_steps(counties, wanted).limit(MOST + 1)).all()
    by_place: dict[tuple[str, str], list[Use]] = {}
    for use in wanted:
        by_place.setdefault((use.flow, use.element), []).append(use)
    found = [
        line
        for row in rows[:MOST]
        for use in by_place.get((row.WorkItem.part or row.WorkItem.flow, row.WorkItem.step), ())
        for line in _step(dating, use, row)
    ]
    return found, len(rows) > MOST


def example(
    session: Session,
    rules: CountyRules,
    key: str,
    new: int,
    start: date,
    calendar: Calendar,
) -> Example:
    """Return a case that comes in the morning of ``start``, counted under both values."""
    now = datetime.combine(start, MORNING, tzinfo=CHINA)
    old = int(rules[key])
    before = end_of_period(rules, calendar, old, now)
    after = end_of_period(rules, calendar, new, now)
    last = max(before, after).date()
    days = _days(session, calendar, start, last, (before.date(), after.date()))
    return Example(start, list(days), before, after, calendar.note_on(before, after))


def _open_steps(counties: Collection[str], uses: Sequence[Use]) -> Select[WorkItem, Instance, str]:
    steps: list[ColumnElement[bool]] = [
        and_(
            or_(WorkItem.part == use.flow, and_(WorkItem.part == "", WorkItem.flow == use.flow)),
            WorkItem.step == use.element,
        )
        for use in uses
    ]
    return (
        select(WorkItem, Instance, Project.title)
        .join(Instance, Instance.id == WorkItem.instance_id)
        .outerjoin(Project, Project.id == WorkItem.project_id)
        .where(
            WorkItem.county_code.in_(counties),
            WorkItem.state.in_(OPEN_STATES),
            WorkItem.due_at.is_not(None),
            Instance.status.in_((InstanceStatus.RUNNING, InstanceStatus.SUSPENDED)),
            or_(*steps),
        )
        .order_by(WorkItem.ordered_at, WorkItem.id)
    )


def _step(dating: Dating, use: Use, row: Any) -> Iterator[Affected]:  # noqa: ANN401 - a row of the query
    item, instance = row.WorkItem, row.Instance
    case = Case(dating, instance.id, item.task_id, item.county_code, instance.rules_on)
    line = Affected(
        case=instance.id,
        project=row.title or "",
        step=item.title,
        flow=item.flow,
        kind=use.kind,
        opened_at=item.opened_at,
        rules_on=instance.rules_on,
        before=item.due_at,
        after=None,
        is_real=instance.rules_on >= dating.new.from_on,
    )
    if use.kind == REMIND:
        yield _reminded(dating, line, use.rule, item, item.due_at, case)
        return
    after, trouble = dating.expression(use.text, item.opened_at, case)
    yield replace(line, after=after, trouble=trouble)
    if use.remind and use.remind != use.rule and item.remind_at and after:
        yield _reminded(dating, line, use.remind, item, after, case)


def _reminded(
    dating: Dating, line: Affected, rule: str, item: WorkItem, due: datetime, case: Case
) -> Affected:
    after, trouble = dating.reminder(rule, due, case)
    # a step so short that its reminder would lie behind it is reminded as it opens
    moment = max(item.opened_at, after) if after else None
    return replace(line, kind=REMIND, before=item.remind_at, after=moment, trouble=trouble)


def _days(
    session: Session, calendar: Calendar, start: date, last: date, ends: tuple[date, date]
) -> Iterator[Day]:
    query = select(WorkCalendar.day, WorkCalendar.name).where(
        WorkCalendar.day.between(start, last), WorkCalendar.name != ""
    )
    names = {row.day: row.name for row in session.execute(query)}
    count = 0
    for offset in range((last - start).days + 1):
        on = start + timedelta(days=offset)
        worked = calendar.is_workday(on)
        count += worked and on > start
        counted = count if worked and on > start else 0
        yield Day(on, worked, names.get(on, ""), *(counted if on <= end else 0 for end in ends))


def counts_days(unit: str) -> bool:
    """Return whether a rule's values are counted on the calendar."""
    return unit == PERIOD
