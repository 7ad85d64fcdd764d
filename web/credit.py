"""Credit evaluations (信用评价) for everybody: who did which works how well, without the words."""

from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import Select

from models.identity.party import Party
from models.performance_review import GRADE_TITLES, PerformanceReview
from models.project import Project
from web.access import guard
from web.evaluations import GRADES, reviews_query
from web.list_page import county_filter, list_page, open_counties
from web.lists import Column, Filter, ListSpec

blueprint = Blueprint("credit", __name__, url_prefix="/conduct/evaluations")
guard(blueprint, public=True)


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the evaluations that were given, the newest first; an owner's words stay with it."""
    counties = open_counties()
    return list_page("portal/credit.html", _spec(counties), _done(), counties=counties)


def _done() -> Select[Any]:
    return reviews_query().where(PerformanceReview.reviewed_at.is_not(None))


def _spec(counties: dict[str, str]) -> ListSpec:
    return ListSpec(
        title="信用评价",
        search_in=(
            Party.name.expression,
            Party.credit_code.expression,
            Project.title.expression,
            Project.number.expression,
        ),
        search_hint="企业名称、统一社会信用代码、项目",
        default_sort="-accepted",
        tie=PerformanceReview.id.expression,
        columns=(
            Column(label="施工企业", value=lambda one: one.contractor.name),
            Column(label="统一社会信用代码", value=lambda one: one.contractor.credit_code),
            Column(label="项目", value=lambda one: one.project.title),
            Column(label="项目业主", value=lambda one: one.project.owner.name),
            Column(label="区县", value=lambda one: counties.get(one.county_code, one.county_code)),
            Column(
                label="验收日期",
                name="accepted",
                sort=PerformanceReview.accepted_on.expression,
                value=lambda one: one.accepted_on,
            ),
            Column(label="总分", value=lambda one: one.total, is_right=True),
            Column(label="等次", value=lambda one: GRADE_TITLES[one.grade]),
        ),
        filters=(
            county_filter(PerformanceReview.county_code.expression, counties),
            Filter(
                name="grade",
                label="等次",
                options=GRADES,
                narrow=lambda query, value: query.where(PerformanceReview.grade == value),
            ),
        ),
    )
