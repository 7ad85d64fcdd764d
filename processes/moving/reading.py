"""What the pages of a move show: versions with running cases, where the cases stand, results."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.flow.case_move import CaseMove, MovedCase, MovedState
from models.flow.definition import BASE, Definition
from models.flow.instance import Instance, InstanceStatus
from models.flow.work_item import OPEN_STATES, WorkItem
from models.project import Project
from processes.moving.acting import MOST_CASES
from processes.moving.case import MOVABLE

MOST_MOVES = 50
NOBODY = "等待到点或消息"


@dataclass(frozen=True)
class Running:
    """A version that cases run on."""

    id: str
    county_code: str
    number: int
    cases: int

    @property
    def is_base(self) -> bool:
        """Whether it is the base's."""
        return self.county_code == BASE


@dataclass(frozen=True)
class CaseLine:
    """One case: which, since when, and at which steps somebody is to act."""

    id: str
    number: str
    county_code: str
    begun_at: datetime
    status: InstanceStatus
    steps: tuple[str, ...]


@dataclass(frozen=True)
class Result:
    """What became, or would become, of one case."""

    line: CaseLine
    state: MovedState
    told: str


def running_on(session: Session, county: str, key: str) -> list[Running]:
    """Return the versions of a flow on which the county's cases run, the newest first."""
    query = (
        select(
            Definition.id,
            Definition.county_code,
            Definition.version,
            func.count(Instance.id).label("cases"),
        )
        .join(Instance, Instance.definition_id == Definition.id)
        .where(Definition.key == key, Instance.status.in_(MOVABLE))
        .group_by(Definition.id, Definition.county_code, Definition.version)
        .order_by(Definition.county_code, Definition.version.desc())
    )
    if county != BASE:
        query = query.where(Instance.county_code == county)
    else:
        query = query.where(Definition.county_code == BASE)
    return [
        Running(row.id, row.county_code, row.version, row.cases) for row in session.execute(query)
    ]


def cases_on(session: Session, county: str, definition_id: str) -> list[CaseLine]:
    """Return the cases that could be moved from a version, the oldest first."""
    query = select(Instance.id).where(
        Instance.definition_id == definition_id, Instance.status.in_(MOVABLE)
    )
    if county != BASE:
        query = query.where(Instance.county_code == county)
    found = session.scalars(query.order_by(Instance.created_at, Instance.id).limit(MOST_CASES))
    return list(lines_of(session, list(found)).values())


def lines_of(session: Session, cases: Sequence[str]) -> dict[str, CaseLine]:
    """Return what is shown of cases, by case, in the order given."""
    query = (
        select(
            Instance.id,
            Instance.county_code,
            Instance.created_at,
            Instance.status,
            Project.number,
        )
        .outerjoin(Project, Project.id == Instance.project_id)
        .where(Instance.id.in_(cases))
    )
    steps = _steps(session, cases)
    rows = {row.id: row for row in session.execute(query)}
    return {
        case: CaseLine(
            case,
            row.number or "",
            row.county_code,
            row.created_at,
            row.status,
            tuple(steps.get(case, ())),
        )
        for case in cases
        if (row := rows.get(case)) is not None
    }


def _steps(session: Session, cases: Collection[str]) -> Mapping[str, list[str]]:
    query = select(WorkItem.instance_id, WorkItem.title).where(
        WorkItem.instance_id.in_(cases), WorkItem.state.in_(OPEN_STATES)
    )
    found: dict[str, list[str]] = {}
    for row in session.execute(query.order_by(WorkItem.opened_at)):
        found.setdefault(row.instance_id, []).append(row.title)
    return found


def where_they_stand(lines: Collection[CaseLine]) -> list[tuple[str, int]]:
    """Return how many cases stand at which step, the most first."""
    counts = Counter(step for line in lines for step in (line.steps or (NOBODY,)))
    return counts.most_common()


def moves_of(session: Session, county: str, key: str) -> list[CaseMove]:
    """Return the last moves of a flow's cases in a county."""
    query = select(CaseMove).where(CaseMove.county_code == county, CaseMove.flow == key)
    return list(session.scalars(query.order_by(CaseMove.created_at.desc()).limit(MOST_MOVES)))


def results_of(session: Session, move_id: str) -> list[Result]:
    """Return what became of each case of a move, those refused first."""
    query = select(MovedCase).where(MovedCase.move_id == move_id).limit(MOST_CASES)
    rows = {row.instance_id: row for row in session.scalars(query)}
    lines = lines_of(session, sorted(rows))
    found = [Result(line, rows[case].state, rows[case].told) for case, line in lines.items()]
    return sorted(found, key=lambda one: (one.state != MovedState.REFUSED, one.line.begun_at))


def counts_of(session: Session, moves: Collection[str]) -> dict[str, dict[MovedState, int]]:
    """Return how many cases of each move are in which state."""
    query = (
        select(MovedCase.move_id, MovedCase.state, func.count().label("cases"))
        .where(MovedCase.move_id.in_(moves))
        .group_by(MovedCase.move_id, MovedCase.state)
    )
    found: dict[str, dict[MovedState, int]] = {}
    for row in session.execute(query):
        found.setdefault(row.move_id, {})[row.state] = row.cases
    return found
