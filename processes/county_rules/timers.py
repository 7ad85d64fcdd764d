"""Timers that run now: those whose expression names a rule, and those that wait for a notice."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from models.flow.instance import CaseWait, Instance, InstanceStatus, WaitKind
from models.project import Project
from processes import definitions
from processes.county_rules.dating import Case, Dating
from processes.county_rules.simulating import MOST, Affected
from processes.county_rules.uses import TIMER, Use, timer_text
from processes.lint.diagram import Diagram

TIMED = (WaitKind.TIMER, WaitKind.FIRST, WaitKind.DEADLINE)
GOES_ON = (InstanceStatus.RUNNING, InstanceStatus.SUSPENDED)
AT_ONCE = 500


def waiting_timers(
    dating: Dating, counties: Collection[str], uses: Sequence[Use]
) -> tuple[list[Affected], bool]:
    """Return the timers of running cases whose expression names the rule, the nearest first."""
    places = {(use.flow, use.element) for use in uses if use.kind == TIMER}
    if not places:
        return [], False
    at = [and_(CaseWait.part == flow, CaseWait.element == element) for flow, element in places]
    query = _timers().where(CaseWait.county_code.in_(counties), or_(*at)).limit(MOST + 1)
    rows = dating.session.execute(query).all()
    return [_dated(dating, row) for row in rows[:MOST]], len(rows) > MOST


def followers(
    session: Session, moved: Mapping[tuple[str, datetime], tuple[Affected, datetime]]
) -> Iterator[Affected]:
    """Yield the timers of projects that wait for a moment which a rule would move."""
    projects = sorted({project for project, _ in moved})
    for begin in range(0, len(projects), AT_ONCE):
        some = projects[begin : begin + AT_ONCE]
        for row in session.execute(_timers().where(Instance.project_id.in_(some))):
            found = moved.get((row.Instance.project_id, row.CaseWait.due_at))
            if found is not None:
                line, after = found
                yield replace(
                    _line(session, row), after=after, trouble=line.trouble, is_real=line.is_real
                )


def _timers() -> Select[CaseWait, Instance, str]:
    return (
        select(CaseWait, Instance, Project.title)
        .join(Instance, Instance.id == CaseWait.instance_id)
        .outerjoin(Project, Project.id == Instance.project_id)
        .where(
            CaseWait.kind.in_(TIMED),
            CaseWait.due_at.is_not(None),
            Instance.status.in_(GOES_ON),
        )
        .order_by(CaseWait.due_at, CaseWait.instance_id)
    )


def _dated(dating: Dating, row: Any) -> Affected:  # noqa: ANN401 - a row of the query
    wait, instance = row.CaseWait, row.Instance
    case = Case(dating, instance.id, wait.task_id, wait.county_code, instance.rules_on)
    _, text = _shown(dating.session, instance.definition_id, wait.part, wait.element)
    after, trouble = dating.expression(text, wait.since, case) if text else (wait.due_at, "")
    line = _line(dating.session, row)
    is_real = instance.rules_on >= dating.new.from_on
    return replace(line, after=after, trouble=trouble, is_real=is_real)


def _line(session: Session, row: Any) -> Affected:  # noqa: ANN401 - a row of the query
    wait, instance = row.CaseWait, row.Instance
    title, _ = _shown(session, instance.definition_id, wait.part, wait.element)
    return Affected(
        case=instance.id,
        project=row.title or "",
        step=title or wait.element,
        flow=wait.flow,
        kind=TIMER,
        opened_at=wait.since,
        rules_on=instance.rules_on,
        before=wait.due_at,
        after=None,
    )


def _shown(session: Session, definition_id: str, part: str, element: str) -> tuple[str, str]:
    """Return an element's name and timer in the version that the case runs on."""
    version = _version_of(session, definition_id, part)
    if version is None:
        return "", ""
    return _elements(definitions.diagram(session, version)).get(element, ("", ""))


def _version_of(session: Session, definition_id: str, part: str) -> str | None:
    stack, seen = [definition_id], set()
    while stack:
        version = stack.pop()
        pinned = definitions.pinned(session, version)
        if pinned.key == part:
            return version
        seen.add(version)
        called = [one for name, one in pinned.resources.items() if name.startswith("calls/")]
        stack += [one for one in called if one not in seen]
    return None


@lru_cache(maxsize=256)
def _elements(body: bytes) -> dict[str, tuple[str, str]]:
    nodes = Diagram(body).nodes.values()
    return {node.id: (node.name or node.id, timer_text(node)) for node in nodes}
