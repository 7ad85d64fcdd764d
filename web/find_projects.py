"""Find projects: what a contractor fits in every condition, and of the others what is lacking."""

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from models.project import METHOD_TITLES
from models.selection import interests
from models.session import reading
from models.settings import Settings
from processes.finding import Opening, Search, openings
from web.access import guard, require_actor
from web.lists import Column, Filter, Listing, ListSpec, wants_export
from web.rows_in_memory import page_of

blueprint = Blueprint("find_projects", __name__)
guard(blueprint, roles=("contractor",))

STATES = (("open", "未参与"), ("joined", "已参与"))
MOST_LACKING = 20
"""Of the projects that do not fit the page tells as many in full; the workbook has all."""
FITS = (("yes", "全部条件都符合"), ("no", "有条件不符合"))


@blueprint.get("/find-projects")
def index() -> ResponseReturnValue:
    """List the projects the enterprise fits, and say of the others what is lacking."""
    actor = require_actor()
    with reading() as session:
        party = interests.party_of(session, actor)
        settings: Settings = current_app.extensions["settings"]
        counties = actor.counties_of(interests.CONTRACTOR)
        every = openings(session, settings, party, counties)
        listing = Listing(_spec(sorted({one.project.works_type for one in every})))
        found = [one for one in every if _search(listing).finds(one)]
        if wants_export():
            return listing.export(found)
        fitting = [one for one in found if one.fits]
        lacking = [one for one in found if not one.fits]
        return render_template(
            "contractor/find_projects.html",
            listing=listing,
            party=party,
            page=page_of(fitting, listing),
            fitting_count=len(fitting),
            lacking=lacking[:MOST_LACKING],
            lacking_count=len(lacking),
        )


def _search(listing: Listing) -> Search:
    state = listing.values["state"]
    return Search(
        q=listing.q,
        works_type=listing.values["works_type"],
        method=listing.values["method"] if listing.values["method"] in METHOD_TITLES else "",
        state=state if state in dict(STATES) else "",
        fits=listing.values["fits"] if listing.values["fits"] in dict(FITS) else "",
    )


def _spec(works_types: list[str]) -> ListSpec:
    return ListSpec(
        title="找项目",
        search_hint="项目名称、编号、业主",
        columns=COLUMNS,
        filters=(
            Filter(
                name="works_type",
                label="施工类别",
                options=tuple((name, name) for name in works_types),
            ),
            Filter(
                name="method",
                label="选取方式",
                options=tuple((method.value, word) for method, word in METHOD_TITLES.items()),
            ),
            Filter(name="state", label="我的状态", options=STATES),
            Filter(name="fits", label="条件", options=FITS),
        ),
    )


def _lacks(one: Opening) -> str:
    return "；".join(
        f"{reason.condition}：{reason.found}" for reason in one.reasons if not reason.holds
    )


COLUMNS = (
    Column(label="项目", value=lambda one: one.project.title),
    Column(label="项目编号", value=lambda one: one.project.number),
    Column(label="项目业主", value=lambda one: one.project.owner.name),
    Column(label="施工类别", value=lambda one: one.project.works_type),
    Column(label="选取方式", value=lambda one: METHOD_TITLES[one.project.method]),
    Column(label="最高限价（元）", value=lambda one: one.project.ceiling_price / 100),
    Column(label="参与截止", value=lambda one: one.draw.freeze_at),
    Column(label="竞价开始", value=lambda one: one.auction and one.auction.bidding_from),
    Column(label="竞价截止", value=lambda one: one.auction and one.auction.closes_at),
    Column(label="选取时间", value=lambda one: one.draw.not_before),
    Column(label="我的状态", value=lambda one: "已参与" if one.joined else "未参与"),
    Column(label="条件", value=lambda one: "全部符合" if one.fits else "有不符合"),
    Column(label="差在哪里", value=_lacks),
)
