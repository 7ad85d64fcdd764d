"""What a new value of a rule would change: deadlines of running cases, and of a case to come.

A case keeps the rules of the day it began. So running cases are shown as they would be, and which
of them really change: only those that began on or after the day from which the new value holds.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from models.calendar import Calendar, CalendarYearMissingError, WorkCalendar
from models.clock import CHINA
from models.flow.deadlines import PERIOD, end_of_period, reminder
from models.flow.instance import Instance, InstanceStatus
from models.flow.rules import CountyRules, Rule, load_rules
from models.flow.work_item import OPEN_STATES, WorkItem
from models.project import Project
from processes.county_rules.uses import DUE, REMIND, Use
from processes.packs.rules import Value

MOST = 200
NOTICE = "notice"
"""A notice that runs, where others are steps."""
MORNING = time(9)


@dataclass(frozen=True)
class Affected:
    """An open step of a running case whose deadline or reminder hangs on the rule."""

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
    session: Session,
    counties: Collection[str],
    uses: Sequence[Use],
    new: Value,
    calendar: Calendar,
) -> tuple[list[Affected], bool]:
    """Return the open steps that hang on a rule, nearest deadline first, and whether more do."""
    wanted = [use for use in uses if use.kind in (DUE, REMIND)]
    if not wanted:
        return [], False
    kinds = {(use.flow, use.element): use for use in wanted}
    rows = session.execute(_open_steps(counties, wanted).limit(MOST + 1)).all()
    found = [
        _step(
            kinds[row.WorkItem.flow, row.WorkItem.step],
            row,
            load_rules(session, row.WorkItem.county_code, row.Instance.rules_on),
            new,
            calendar,
        )
        for row in rows[:MOST]
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
        and_(WorkItem.flow == use.flow, WorkItem.step == use.element) for use in uses
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


def _step(use: Use, row: Any, rules: CountyRules, new: Value, calendar: Calendar) -> Affected:  # noqa: ANN401 - a row of the query
    item, instance = row.WorkItem, row.Instance
    before = item.due_at if use.kind == DUE else item.remind_at
    after, trouble = None, ""
    try:
        after = _after(rules, use, item, int(new.value), calendar)
    except CalendarYearMissingError as error:
        trouble = error.text
    return Affected(
        project=row.title or "",
        step=item.title,
        flow=item.flow,
        kind=use.kind,
        opened_at=item.opened_at,
        rules_on=instance.rules_on,
        before=before,
        after=after,
        trouble=trouble,
        is_real=instance.rules_on >= new.from_on,
    )


def _after(
    rules: CountyRules,
    use: Use,
    item: WorkItem,
    value: int,
    calendar: Calendar,
) -> datetime | None:
    if use.kind == DUE:
        return end_of_period(rules, calendar, value, item.opened_at.astimezone(CHINA))
    if item.due_at is None:
        return None
    return reminder(with_value(rules, use.rule, value), calendar, use.rule, item.due_at)


def with_value(rules: CountyRules, key: str, value: Any) -> CountyRules:  # noqa: ANN401
    """Return the rules as they would be with another value of one."""
    changed: Mapping[str, Rule] = {**rules.rules, key: replace(rules.rule(key), value=value)}
    return CountyRules(rules.county, rules.on, MappingProxyType(changed))


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
