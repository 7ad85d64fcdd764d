"""The roster as the regulator works with it: who stands on it, with what, suspended or not."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, redirect
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager

from models.clock import business_now
from models.errors import NotFoundError
from models.identity.actor import EVERYWHERE
from models.identity.party import Party
from models.roster.enrolment import KIND_TITLES
from models.roster.entry import EntryStatus, RosterEntry, RosterPlace, Suspension
from models.roster.places import ROSTER_TITLES
from models.roster.suspensions import in_force
from models.session import reading, unit_of_work
from web.access import guard, require_role
from web.list_page import list_page
from web.lists import Column, Filter, ListSpec
from web.work_item import engine, next_item

REGULATOR = "regulator"
FLOW = "enterprise_suspension"
KINDS = tuple((kind, title) for kind, title in KIND_TITLES.items() if kind != "owner")
ROSTERS = tuple(ROSTER_TITLES.items())
STANDINGS = (("suspended", "正在停用"), ("free", "没有停用"))

blueprint = Blueprint("enterprises", __name__, url_prefix="/enterprises")
guard(blueprint, roles=(REGULATOR,))


class EnterpriseNotFoundError(NotFoundError):
    """No such enterprise on the rosters of this regulator."""

    message = "没有找到这家企业，或它不在您的区县名册库内，请回到企业名册重新打开。"


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the enterprises of one's rosters, with what stops them."""
    now = business_now()
    return list_page(
        "review/enterprises.html",
        lambda found: _spec(found.get("stops", {})),
        _query(),
        lambda session, rows: {"stops": _stops(session, rows, now)},
        kinds=KIND_TITLES,
        rosters=ROSTER_TITLES,
        today=now.date(),
    )


@blueprint.post("/<entry_id>/conduct")
def begin(entry_id: str) -> ResponseReturnValue:
    """Begin a decision on suspending or reinstating an enterprise, and open its first step."""
    actor = require_role(REGULATOR)
    with unit_of_work() as session:
        entry = session.scalar(_query().where(RosterEntry.id == entry_id))
        if entry is None:
            raise EnterpriseNotFoundError
        given = {"enterprise": entry.party_id}
        instance = engine(session).start(FLOW, entry.county_code, given, actor=actor)
    with reading() as session:
        first = next_item(session, instance.id, actor)
    return redirect(f"/work-items/{first.id}" if first else f"/cases/{instance.id}", 303)


def _query() -> Select[Any]:
    counties = require_role(REGULATOR).counties_of(REGULATOR)
    query = (
        select(RosterEntry)
        .join(RosterEntry.party)
        .options(contains_eager(RosterEntry.party))
        .where(RosterEntry.status == EntryStatus.ACTIVE)
    )
    return query if EVERYWHERE in counties else query.where(RosterEntry.county_code.in_(counties))


def _stops(
    session: Session, entries: Sequence[RosterEntry], now: datetime
) -> Mapping[tuple[str, str], Suspension]:
    parties = [entry.party_id for entry in entries]
    found = session.scalars(in_force(now).where(Suspension.party_id.in_(parties)))
    return {(one.party_id, one.county_code): one for one in found}


def _narrow_standing(query: Select[Any], value: str) -> Select[Any]:
    stopped = (
        in_force(business_now())
        .with_only_columns(Suspension.id)
        .where(
            Suspension.party_id == RosterEntry.party_id,
            Suspension.county_code == RosterEntry.county_code,
        )
    )
    return query.where(stopped.exists() if value == "suspended" else ~stopped.exists())


def _spec(stops: Mapping[tuple[str, str], Suspension]) -> ListSpec:
    def until(entry: RosterEntry) -> object:
        stop = stops.get((entry.party_id, entry.county_code))
        return stop.until_at if stop else None

    return ListSpec(
        title="企业名册",
        search_in=(Party.name.expression, Party.credit_code.expression),
        search_hint="企业名称、统一社会信用代码",
        default_sort="name",
        tie=RosterEntry.id.expression,
        columns=(
            Column(
                label="企业", name="name", sort=Party.name.expression, value=lambda e: e.party.name
            ),
            Column(label="统一社会信用代码", value=lambda entry: entry.party.credit_code),
            Column(label="单位类别", value=lambda one: KIND_TITLES.get(one.kind, one.kind)),
            Column(label="名册库", value=_rosters),
            Column(label="资质", value=_held),
            Column(
                label="入库日期",
                name="entered",
                sort=RosterEntry.entered_on.expression,
                value=lambda entry: entry.entered_on,
            ),
            Column(label="停用至", value=until),
        ),
        filters=(
            Filter(
                name="kind",
                label="单位类别",
                options=KINDS,
                narrow=lambda query, value: query.where(RosterEntry.kind == value),
            ),
            Filter(name="roster", label="名册库", options=ROSTERS, narrow=_narrow_roster),
            Filter(name="standing", label="停用", options=STANDINGS, narrow=_narrow_standing),
        ),
    )


def _held(entry: RosterEntry) -> str:
    return "；".join(
        f"{one.category}{one.level_name}（有效期至{one.valid_until}）"
        for one in sorted(entry.qualifications, key=lambda each: each.category)
    )


def _rosters(entry: RosterEntry) -> str:
    return "、".join(ROSTER_TITLES.get(one.roster, one.roster) for one in entry.places)


def _narrow_roster(query: Select[Any], roster: str) -> Select[Any]:
    place = select(RosterPlace.id).where(
        RosterPlace.entry_id == RosterEntry.id, RosterPlace.roster == roster
    )
    return query.where(place.exists())
