"""The conduct list (停用名单): suspensions in force, for everybody."""

from datetime import timedelta
from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import Select

from models.clock import business_now, midnight
from models.identity.party import Party
from models.roster.entry import Suspension
from models.roster.suspensions import in_force
from web.access import guard
from web.list_page import county_filter, list_page, open_counties
from web.lists import Column, Filter, ListSpec, date_of

blueprint = Blueprint("conduct", __name__, url_prefix="/conduct")
guard(blueprint, public=True)


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List who may join nothing now, why and until when."""
    counties = open_counties()
    query = in_force(business_now())
    return list_page("portal/conduct.html", _spec(counties), query, counties=counties)


def _since(query: Select[Any], day: str) -> Select[Any]:
    return query.where(Suspension.until_at >= midnight(date_of(day)))


def _until(query: Select[Any], day: str) -> Select[Any]:
    return query.where(Suspension.from_at < midnight(date_of(day) + timedelta(days=1)))


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
            county_filter(Suspension.county_code.expression, counties),
            Filter(name="since", label="停用自", kind="date", narrow=_since),
            Filter(name="until", label="停用至", kind="date", narrow=_until),
        ),
    )
