"""Project search for everybody (HR-2.2.5): every project from its first notice on."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import business_now
from models.notice import Notice
from models.project import MANAGEMENT_TITLES, METHOD_TITLES, Project
from models.session import reading
from processes.project_list import SORTS, every_announced, list_announced
from web import project_filters
from web.access import guard
from web.list_page import open_counties
from web.lists import MOST_EXPORTED, Column, Listing, ListSpec, wants_export
from web.notices import PHASES
from web.public_filters import works_types

blueprint = Blueprint("public_projects", __name__, url_prefix="/public-projects")
guard(blueprint, public=True)


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the announced projects that the address asks for, or export them."""
    counties = open_counties()
    with reading() as session:
        listing = Listing(_spec(counties, works_types(session)))
        query = project_filters.query_of(listing)
        if wants_export():
            return listing.export(every_announced(session, query, most=MOST_EXPORTED))
        listing.page = list_announced(session, query)
        return render_template(
            "portal/projects.html",
            listing=listing,
            page=listing.page,
            counties=counties,
            notices=_newest_notices(session, listing.page.items),
            methods=METHOD_TITLES,
            managements=MANAGEMENT_TITLES,
        )


def _newest_notices(session: Session, projects: Sequence[Project]) -> dict[str, str]:
    """Return project → its newest notice, whose page tells the project's whole course."""
    query = select(Notice.project_id, Notice.id).where(
        Notice.project_id.in_([one.id for one in projects]), Notice.published_at <= business_now()
    )
    rows = session.execute(query.order_by(Notice.published_at, Notice.id))
    return {row.project_id: row.id for row in rows}


def _spec(counties: Mapping[str, str], types: Sequence[str]) -> ListSpec:
    phases = {phase.value: word for phase, word in PHASES.items()}
    return ListSpec(
        title="项目查询",
        search_hint="项目名称、编号、业主",
        default_sort="-announced",
        columns=(
            Column(label="项目", name="number", sort=SORTS["number"], value=lambda p: p.title),
            Column(label="项目编号", value=lambda p: p.number),
            Column(label="业主", value=lambda p: p.owner.name),
            Column(label="施工类别", value=lambda p: p.works_type),
            Column(label="选取方式", value=lambda p: METHOD_TITLES[p.method]),
            Column(
                label="最高限价",
                name="price",
                sort=SORTS["price"],
                value=lambda p: p.ceiling_price / 100,
                is_right=True,
            ),
            Column(label="状态", value=lambda p: phases.get(p.phase.value, "")),
            Column(
                label="发布时间",
                name="announced",
                sort=SORTS["announced"],
                value=lambda p: p.announced_at,
            ),
            Column(label="成交时间", value=lambda p: p.traded_at),
        ),
        filters=(
            *project_filters.words(),
            *project_filters.kinds(types, phases, counties),
            *project_filters.contracting_days(),
        ),
    )
