"""Where cases wait now for something else than a person, from one index alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from models.clock import business_now
from models.flow.instance import CaseWait, WaitKind
from processes.insight.figures import Spot
from processes.insight.scope import Scope

KIND_WORDS: Mapping[WaitKind, str] = {
    WaitKind.TIMER: "等到点",
    WaitKind.MESSAGE: "等消息",
    WaitKind.FIRST: "等几件事中的一件",
    WaitKind.CALL: "在调用的流程里",
    WaitKind.FAILED: "自动办理出错",
}


@dataclass(frozen=True)
class WaitFigures:
    """One element: how many cases wait there, for what, since when and until when."""

    spot: Spot
    kind: WaitKind
    count: int
    oldest: datetime
    next_due: datetime | None
    overdue: int
    """Timers whose moment has passed: a job, or an outage, holds them up."""

    @property
    def words(self) -> str:
        """What they wait for."""
        return KIND_WORDS[self.kind]


def wait_figures(session: Session, scope: Scope) -> list[WaitFigures]:
    """Return where cases of a flow wait, where the most do first."""
    found = [_figures(row) for row in session.execute(_query(scope))]
    return sorted(found, key=lambda one: (one.kind is WaitKind.CALL, -one.count, one.spot))


def _figures(row: Any) -> WaitFigures:  # noqa: ANN401 - a row of the query below
    times = (row.oldest, row.next_due, row.overdue or 0)
    return WaitFigures(Spot(row.part, row.element), row.kind, row.cases, *times)


def _query(scope: Scope) -> Any:  # noqa: ANN401 - a select of many columns
    overdue = case((CaseWait.due_at < business_now(), 1), else_=0)
    return (
        select(
            CaseWait.part,
            CaseWait.element,
            CaseWait.kind,
            func.count().label("cases"),
            func.min(CaseWait.since).label("oldest"),
            func.min(CaseWait.due_at).label("next_due"),
            func.sum(overdue).label("overdue"),
        )
        .where(
            CaseWait.flow == scope.flow,
            CaseWait.county_code.in_(scope.counties),
            CaseWait.kind != WaitKind.DEADLINE,
        )
        .group_by(CaseWait.part, CaseWait.element, CaseWait.kind)
    )
