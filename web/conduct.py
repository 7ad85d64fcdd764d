"""The conduct list (停用名单): suspensions in force, for everybody."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from models.clock import business_now
from models.identity.party import Party
from models.roster.entry import Suspension
from models.roster.suspensions import in_force
from models.session import reading
from web.access import guard
from web.list_rows import fetch, fetch_all
from web.lists import Column, Filter, Listing, ListSpec, wants_export
from web.shell import current_shell

blueprint = Blueprint("conduct", __name__, url_prefix="/conduct")
guard(blueprint, public=True)


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List who may join nothing now, why and until when."""
    counties = {one.code: one.name for one in current_shell().counties if not one.is_whole}
    listing = Listing(_spec(counties))
    with reading() as session:
        if wants_export():
            return listing.export(fetch_all(session, in_force(business_now()), listing))
        page = fetch(session, in_force(business_now()), listing)
        return render_template(
            "portal/conduct.html",
            listing=listing,
            page=page,
            counties=counties,
        )


def _spec(counties: dict[str, str]) -> ListSpec:
    return ListSpec(
        title="停用名单",
        search_in=(Party.name.expression, Party.credit_code.expression),
        search_hint="企业名称、统一社会信用代码",
        default_sort="-from",
        tie=Suspension.id.expression,
        columns=(
            Column(label="企业", value=lambda one: one.party.name),
            Column(label="统一社会信用代码", value=lambda one: one.party.credit_code),
            Column(label="区县", value=lambda one: counties.get(one.county_code, one.county_code)),
            Column(label="原因", value=lambda one: one.reason),
            Column(
                label="停用起",
                name="from",
                sort=Suspension.from_at.expression,
                value=lambda one: one.from_at,
            ),
            Column(
                label="停用止",
                name="until",
                sort=Suspension.until_at.expression,
                value=lambda one: one.until_at,
            ),
        ),
        filters=(
            Filter(
                name="county",
                label="区县",
                options=tuple(counties.items()),
                narrow=lambda query, value: query.where(Suspension.county_code == value),
            ),
        ),
    )
