"""The register of emergency works (应急工程台账): open to the regulator from the first report."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import Session

from models.clock import midnight
from models.emergencies import CONCLUSION_TITLES, NOT_WANTED
from models.emergency import EmergencyWorks
from models.identity.actor import Actor
from models.identity.party import Party
from models.project import Project, ProjectPhase
from models.session import reading
from processes.emergency_list import OWNER, READERS, Builder, register_of
from processes.starting import choices
from web.access import guard, require_actor
from web.list_page import list_page
from web.list_search import holds
from web.lists import Column, Filter, ListSpec, date_of
from web.projects import phase_words
from web.public_filters import works_types
from web.shell import chosen_county

blueprint = Blueprint("emergency_works", __name__, url_prefix="/emergency-works")
guard(blueprint, roles=READERS)

PHASES = (
    ProjectPhase.DRAFT,
    ProjectPhase.REPORTED,
    ProjectPhase.AWARDED,
    ProjectPhase.CONTRACTED,
    ProjectPhase.COMPLETED,
    ProjectPhase.EVALUATED,
    ProjectPhase.TERMINATED,
    ProjectPhase.WITHDRAWN,
)
"""The states that emergency works can be in."""
OUT = frozenset(PHASES[2:6])
DAY = timedelta(days=1)
FLOW = "emergency_works"


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the emergency works in one's scope, the last reported first, or export them."""
    actor = require_actor()
    with reading() as session:
        spec = _spec(works_types(session))
        may_report = _may_report(session, actor)
    return list_page(
        "emergency_works/index.html",
        spec,
        register_of(actor),
        approval=approval,
        may_report=may_report,
        flow=FLOW,
    )


def _may_report(session: Session, actor: Actor) -> bool:
    county = chosen_county()
    if OWNER not in actor.roles or county is None:
        return False
    return any(one.version.key == FLOW for one in choices(session, actor, county.code))


def approval(one: EmergencyWorks) -> str:
    """Return what became of the approval; most counties' works that are published need none."""
    is_out = one.project.phase in OUT
    return CONCLUSION_TITLES[NOT_WANTED if not one.conclusion and is_out else one.conclusion]


def _spec(types: Sequence[str]) -> ListSpec:
    words = phase_words()
    return ListSpec(
        title="应急工程",
        search_in=(
            Project.title.expression,
            Project.number.expression,
            Builder.name.expression,
            Party.name.expression,
        ),
        search_hint="项目名称、编号、业主、施工单位",
        default_sort="-reported",
        tie=EmergencyWorks.id.expression,
        columns=_columns(words),
        filters=_filters(words, types),
    )


def _columns(words: Mapping[str, str]) -> tuple[Column, ...]:
    return (
        Column(label="项目", value=lambda one: one.project.title),
        Column(label="项目编号", value=lambda one: one.project.number),
        Column(label="项目业主", value=lambda one: one.project.owner.name),
        Column(label="施工类别", value=lambda one: one.project.works_type),
        Column(label="施工单位", value=lambda one: one.project.winner.name),
        Column(
            label="发包价",
            name="price",
            sort=Project.ceiling_price.expression,
            value=lambda one: one.project.ceiling_price / 100,
            is_right=True,
        ),
        Column(
            label="确定施工单位",
            name="entrusted",
            sort=EmergencyWorks.entrusted_at.expression,
            value=lambda one: one.entrusted_at,
        ),
        Column(
            label="填报时间",
            name="reported",
            sort=EmergencyWorks.reported_at.expression,
            value=lambda one: one.reported_at,
        ),
        Column(label="逾期填报的说明", value=lambda one: one.late_reason),
        Column(label="核准", value=approval),
        Column(label="状态", value=lambda one: words[one.project.phase.value]),
    )


def _filters(words: Mapping[str, str], types: Sequence[str]) -> tuple[Filter, ...]:
    entrusted: ColumnElement[Any] = EmergencyWorks.entrusted_at.expression
    return (
        _text("number", "项目编号", Project.number.expression),
        _text("title", "项目名称", Project.title.expression),
        _text("owner", "项目业主", Builder.name.expression),
        Filter(
            name="works_type",
            label="施工类别",
            options=tuple((one, one) for one in types),
            narrow=lambda query, value: query.where(Project.works_type == value),
        ),
        Filter(
            name="phase",
            label="状态",
            options=tuple((one.value, words[one.value]) for one in PHASES),
            narrow=lambda query, value: query.where(Project.phase == value),
        ),
        Filter(name="late", label="填报", options=LATE, narrow=_late),
        Filter(
            name="since",
            label="发包自",
            kind="date",
            narrow=lambda query, value: query.where(entrusted >= midnight(date_of(value))),
        ),
        Filter(
            name="until",
            label="发包至",
            kind="date",
            narrow=lambda query, value: query.where(entrusted < midnight(date_of(value) + DAY)),
        ),
    )


LATE = (("no", "按期"), ("yes", "逾期"))


def _late(query: Select[Any], value: str) -> Select[Any]:
    reason = EmergencyWorks.late_reason
    return query.where(reason != "") if value == "yes" else query.where(reason == "")


def _text(name: str, label: str, column: ColumnElement[str]) -> Filter:
    return Filter(
        name=name,
        label=label,
        kind="text",
        narrow=lambda query, value: query.where(holds(column, value)),
    )
