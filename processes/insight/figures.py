"""Figures of each step, each from an index alone: what waits now, what was done in the period."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, case, cast, func, literal_column, select
from sqlalchemy.orm import Session

from models.clock import business_now
from models.flow.definition import Definition
from models.flow.instance import Instance
from models.flow.work_item import WorkItem
from processes.insight.scope import Scope

MINUTE = 60
Lengths = list[tuple[int, int]]
"""Minutes and how many items took so long."""


class Spot(NamedTuple):
    """An element, and the flow whose diagram holds it; empty where nobody noted that."""

    part: str
    step: str


@dataclass(frozen=True)
class StepFigures:
    """One step: what waits there now, and what was done there in the period."""

    spot: Spot
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
    def step(self) -> str:
        """The element's id."""
        return self.spot.step

    @property
    def returns(self) -> int:
        """How many times a case came here again in the period."""
        return self.done - self.cases


def figures(session: Session, scope: Scope) -> dict[Spot, StepFigures]:
    """Return the figures of every step that anything waits at or was done at."""
    lengths = _lengths(session, scope)
    found = {
        Spot(row.part, row.step): _done(row, lengths[row.part, row.step])
        for row in session.execute(_done_query(scope))
    }
    for row in session.execute(_waiting_query(scope)):
        spot = Spot(row.part, row.step)
        known = found.get(spot, StepFigures(spot))
        found[spot] = replace(
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


def _done(row: Any, lengths: Lengths) -> StepFigures:  # noqa: ANN401 - a row of the query below
    return StepFigures(
        Spot(row.part, row.step),
        done=row.done,
        cases=row.cases,
        late=row.late or 0,
        median=_at(lengths, (row.done + 1) // 2),
        most=_at(lengths, (9 * row.done + 9) // 10),
    )


def _at(lengths: Lengths, place: int) -> float:
    """Return how long the item in this place took, the quickest being the first."""
    for minutes, count in lengths:
        place -= count
        if place <= 0:
            return float(minutes * MINUTE)
    return 0.0


def _lengths(session: Session, scope: Scope) -> dict[tuple[str, str], Lengths]:
    """Return of each step how many items took how many minutes, the quickest first.

    Counting whole minutes costs half of sorting the items themselves.
    """
    minutes = _minutes(session)
    query = (
        select(WorkItem.part, WorkItem.step, minutes.label("minutes"), func.count().label("items"))
        .where(scope.done_in())
        .group_by(WorkItem.part, WorkItem.step, minutes)
        .order_by(WorkItem.part, WorkItem.step, minutes)
    )
    found: dict[tuple[str, str], Lengths] = {}
    for part, step, length, items in session.execute(query):
        found.setdefault((part, step), []).append((int(length), items))
    return found


def _done_query(scope: Scope) -> Any:  # noqa: ANN401 - a select of many columns
    late = case((WorkItem.done_at > WorkItem.due_at, 1), else_=0)
    return (
        select(
            WorkItem.part,
            WorkItem.step,
            func.count().label("done"),
            func.count(WorkItem.instance_id.distinct()).label("cases"),
            func.sum(late).label("late"),
        )
        .where(scope.done_in())
        .group_by(WorkItem.part, WorkItem.step)
    )


def _waiting_query(scope: Scope) -> Any:  # noqa: ANN401 - a select of many columns
    late = case((WorkItem.due_at < business_now(), 1), else_=0)
    return (
        select(
            WorkItem.part,
            WorkItem.step,
            func.count().label("waiting"),
            func.sum(late).label("late"),
            func.min(WorkItem.opened_at).label("oldest"),
        )
        .where(scope.open_now())
        .group_by(WorkItem.part, WorkItem.step)
    )


def _minutes(session: Session) -> ColumnElement[Any]:
    """Return how long an item was open: SQLite counts in days, PostgreSQL in seconds."""
    if session.get_bind().dialect.name == "sqlite":
        opened, done = func.julianday(WorkItem.opened_at), func.julianday(WorkItem.done_at)
        # days are fractions that lose some microseconds: five hours must not be 299 minutes
        return cast((done - opened) * literal_column("1440.0") + literal_column("0.01"), Integer)
    length = func.extract("epoch", WorkItem.done_at - WorkItem.opened_at)
    return func.floor(length / literal_column("60"))


def total(found: Mapping[Spot, StepFigures]) -> StepFigures:
    """Return the sums over all steps, without medians."""
    each = found.values()
    oldest = min((one.oldest for one in each if one.oldest is not None), default=None)
    return StepFigures(
        Spot("", ""),
        waiting=sum(one.waiting for one in each),
        waiting_late=sum(one.waiting_late for one in each),
        oldest=oldest,
        done=sum(one.done for one in each),
        cases=sum(one.cases for one in each),
        late=sum(one.late for one in each),
    )
