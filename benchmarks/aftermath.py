"""What follows an award in the archive: contract, completion, letter, evaluation, work items."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from benchmarks.bulk import key, load
from benchmarks.one_project import TODAY, YEARS, OneProject
from benchmarks.site import Site
from models.flow.definition import Definition
from models.flow.instance import InstanceStatus
from models.flow.work_item import WorkItemState
from models.letter import LetterKind
from models.performance_review import ReviewGrade
from models.project import ProjectPhase, SelectionMethod
from models.selection.comparison_tables import ComparisonState
from models.session import reading

AT = TODAY - YEARS
DOCUMENT = key("document", 0)
STEPS = (("publish_award", "发布中选公告", "owner"), ("evaluate", "评价", "owner"))


def after_award(site: Site, projects: Iterable[OneProject]) -> None:
    """Load what the projects left behind them."""
    every = list(projects)
    traded = [one for one in every if one.is_traded]
    done = [one for one in traded if one.phase is ProjectPhase.EVALUATED]
    _papers(site, traded, done)
    _reviews(site, done)
    _others(site, every)
    _cases(site, every)


def _papers(site: Site, traded: list[OneProject], done: list[OneProject]) -> None:
    names = ("id", "sha256", "name", "media_type", "created_at", "stored_at")
    load(site, "document", names, [(DOCUMENT, "0" * 64, "合同.pdf", "application/pdf", AT, AT)])
    names = ("id", "key", "kind", "code", "county_code", "project_id", "party_id", "issued_at")
    kind = LetterKind.AWARD_LETTER
    rows = (
        (key("letter", o.n), f"l{o.n}", kind, f"{o.n:012}", o.county, o.id, o.winner, o.traded)
        for o in traded
    )
    load(site, "letter", names, rows)
    names = ("id", "project_id", "county_code", "owner_id", "contractor_id", "document_id", "round")
    rows = ((key("contract", o.n), o.id, o.county, o.owner, o.winner, DOCUMENT, 1) for o in done)
    load(site, "contract", names, rows)
    names = ("id", "project_id", "contract_id", "audited_settlement", "acceptance_registered_at")
    rows = (
        (key("done", o.n), o.id, key("contract", o.n), o.price, o.created + timedelta(days=35))
        for o in done
    )
    load(site, "completion", names, rows)


def _reviews(site: Site, done: list[OneProject]) -> None:
    names = (
        *("id", "project_id", "county_code", "owner_id", "contractor_id", "accepted_on"),
        *("due_at", "opened_at", "scores", "total", "maximum", "grade", "reviewed_at"),
    )

    def row(one: OneProject) -> tuple[Any, ...]:
        at = one.created + timedelta(days=36)
        about = (key("review", one.n), one.id, one.county, one.owner, one.winner, at.date())
        return (*about, at, at, [], 90, 100, ReviewGrade.GOOD, at)

    load(site, "performance_review", names, (row(one) for one in done))


def _others(site: Site, every: list[OneProject]) -> None:
    compared = [
        one
        for one in every
        if one.method is SelectionMethod.COMPARATIVE_SELECTION and one.is_traded
    ]
    names = ("id", "project_id", "draw_id", "state", "registered", "winner_id", "published_at")
    state = ComparisonState.PUBLISHED
    rows = ((key("cmp", o.n), o.id, o.draw, state, 5, o.winner, o.traded) for o in compared)
    load(site, "comparison", names, rows)
    names = ("id", "project_id", "county_code", "reported_at", "occurred_at", "conclusion")
    urgent = (one for one in every if one.method is SelectionMethod.EMERGENCY)
    rows = (
        (key("urgent", o.n), o.id, o.county, o.announced, o.created, "approved") for o in urgent
    )
    load(site, "emergency_works", names, rows)


def _cases(site: Site, every: list[OneProject]) -> None:
    with reading() as session:
        flow = session.scalars(select(Definition.id)).first()
    names = ("id", "definition_id", "county_code", "project_id", "status", "created_at", "rules_on")
    going, over = InstanceStatus.RUNNING, InstanceStatus.COMPLETED
    rows = (
        (
            *(key("instance", one.n), flow, one.county, one.id, over if one.ended else going),
            *(one.created, one.created.date()),
        )
        for one in every
    )
    load(site, "instance", names, rows)
    names = (
        *("id", "instance_id", "task_id", "flow", "county_code", "project_id", "step", "title"),
        *("role", "party_id", "state", "opened_at", "due_at", "ordered_at", "done_at"),
    )
    load(site, "work_item", names, (row for one in every for row in _items(one)))


def _items(one: OneProject) -> Iterator[tuple[Any, ...]]:
    due = one.created + timedelta(days=20)
    for step, title, role in STEPS:
        state = WorkItemState.DONE if one.ended else WorkItemState.READY
        about = (key(step, one.n), key("instance", one.n), key(f"t{step}", one.n), "bench")
        at = (one.created, due, due, due if one.ended else None)
        yield (*about, one.county, one.id, step, title, role, one.owner, state, *at)
