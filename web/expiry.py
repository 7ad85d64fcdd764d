"""What ends soon (资质到期): certificates of the rosters, for the departments that review them."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, select

from models.clock import business_now
from models.identity.actor import EVERYWHERE
from models.identity.party import Party
from models.roster.enrolment import KIND_TITLES, REVIEWERS
from models.roster.entry import ExpiryReminder, Qualification, RosterEntry
from models.roster.expiry import SHOWN_DAYS, ending
from web.access import guard, require_role
from web.list_page import list_page
from web.lists import Column, Filter, ListSpec
from web.whole_numbers import whole_number

FOREVER_AGO = date(1900, 1, 1)
WITHIN = (("0", "已经到期"), ("7", "7天内到期"), ("30", "30天内到期"))
KINDS = tuple((kind, title) for kind, title in KIND_TITLES.items() if kind != "owner")

blueprint = Blueprint("expiry", __name__, url_prefix="/expiring")
guard(blueprint, roles=REVIEWERS)


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the certificates that ended or end soon, the first to end first."""
    today = business_now().date()
    return list_page(
        "review/expiring.html",
        SPEC,
        _query(today),
        lambda session, rows: {"told": {tuple(row) for row in session.execute(_reminders(rows))}},
        today=today,
        kinds=KIND_TITLES,
    )


def _query(today: date) -> Select[Any]:
    query = ending(None, FOREVER_AGO, today + timedelta(days=SHOWN_DAYS))
    actor = require_role(*REVIEWERS)
    counties = {one for role in REVIEWERS for one in actor.counties_of(role)}
    return query if EVERYWHERE in counties else query.where(RosterEntry.county_code.in_(counties))


def _reminders(rows: Sequence[Qualification]) -> Select[str, str, date]:
    certificates = [one.certificate for one in rows]
    columns = (ExpiryReminder.party_id, ExpiryReminder.certificate, ExpiryReminder.valid_until)
    return select(*columns).where(ExpiryReminder.certificate.in_(certificates))


def _within(query: Select[Any], value: str) -> Select[Any]:
    today = business_now().date()
    if value == "0":
        return query.where(Qualification.valid_until < today)
    days = whole_number(value, SHOWN_DAYS)
    last = today + timedelta(days=min(days, SHOWN_DAYS))
    return query.where(Qualification.valid_until >= today, Qualification.valid_until <= last)


SPEC = ListSpec(
    title="资质到期",
    search_in=(Party.name.expression, Party.credit_code.expression),
    search_hint="企业名称、统一社会信用代码",
    default_sort="until",
    tie=Qualification.id.expression,
    columns=(
        Column(label="单位", value=lambda one: one.entry.party.name),
        Column(label="单位类别", value=lambda one: KIND_TITLES.get(one.entry.kind, one.entry.kind)),
        Column(label="资质", value=lambda one: f"{one.category}{one.level_name}"),
        Column(label="证书编号", value=lambda one: one.certificate),
        Column(
            label="有效期止",
            name="until",
            sort=Qualification.valid_until.expression,
            value=lambda one: one.valid_until,
        ),
        Column(label="提醒"),
    ),
    filters=(
        Filter(
            name="kind",
            label="单位类别",
            options=KINDS,
            narrow=lambda query, value: query.where(RosterEntry.kind == value),
        ),
        Filter(name="within", label="期限", options=WITHIN, narrow=_within),
    ),
)
