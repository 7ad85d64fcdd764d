"""Enquiries (咨询登记): registered by centre staff, answered, searched."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from models.clock import business_now
from models.enquiry import CHANNEL_TITLES, Enquiry
from models.errors import NotFoundError
from models.identity.actor import EVERYWHERE
from models.identity.names import account_names
from models.session import reading, unit_of_work
from processes.open_items import open_items
from web.access import guard, require_actor, require_role
from web.list_page import list_page
from web.lists import Column, Filter, ListSpec
from web.new_project import NoCountyError
from web.shell import chosen_county
from web.work_item import engine, next_item

CENTRE, LEADER = "trading_centre", "centre_leader"
FLOW = "enquiry"
ANSWERED = (("no", "待答复"), ("yes", "已答复"), ("late", "超期未答复"))

blueprint = Blueprint("enquiries", __name__, url_prefix="/enquiries")
guard(blueprint, roles=(CENTRE, LEADER))


class EnquiryNotFoundError(NotFoundError):
    """No such enquiry in the counties of this person."""

    message = "没有找到这条咨询，或它不属于您的区县，请回到咨询列表重新打开。"


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the enquiries of one's counties, the newest first."""
    return list_page(
        "enquiries/index.html",
        SPEC,
        _query(),
        lambda session, rows: {"items": _items(session, rows)},
        channels=CHANNEL_TITLES,
        now=business_now(),
        may_register=CENTRE in require_actor().roles,
    )


@blueprint.post("")
def begin() -> ResponseReturnValue:
    """Begin an enquiry and open its first step."""
    actor = require_role(CENTRE)
    county = chosen_county()
    if county is None:
        raise NoCountyError
    with unit_of_work() as session:
        instance = engine(session).start(FLOW, county.code, {}, actor=actor)
    with reading() as session:
        first = next_item(session, instance.id, actor)
    return redirect(f"/work-items/{first.id}" if first else f"/cases/{instance.id}", 303)


@blueprint.get("/<enquiry_id>")
def show(enquiry_id: str) -> str:
    """Show one enquiry with its answer and what was told to be lacking."""
    with reading() as session:
        one = session.scalar(_query().where(Enquiry.id == enquiry_id))
        if one is None:
            raise EnquiryNotFoundError
        return render_template(
            "enquiries/show.html",
            one=one,
            channels=CHANNEL_TITLES,
            names=account_names(session, {one.registered_by, one.answered_by}),
            item=_items(session, [one]).get(one.instance_id),
        )


def _query() -> Select[Any]:
    actor = require_actor()
    counties = actor.counties_of(CENTRE) | actor.counties_of(LEADER)
    query = select(Enquiry).where(Enquiry.subject != "")
    return query if EVERYWHERE in counties else query.where(Enquiry.county_code.in_(counties))


def _items(session: Session, found: Sequence[Enquiry]) -> Mapping[str, str]:
    cases = [one.instance_id for one in found if one.answered_at is None]
    return open_items(session, cases)


def _answered(query: Select[Any], value: str) -> Select[Any]:
    if value == "yes":
        return query.where(Enquiry.answered_at.is_not(None))
    query = query.where(Enquiry.answered_at.is_(None))
    return query.where(Enquiry.due_at < business_now()) if value == "late" else query


SPEC = ListSpec(
    title="咨询登记",
    search_in=tuple(
        getattr(Enquiry, name).expression
        for name in ("number", "subject", "question", "answer", "asker", "organisation")
    ),
    search_hint="编号、事项、内容、咨询人、单位",
    default_sort="-registered",
    tie=Enquiry.id.expression,
    columns=(
        Column(label="咨询事项", value=lambda one: one.subject),
        Column(label="编号", value=lambda one: one.number),
        Column(label="方式", value=lambda one: CHANNEL_TITLES[one.channel]),
        Column(
            label="登记时间",
            name="registered",
            sort=Enquiry.registered_at.expression,
            value=lambda one: one.registered_at,
        ),
        Column(label="答复期限", value=lambda one: one.due_at),
        Column(label="答复时间", value=lambda one: one.answered_at),
    ),
    filters=(
        Filter(
            name="channel",
            label="方式",
            options=tuple((one.value, word) for one, word in CHANNEL_TITLES.items()),
            narrow=lambda query, value: query.where(Enquiry.channel == value),
        ),
        Filter(name="answered", label="状态", options=ANSWERED, narrow=_answered),
    ),
)
