"""Projects in one's scope: search, filters kept in the address, sorting, export."""

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.identity.county import County
from models.project import METHOD_TITLES, Project, ProjectPhase, SelectionMethod
from models.session import reading
from processes.project_list import READERS, SORTS, ProjectQuery, every_project, list_projects
from web.access import guard, require_actor
from web.lists import MOST_EXPORTED, Column, Filter, Listing, ListSpec, day_or_none, wants_export

blueprint = Blueprint("projects", __name__, url_prefix="/projects")
guard(blueprint, roles=tuple(sorted(READERS)))


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the projects in the person's scope, or export what the filters find."""
    with reading() as session:
        counties = {row.code: row.name for row in session.scalars(select(County))}
        listing = Listing(_spec(counties))
        if wants_export():
            return listing.export(_all(session, listing))
        listing.page = list_projects(session, require_actor(), _query(listing))
    return render_template(
        "projects/index.html",
        listing=listing,
        page=listing.page,
        counties=counties,
        methods=METHOD_TITLES,
    )


def phase_words() -> dict[str, str]:
    """Return the words of the status badges, so that filter, badge and export say the same."""
    looks = current_app.jinja_env.get_template("components/status.html").make_module().PHASE  # type: ignore[attr-defined]
    return {name: look[0] for name, look in looks.items()}


def _all(session: Session, listing: Listing) -> list[Project]:
    return every_project(session, require_actor(), _query(listing), most=MOST_EXPORTED)


def _spec(counties: dict[str, str]) -> ListSpec:
    phases = phase_words()
    return ListSpec(
        title="项目",
        search_hint="项目名称、编号、业主",
        default_sort="-created",
        columns=(
            Column(label="项目", name="number", sort=SORTS["number"], value=lambda p: p.title),
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
            Column(label="选取时间", value=lambda p: p.selection_at),
            Column(label="状态", value=lambda p: phases[p.phase.value]),
            Column(
                label="报建时间",
                name="created",
                sort=SORTS["created"],
                value=lambda p: p.created_at,
            ),
        ),
        filters=(
            Filter(name="phase", label="状态", options=tuple(phases.items())),
            Filter(name="method", label="选取方式", options=_options()),
            Filter(name="county", label="区县", options=tuple(counties.items())),
            Filter(name="since", label="报建自", kind="date"),
            Filter(name="until", label="报建至", kind="date"),
        ),
    )


def _options() -> tuple[tuple[str, str], ...]:
    return tuple((method.value, word) for method, word in METHOD_TITLES.items())


def _query(listing: Listing) -> ProjectQuery:
    values = listing.values
    phase, method = values["phase"], values["method"]
    return ProjectQuery(
        q=listing.q,
        county=values["county"],
        phase=ProjectPhase(phase) if phase in set(ProjectPhase) else None,
        method=SelectionMethod(method) if method in set(SelectionMethod) else None,
        since=day_or_none(values["since"]),
        until=day_or_none(values["until"]),
        sort=("-" if listing.descending else "") + listing.sort,
        limit=listing.limit,
        cursor=listing.cursor,
    )
