"""Enterprise review (企业核实): what waits for the bureau and what it decided, old beside new."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager

from models.clock import business_now
from models.errors import NotFoundError
from models.identity.actor import EVERYWHERE
from models.identity.party import Party
from models.roster.comparison import compare
from models.roster.declined import declined_by
from models.roster.enrolment import ROUND_TITLES, EnrolmentRound, RoundState
from models.roster.entry import Pledge, Suspension
from models.session import reading
from processes.documents import materials_of
from processes.open_items import open_items
from web.access import guard, require_actor
from web.list_page import list_page
from web.lists import Column, Filter, ListSpec

REGULATOR = "regulator"
STATES = tuple((one.value, word) for one, word in ROUND_TITLES.items() if one != RoundState.DRAFT)
CHANGES = (("no", "入驻"), ("yes", "变更"))
LATE = (("yes", "超过期限"),)

blueprint = Blueprint("enterprise_review", __name__, url_prefix="/enterprise-review")
guard(blueprint, roles=(REGULATOR,))


class FileNotFoundHereError(NotFoundError):
    """No such round in the counties of this regulator."""

    message = "没有找到这份企业材料，或它不属于您的区县，请回到企业核实列表重新打开。"


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List what enterprises handed in, those that wait first."""
    return list_page(
        "review/index.html",
        SPEC,
        _query(),
        lambda session, rows: {"items": _items(session, rows)},
        round_titles=ROUND_TITLES,
        now=business_now(),
    )


@blueprint.get("/<round_id>")
def show(round_id: str) -> str:
    """Show one round with what it replaces, and what else is known of the enterprise."""
    with reading() as session:
        round_ = session.scalar(_query().where(EnrolmentRound.id == round_id))
        if round_ is None:
            raise FileNotFoundHereError
        party = round_.party_id
        stops = select(Suspension).where(Suspension.party_id == party)
        pledges = select(Pledge).where(Pledge.party_id == party)
        earlier = _query().where(EnrolmentRound.party_id == party, EnrolmentRound.id != round_id)
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


def _query() -> Select[Any]:
    counties = require_actor().counties_of(REGULATOR)
    query = (
        select(EnrolmentRound)
        .join(EnrolmentRound.party)
        .options(contains_eager(EnrolmentRound.party))
        .where(EnrolmentRound.submitted_at.is_not(None), EnrolmentRound.kind == "contractor")
    )
    if EVERYWHERE not in counties:
        query = query.where(EnrolmentRound.county_code.in_(counties))
    return query


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
            name="change",
            label="事项",
            options=CHANGES,
            narrow=lambda query, value: query.where(EnrolmentRound.is_change == (value == "yes")),
        ),
        Filter(name="late", label="期限", options=LATE, narrow=_late),
    ),
)
