"""Projects in one's scope: search, filters kept in the address, sorting, export (HR-2.4)."""

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from models.identity.county import County
from models.project import MANAGEMENT_TITLES, METHOD_TITLES, Project
from models.session import reading
from processes.project_list import READERS, SORTS, every_project, list_projects
from web import project_filters
from web.access import guard, require_actor
from web.lists import MOST_EXPORTED, Column, Filter, Listing, ListSpec, wants_export
from web.public_filters import works_types

blueprint = Blueprint("projects", __name__, url_prefix="/projects")
guard(blueprint, roles=tuple(sorted(READERS)))


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the projects in the person's scope, or export what the filters find."""
    actor = require_actor()
    with reading() as session:
        counties = {row.code: row.name for row in session.scalars(select(County))}
        listing = Listing(_spec(counties, works_types(session)))
        query = project_filters.query_of(listing)
        if wants_export():
            return listing.export(every_project(session, actor, query, most=MOST_EXPORTED))
        listing.page = list_projects(session, actor, query)
    return render_template(
        "projects/index.html",
        listing=listing,
        page=listing.page,
        counties=counties,
        methods=METHOD_TITLES,
        managements=MANAGEMENT_TITLES,
    )


def phase_words() -> dict[str, str]:
    """Return the words of the status badges, so that filter, badge and export say the same."""
    looks = current_app.jinja_env.get_template("components/status.html").make_module().PHASE  # type: ignore[attr-defined]
    return {name: look[0] for name, look in looks.items()}


def _spec(counties: dict[str, str], types: list[str]) -> ListSpec:
    phases = phase_words()
    return ListSpec(
        title="项目",
        search_hint="项目名称、编号、业主",
        default_sort="-created",
        columns=(
            Column(label="项目", name="number", sort=SORTS["number"], value=lambda p: p.title),
            *_columns(phases),
        ),
        filters=(
            *project_filters.words(),
            *project_filters.kinds(types, phases, counties),
            *project_filters.contracting_days(),
            Filter(name="since", label="报建自", kind="date"),
            Filter(name="until", label="报建至", kind="date"),
        ),
    )


def _columns(phases: dict[str, str]) -> tuple[Column, ...]:
    return (
        Column(label="业主", value=lambda p: p.owner.name),
        Column(label="施工类别", value=lambda p: p.works_type),
        Column(label="选取方式", value=_method),
        Column(
            label="最高限价",
            name="price",
            sort=SORTS["price"],
            value=lambda p: p.ceiling_price / 100,
            is_right=True,
        ),
        Column(label="发包时间", value=lambda p: p.announced_at),
        Column(label="成交时间", value=lambda p: p.traded_at),
        Column(label="状态", value=lambda p: phases[p.phase.value]),
        Column(
            label="报建时间", name="created", sort=SORTS["created"], value=lambda p: p.created_at
        ),
    )


def _method(project: Project) -> str:
    """Return the method, and who carries it out where that is chosen."""
    word = METHOD_TITLES[project.method]
    return f"{word}（{MANAGEMENT_TITLES[project.management]}）" if project.management else word
