"""Evaluations (评价): what owners owe, what is overdue, what is done; the public credit list."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, Select, false, or_, select, true
from sqlalchemy.orm import Session, contains_eager

from models.clock import business_now
from models.errors import NotFoundError
from models.identity.actor import EVERYWHERE, Actor
from models.identity.names import account_names
from models.identity.party import Party
from models.performance_review import GRADE_TITLES, PerformanceReview
from models.project import Project
from models.session import reading
from processes.open_items import open_items
from web.access import guard, require_actor
from web.list_rows import fetch, fetch_all
from web.lists import Column, Filter, Listing, ListSpec, wants_export

OVERSEERS = ("trading_centre", "centre_leader", "regulator", "oversight_authority")
STATES = (("owed", "待评价"), ("late", "超期未评价"), ("done", "已评价"))
GRADES = tuple((grade.value, title) for grade, title in GRADE_TITLES.items())

blueprint = Blueprint("evaluations", __name__, url_prefix="/evaluations")
guard(blueprint, roles=("owner", *OVERSEERS))


class EvaluationNotFoundError(NotFoundError):
    """No such evaluation among those this person may see."""

    message = "没有找到这条评价，或它不属于您的单位和区县，请回到评价列表重新打开。"


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the evaluations of one's organisation or counties, the most urgent first."""
    listing = Listing(SPEC)
    with reading() as session:
        query = reviews_query().where(_visible(require_actor()))
        if wants_export():
            return listing.export(fetch_all(session, query, listing))
        page = fetch(session, query, listing)
        return render_template(
            "evaluations/index.html",
            listing=listing,
            page=page,
            items=_items(session, page.items),
            now=business_now(),
            owner=require_actor().party_id,
        )


@blueprint.get("/<review_id>")
def show(review_id: str) -> str:
    """Show one evaluation with its scores and who gave them."""
    with reading() as session:
        query = reviews_query().where(_visible(require_actor()))
        one = session.scalar(query.where(PerformanceReview.id == review_id))
        if one is None:
            raise EvaluationNotFoundError
        return render_template(
            "evaluations/show.html",
            review=one,
            names=account_names(session, {one.reviewed_by} if one.reviewed_by else set()),
            item=_items(session, [one]).get(one.instance_id),
            owner=require_actor().party_id,
        )


def reviews_query() -> Select[Any]:
    """Return every review with project and contractor, in one statement."""
    return (
        select(PerformanceReview)
        .join(PerformanceReview.project)
        .join(PerformanceReview.contractor)
        .options(
            contains_eager(PerformanceReview.project)
            .joinedload(Project.owner)
            .lazyload(Party.roles),
            contains_eager(PerformanceReview.contractor).lazyload(Party.roles),
        )
    )


def _visible(actor: Actor) -> ColumnElement[bool]:
    counties = {county for role in OVERSEERS for county in actor.counties_of(role)}
    if EVERYWHERE in counties:
        return true()
    # one condition where one says it all: two of them no index serves
    seen: list[ColumnElement[bool]] = []
    if actor.party_id is not None:
        seen.append(PerformanceReview.owner_id == actor.party_id)
    if counties:
        seen.append(PerformanceReview.county_code.in_(sorted(counties)))
    return or_(*seen) if seen else false()


def _items(session: Session, found: Sequence[PerformanceReview]) -> Mapping[str, str]:
    owed = [one.instance_id for one in found if one.reviewed_at is None]
    return open_items(session, owed)


def _state(query: Select[Any], value: str) -> Select[Any]:
    if value == "done":
        return query.where(PerformanceReview.reviewed_at.is_not(None))
    query = query.where(PerformanceReview.reviewed_at.is_(None))
    return query.where(PerformanceReview.due_at < business_now()) if value == "late" else query


def state_word(one: PerformanceReview) -> str:
    """Return where a review stands, in the words of the filter."""
    if one.reviewed_at is not None:
        return "已评价"
    return "超期未评价" if one.is_overdue(business_now()) else "待评价"


SPEC = ListSpec(
    title="评价",
    search_in=(Project.title.expression, Project.number.expression, Party.name.expression),
    search_hint="项目名称、编号、施工企业",
    default_sort="due",
    tie=PerformanceReview.id.expression,
    columns=(
        Column(label="项目", value=lambda one: one.project.title),
        Column(label="项目编号", value=lambda one: one.project.number),
        Column(label="施工企业", value=lambda one: one.contractor.name),
        Column(label="验收日期", value=lambda one: one.accepted_on),
        Column(
            label="评价期限",
            name="due",
            sort=PerformanceReview.due_at.expression,
            value=lambda one: one.due_at,
        ),
        Column(label="状态", value=state_word),
        Column(label="总分", value=lambda one: one.total, is_right=True),
        Column(label="等次", value=lambda one: GRADE_TITLES[one.grade] if one.grade else ""),
        Column(label="评价时间", value=lambda one: one.reviewed_at),
    ),
    filters=(
        Filter(name="state", label="状态", options=STATES, narrow=_state),
        Filter(
            name="grade",
            label="等次",
            options=GRADES,
            narrow=lambda query, value: query.where(PerformanceReview.grade == value),
        ),
    ),
)
