"""Registration status (报名情况): how many and who registered, once this county's rule opens it."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from models.identity.party import Party
from models.project import MANAGEMENT_TITLES, Project, ProjectPhase, SelectionMethod
from models.session import reading
from processes.project_list import scope
from processes.registration_status import (
    READERS,
    NamesHiddenError,
    RoundStatus,
    rounds,
    status_of,
)
from web.access import guard, require_actor
from web.list_page import list_page
from web.lists import Column, Filter, ListSpec, wants_export
from web.projects import phase_words
from web.workbook import workbook

blueprint = Blueprint("registration_status", __name__, url_prefix="/registrations-of")
guard(blueprint, roles=READERS)

HIDDEN = "保密"
PHASES = (
    ProjectPhase.PREPARING,
    ProjectPhase.ANNOUNCED,
    ProjectPhase.REGISTRATION_CLOSED,
    ProjectPhase.REVIEWED,
    ProjectPhase.PUBLICISED,
    ProjectPhase.AWARDED,
    ProjectPhase.UNSUCCESSFUL,
    ProjectPhase.TERMINATED,
)
HEAD = [
    "序号",
    "企业名称",
    "统一社会信用代码",
    "联系方式",
    "报名说明",
    "票号",
    "资格审查",
    "审查意见",
    "报价（元）",
    "名次",
    "比选意见",
]


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the comparisons that one organises, has entrusted or watches over."""
    return list_page("registration_status/index.html", _spec, _query(), _details)


@blueprint.get("/<project_id>")
def show(project_id: str) -> ResponseReturnValue:
    """Show who registered round by round, to print; before the rule opens it, when it will."""
    with reading() as session:
        project, found = status_of(session, project_id, require_actor())
        if wants_export():
            return _export(project, found)
        return render_template(
            "registration_status/show.html",
            project=project,
            rounds=found,
            managements=MANAGEMENT_TITLES,
        )


def _export(project: Project, found: Sequence[RoundStatus]) -> ResponseReturnValue:
    open_ = [one for one in found if one.shows_names]
    if not open_:
        raise NamesHiddenError(waits=found[0].waits if found else "")
    rows = [
        [f"第{one.number}轮" if len(open_) > 1 else "", *row] for one in open_ for row in _rows(one)
    ]
    return workbook(f"{project.number}报名情况", ["轮次", *HEAD], rows)


def _rows(one: RoundStatus) -> list[list[object]]:
    return [
        [
            place,
            row.party.name,
            row.party.credit_code,
            row.contact,
            row.remark,
            row.ticket,
            review_word(row.passed) if one.was_reviewed else "",
            row.review_reason if one.was_reviewed else "",
            row.price / 100 if one.was_compared and row.price is not None else "",
            (row.rank or "") if one.was_compared else "",
            row.rank_reason if one.was_compared else "",
        ]
        for place, row in enumerate(one.candidates, start=1)
    ]


def review_word(passed: bool | None) -> str:  # noqa: FBT001 - a column's value
    """Return pass or fail in words; nothing while that is not decided."""
    return "" if passed is None else "通过" if passed else "不通过"


def _query() -> Select[Any]:
    return (
        select(Project)
        .join(Party, Party.id == Project.owner_id)
        .where(scope(require_actor()), Project.method == SelectionMethod.COMPARATIVE_SELECTION)
        .options(
            joinedload(Project.owner).lazyload(Party.roles),
            joinedload(Project.agency).lazyload(Party.roles),
        )
    )


def _details(session: Session, projects: Sequence[Project]) -> dict[str, Any]:
    found = rounds(session, [one.id for one in projects])
    return {
        "newest": {key: past[0] for key, past in found.items()},
        "managements": MANAGEMENT_TITLES,
    }


def _spec(found: Mapping[str, Any]) -> ListSpec:
    newest: Mapping[str, RoundStatus] = found.get("newest", {})
    words = phase_words()
    return ListSpec(
        title="报名情况",
        search_in=(
            Project.title.expression,
            Project.number.expression,
            Party.name.expression,
        ),
        search_hint="项目名称、编号、业主",
        default_sort="-created",
        tie=Project.id.expression,
        columns=(
            Column(
                label="项目",
                name="created",
                sort=Project.created_at.expression,
                value=lambda one: one.title,
            ),
            Column(label="项目编号", value=lambda one: one.number),
            Column(label="项目业主", value=lambda one: one.owner.name),
            Column(label="组织形式", value=_management),
            Column(label="报名截止", value=lambda one: _closes_at(newest.get(one.id))),
            Column(label="报名家数", value=lambda one: _count(newest.get(one.id))),
            Column(label="状态", value=lambda one: words[one.phase.value]),
        ),
        filters=(
            Filter(
                name="phase",
                label="状态",
                options=tuple((one.value, words[one.value]) for one in PHASES),
                narrow=lambda query, value: query.where(Project.phase == value),
            ),
        ),
    )


def _management(project: Project) -> str:
    word = MANAGEMENT_TITLES[project.management] if project.management else ""
    return f"{word}（{project.agency.name}）" if project.agency else word


def _closes_at(one: RoundStatus | None) -> object:
    return one.closes_at if one else None


def _count(one: RoundStatus | None) -> object:
    return HIDDEN if one is None or one.count is None else one.count
