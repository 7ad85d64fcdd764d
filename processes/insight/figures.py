"""Figures of each step, each from an index alone: what waits now, what was done in the period."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from models.clock import business_now
from models.flow.definition import Definition
from models.flow.instance import Instance
from models.flow.work_item import WorkItem
from processes.insight.scope import Scope

DAY = 86_400


@dataclass(frozen=True)
class StepFigures:
    """One step: what waits there now, and what was done there in the period."""

    step: str
    waiting: int = 0
    waiting_late: int = 0
    oldest: datetime | None = None
    done: int = 0
    cases: int = 0
    late: int = 0
    median: float | None = None
    """Seconds from arriving to done, of half of the items; ``most`` of nine in ten."""
    most: float | None = None

    @property
    def returns(self) -> int:
        """How many times a case came here again in the period."""
        return self.done - self.cases


def figures(session: Session, scope: Scope) -> dict[str, StepFigures]:
    """Return the figures of every step that anything waits at or was done at."""
    found = {row.step: _done(row) for row in session.execute(_done_query(session, scope))}
    for row in session.execute(_waiting_query(scope)):
        known = found.get(row.step, StepFigures(row.step))
        found[row.step] = replace(
            known, waiting=row.waiting, waiting_late=row.late or 0, oldest=row.oldest
        )
    return found


def begun(session: Session, scope: Scope) -> int:
    """Return how many cases of the flow began in the period."""
    versions = select(Definition.id).where(Definition.key == scope.flow)
    query = select(func.count()).where(
        Instance.county_code.in_(scope.counties),
        Instance.created_at >= scope.begins,
        Instance.created_at < scope.ends,
        Instance.definition_id.in_(versions),
    )
    return session.scalar(query) or 0


def _done(row: Any) -> StepFigures:  # noqa: ANN401 - a row of the query below
    return StepFigures(
        row.step,
        done=row.done,
        cases=row.cases,
        late=row.late or 0,
        median=float(row.median),
        most=float(row.most),
    )


def _done_query(session: Session, scope: Scope) -> Any:  # noqa: ANN401 - a select of many columns
    seconds = _seconds(session)
    late = case((WorkItem.done_at > WorkItem.due_at, 1), else_=0)
    items = (
        select(
            WorkItem.step.label("step"),
            WorkItem.instance_id.label("instance"),
            seconds.label("seconds"),
            late.label("late"),
            func.row_number().over(partition_by=WorkItem.step, order_by=seconds).label("place"),
            func.count().over(partition_by=WorkItem.step).label("of"),
        )
        .where(scope.done_in())
        .subquery()
    )
    at = items.c
    half, nine = (at.of + 1) // 2, (9 * at.of + 9) // 10
    return select(
        at.step,
        func.count().label("done"),
        func.count(at.instance.distinct()).label("cases"),
        func.sum(at.late).label("late"),
        func.max(case((at.place == half, at.seconds))).label("median"),
        func.max(case((at.place == nine, at.seconds))).label("most"),
    ).group_by(at.step)


def _waiting_query(scope: Scope) -> Any:  # noqa: ANN401 - a select of many columns
    late = case((WorkItem.due_at < business_now(), 1), else_=0)
    return (
        select(
            WorkItem.step,
            func.count().label("waiting"),
            func.sum(late).label("late"),
            func.min(WorkItem.opened_at).label("oldest"),
        )
        .where(scope.open_now())
        .group_by(WorkItem.step)
    )


def _seconds(session: Session) -> ColumnElement[Any]:
    """Return how long an item was open: SQLite counts in days, PostgreSQL in seconds."""
    if session.get_bind().dialect.name == "sqlite":
        opened, done = func.julianday(WorkItem.opened_at), func.julianday(WorkItem.done_at)
        return (done - opened) * DAY
    return func.extract("epoch", WorkItem.done_at - WorkItem.opened_at)


def total(found: Mapping[str, StepFigures]) -> StepFigures:
    """Return the sums over all steps, without medians."""
    each = found.values()
    oldest = min((one.oldest for one in each if one.oldest is not None), default=None)
    return StepFigures(
        "",
        waiting=sum(one.waiting for one in each),
        waiting_late=sum(one.waiting_late for one in each),
        oldest=oldest,
        done=sum(one.done for one in each),
        cases=sum(one.cases for one in each),
        late=sum(one.late for one in each),
    )
