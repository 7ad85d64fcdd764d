"""Enterprise review (企业核实): what waits for the bureau and what it decided, old beside new."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import Session, contains_eager

from models.clock import business_now
from models.errors import NotFoundError
from models.identity.actor import EVERYWHERE, Actor
from models.identity.party import Party
from models.roster.comparison import compare
from models.roster.declined import declined_by
from models.roster.enrolment import (
    KIND_TITLES,
    REVIEWERS,
    ROUND_TITLES,
    EnrolmentRound,
    RoundState,
)
from models.roster.entry import Pledge, Suspension
from models.roster.places import ROSTER_TITLES
from models.session import reading
from processes.documents import materials_of
from processes.open_items import open_items
from web.access import guard, require_actor
from web.list_page import list_page
from web.lists import Column, Filter, ListSpec

STATES = tuple((one.value, word) for one, word in ROUND_TITLES.items() if one != RoundState.DRAFT)
KINDS = tuple((kind, title) for kind, title in KIND_TITLES.items() if kind != "owner")
TRADES = tuple(ROSTER_TITLES.items())
CHANGES = (("no", "入驻"), ("yes", "变更"))
LATE = (("yes", "超过期限"),)

blueprint = Blueprint("enterprise_review", __name__, url_prefix="/enterprise-review")
guard(blueprint, roles=REVIEWERS)


class FileNotFoundHereError(NotFoundError):
    """No such round among those that this person's department reviews."""

    message = "没有找到这份企业材料，或它不归您审核，请回到企业核实列表重新打开。"


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List what enterprises handed in, those that wait first."""
    return list_page(
        "review/index.html",
        SPEC,
        review_query(),
        lambda session, rows: {"items": _items(session, rows)},
        round_titles=ROUND_TITLES,
        trades=ROSTER_TITLES,
        now=business_now(),
    )


@blueprint.get("/<round_id>")
def show(round_id: str) -> str:
    """Show one round with what it replaces, and what else is known of the enterprise."""
    with reading() as session:
        round_ = session.scalar(review_query().where(EnrolmentRound.id == round_id))
        if round_ is None:
            raise FileNotFoundHereError
        party = round_.party_id
        stops = select(Suspension).where(Suspension.party_id == party)
        pledges = select(Pledge).where(Pledge.party_id == party)
        earlier = review_query().where(
            EnrolmentRound.party_id == party, EnrolmentRound.id != round_id
        )
        return render_template(
            "review/show.html",
            round_=round_,
            lines=compare(session, round_),
            item=_items(session, [round_]).get(round_.instance_id),
            earlier=list(session.scalars(earlier.order_by(EnrolmentRound.submitted_at.desc()))),
            materials=materials_of(session, party),
            suspensions=list(session.scalars(stops.order_by(Suspension.from_at.desc()))),
            declined=declined_by(session, party),
            pledges=list(session.scalars(pledges.order_by(Pledge.signed_at.desc()))),
            round_titles=ROUND_TITLES,
        )


def review_query() -> Select[Any]:
    """Return the rounds that the departments of who is signed in review."""
    query = (
        select(EnrolmentRound)
        .join(EnrolmentRound.party)
        .options(contains_eager(EnrolmentRound.party))
        .where(EnrolmentRound.submitted_at.is_not(None), EnrolmentRound.kind != "owner")
    )
    return query.where(or_(false(), *_reviewed(require_actor())))


def _reviewed(actor: Actor) -> Iterator[ColumnElement[bool]]:
    for role in REVIEWERS:
        counties = actor.counties_of(role)
        mine = EnrolmentRound.reviewer == role
        if EVERYWHERE in counties:
            yield mine
        elif counties:
            yield and_(mine, EnrolmentRound.county_code.in_(counties))


def _items(session: Session, rounds: Sequence[EnrolmentRound]) -> Mapping[str, str]:
    cases = [one.instance_id for one in rounds if one.state is RoundState.SUBMITTED]
    return open_items(session, cases)


def _late(query: Select[Any], _value: str) -> Select[Any]:
    return query.where(
        EnrolmentRound.state == RoundState.SUBMITTED, EnrolmentRound.due_at < business_now()
    )


SPEC = ListSpec(
    title="企业核实",
    search_in=(Party.name.expression, Party.credit_code.expression),
    search_hint="企业名称、统一社会信用代码",
    default_sort="-submitted",
    tie=EnrolmentRound.id.expression,
    columns=(
        Column(label="企业", value=lambda one: one.party.name),
        Column(label="统一社会信用代码", value=lambda one: one.party.credit_code),
        Column(label="事项", value=lambda one: f"{one.title}第{one.round}轮"),
        Column(label="行业", value=lambda one: ROSTER_TITLES.get(one.trade, one.trade)),
        Column(
            label="提交时间",
            name="submitted",
            sort=EnrolmentRound.submitted_at.expression,
            value=lambda one: one.submitted_at,
        ),
        Column(label="核实期限", value=lambda one: one.due_at),
        Column(label="结论", value=lambda one: ROUND_TITLES[one.state]),
        Column(label="结论时间", value=lambda one: one.decided_at),
    ),
    filters=(
        Filter(
            name="state",
            label="状态",
            options=STATES,
            narrow=lambda query, value: query.where(EnrolmentRound.state == value),
        ),
        Filter(
            name="kind",
            label="单位类别",
            options=KINDS,
            narrow=lambda query, value: query.where(EnrolmentRound.kind == value),
        ),
        Filter(
            name="trade",
            label="行业",
            options=TRADES,
            narrow=lambda query, value: query.where(EnrolmentRound.trade == value),
        ),
        Filter(
            name="change",
            label="事项",
            options=CHANGES,
            narrow=lambda query, value: query.where(EnrolmentRound.is_change == (value == "yes")),
        ),
        Filter(name="late", label="期限", options=LATE, narrow=_late),
    ),
)
