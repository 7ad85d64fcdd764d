"""Outages (停电、断网) and the selections they put off, for everybody: nobody is named."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from models.clock import midnight
from models.outage import SOURCE_TITLES, Outage
from models.project import Project
from models.selection.postponements import Postponement
from models.selection.tables import Draw
from web.access import guard
from web.list_page import list_page, open_counties
from web.lists import Column, Filter, ListSpec, date_of

blueprint = Blueprint("outages", __name__, url_prefix="/outages")
guard(blueprint, public=True)

NOBODY = "没有影响选取"


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List every recorded outage, and where a selection was moved to because of it."""
    counties = open_counties()
    return list_page(
        "portal/outages.html",
        lambda found: _spec(counties, found.get("met", {})),
        select(Outage),
        _met,
        counties=counties,
        sources=SOURCE_TITLES,
    )


def _met(session: Session, rows: Sequence[Outage]) -> Mapping[str, Any]:
    drawn = {draw for one in rows for draw in one.draws}
    query = select(Draw.id, Project).join(Project, Project.id == Draw.project_id)
    found = session.execute(query.where(Draw.id.in_(drawn)))
    projects = {row.id: row.Project for row in found}
    ids = [one.id for one in rows]
    moves = select(Postponement).where(Postponement.outage_id.in_(ids))
    # of a bidding's close and opening, put off together, the close is told
    moves = moves.order_by(Postponement.former_at.desc())
    moved = {(one.outage_id, one.draw_id): one for one in session.scalars(moves)}
    met = {
        one.id: [(projects[draw], moved.get((one.id, draw))) for draw in one.draws] for one in rows
    }
    return {"met": met}


def _in_words(met: Sequence[tuple[Project, Postponement | None]]) -> str:
    said = [
        f"{project.title}（{project.number}）"
        + (f"：{move.former_at:%Y-%m-%d %H:%M}延至{move.new_at:%Y-%m-%d %H:%M}" if move else "")
        for project, move in met
    ]
    return "；".join(said) or NOBODY


def _in_county(query: Select[Any], code: str) -> Select[Any]:
    # what the platform itself found, it found for every county
    own: ColumnElement[bool] = Outage.county_code == code
    return query.where(or_(own, Outage.county_code.is_(None)))


def _since(query: Select[Any], day: str) -> Select[Any]:
    return query.where(Outage.recovered_at >= midnight(date_of(day)))


def _until(query: Select[Any], day: str) -> Select[Any]:
    return query.where(Outage.began_at < midnight(date_of(day) + timedelta(days=1)))


def _spec(
    counties: Mapping[str, str], met: Mapping[str, Sequence[tuple[Project, Postponement | None]]]
) -> ListSpec:
    return ListSpec(
        title="停电断网记录",
        search_in=(Outage.cause.expression,),
        search_hint="原因",
        default_sort="-began",
        tie=Outage.id.expression,
        columns=(
            Column(
                label="开始时间",
                name="began",
                sort=Outage.began_at.expression,
                value=lambda one: one.began_at,
            ),
            Column(label="恢复时间", value=lambda one: one.recovered_at),
            Column(label="区县", value=lambda one: counties.get(one.county_code, "全部区县")),
            Column(label="原因", value=lambda one: one.cause),
            Column(label="发现方式", value=lambda one: SOURCE_TITLES[one.found_by]),
            Column(label="影响的选取", value=lambda one: _in_words(met.get(one.id, ()))),
        ),
        filters=(
            Filter(name="county", label="区县", options=tuple(counties.items()), narrow=_in_county),
            Filter(name="since", label="自", kind="date", narrow=_since),
            Filter(name="until", label="至", kind="date", narrow=_until),
        ),
    )
