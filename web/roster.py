"""The roster (名册) for everybody: organisations by type and trade, each with what stands of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, and_, or_, select, tuple_
from sqlalchemy.orm import Session, contains_eager, lazyload

from models.clock import business_now
from models.errors import NotFoundError
from models.identity.party import Party, PartyRole, PartyStatus
from models.reviews import received, standing
from models.roster.entry import (
    EntryStatus,
    Pledge,
    Qualification,
    RosterEntry,
    RosterPlace,
    Suspension,
)
from models.roster.places import ROSTER_TITLES
from models.roster.suspensions import in_force
from models.session import reading
from web.access import guard
from web.list_page import county_filter, list_page, open_counties
from web.lists import Column, Filter, ListSpec

TYPE_TITLES: Mapping[str, str] = {
    "contractor": "施工企业",
    "owner": "项目业主",
    "agency": "代理机构",
    "supervisor": "监理单位",
    "auditor": "审计单位",
    "review_body": "评审机构",
}
MOST_TRADES = 100
STANDING = (("free", "可以参与"), ("suspended", "正在停用"))

blueprint = Blueprint("roster", __name__, url_prefix="/roster")
guard(blueprint, public=True)


class NotOnRosterError(NotFoundError):
    """No such organisation on a roster."""

    message = "名册里没有这家单位，可能地址有误或它已经退出，请从名册列表重新查找。"


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the organisations on the rosters of the open counties."""
    counties = open_counties()
    with reading() as session:
        trades = session.scalars(_trades()).all()

    def spec(found: Mapping[str, Any]) -> ListSpec:
        return _spec(counties, trades, found)

    return list_page("portal/roster.html", spec, _query(), _details, counties=counties)


@blueprint.get("/<party_id>")
def show(party_id: str) -> str:
    """Show one organisation: qualifications, pledges, suspensions in force, evaluations."""
    with reading() as session:
        roles = session.scalars(_query().where(Party.id == party_id)).all()
        if not roles:
            raise NotOnRosterError
        pledges = select(Pledge).where(Pledge.party_id == party_id)
        stops = in_force(business_now()).where(Suspension.party_id == party_id)
        return render_template(
            "portal/enterprise.html",
            party=roles[0].party,
            roles=roles,
            types=TYPE_TITLES,
            counties=open_counties(),
            entries=_entries(session, [party_id]),
            pledges=session.scalars(pledges.order_by(Pledge.signed_at.desc())).all(),
            suspensions=session.scalars(stops.order_by(Suspension.from_at.desc())).all(),
            reviews=received(session, party_id),
            standing=standing(session, party_id),
            today=business_now().date(),
        )


def _query() -> Select[Any]:
    on_roster = and_(
        RosterEntry.party_id == PartyRole.party_id,
        RosterEntry.county_code == PartyRole.county_code,
        RosterEntry.status == EntryStatus.ACTIVE,
    )
    enrolled = select(RosterEntry.id).where(on_roster).exists()
    return (
        select(PartyRole)
        .join(PartyRole.party)
        .options(contains_eager(PartyRole.party).options(lazyload(Party.roles)))
        .where(
            Party.status == PartyStatus.ACTIVE,
            PartyRole.role.in_(TYPE_TITLES),
            or_(PartyRole.role != "contractor", enrolled),
        )
    )


def _trades() -> Select[Any]:
    held = select(Qualification.category).join(Qualification.entry)
    active = held.where(RosterEntry.status == EntryStatus.ACTIVE)
    return active.distinct().order_by(Qualification.category).limit(MOST_TRADES)


def _details(session: Session, rows: Sequence[PartyRole]) -> dict[str, Any]:
    parties = [row.party_id for row in rows]
    stops = session.scalars(in_force(business_now()).where(Suspension.party_id.in_(parties)))
    held = {(one.party_id, one.county_code): one for one in _entries(session, parties)}
    return {
        "entries": held,
        "stops": {(one.party_id, one.county_code): one for one in stops},
        "types": TYPE_TITLES,
        "rosters": rosters_of,
    }


def _entries(session: Session, parties: Sequence[str]) -> Sequence[RosterEntry]:
    query = select(RosterEntry).options(lazyload(RosterEntry.party))
    chosen = query.where(
        RosterEntry.party_id.in_(parties), RosterEntry.status == EntryStatus.ACTIVE
    )
    return session.scalars(chosen).all()


def _holds(query: Select[Any], trade: str) -> Select[Any]:
    held = select(RosterEntry.party_id, RosterEntry.county_code).join(RosterEntry.qualifications)
    place = tuple_(PartyRole.party_id, PartyRole.county_code)
    return query.where(
        PartyRole.role == "contractor", place.in_(held.where(Qualification.category == trade))
    )


def _on(query: Select[Any], roster: str) -> Select[Any]:
    """Narrow to the organisations of a roster, in the role in which they stand on it.

    Read once as a set: asked row by row, a roster of few would cost a look-up for each of the rest.
    """
    placed = (
        select(RosterEntry.party_id, RosterEntry.county_code, RosterEntry.kind)
        .join(RosterEntry.places)
        .where(RosterPlace.roster == roster, RosterEntry.status == EntryStatus.ACTIVE)
    )
    place = tuple_(PartyRole.party_id, PartyRole.county_code, PartyRole.role)
    return query.where(place.in_(placed))


def rosters_of(entries: Mapping[Any, RosterEntry], row: PartyRole) -> list[str]:
    """Return the titles of the rosters that an organisation belongs to in a role."""
    entry = entries.get((row.party_id, row.county_code))
    places = entry.places if entry is not None and entry.kind == row.role else []
    held = {place.roster for place in places}
    return [title for roster, title in ROSTER_TITLES.items() if roster in held]


def _stands(query: Select[Any], value: str) -> Select[Any]:
    stopped = (
        in_force(business_now())
        .with_only_columns(Suspension.id)
        .where(
            Suspension.party_id == PartyRole.party_id,
            Suspension.county_code == PartyRole.county_code,
        )
        .exists()
    )
    return query.where(stopped if value == "suspended" else ~stopped)


def _spec(counties: Mapping[str, str], trades: Sequence[str], found: Mapping[str, Any]) -> ListSpec:
    entries, stops = found.get("entries", {}), found.get("stops", {})

    def held(row: PartyRole) -> str:
        entry = entries.get((row.party_id, row.county_code))
        return (
            "；".join(f"{one.category}{one.level_name}" for one in entry.qualifications)
            if entry
            else ""
        )

    def stands(row: PartyRole) -> str:
        return "正在停用" if (row.party_id, row.county_code) in stops else "可以参与"

    return ListSpec(
        title="名册",
        search_in=(Party.name.expression, Party.credit_code.expression),
        search_hint="企业名称、统一社会信用代码",
        default_sort="name",
        tie=PartyRole.id.expression,
        columns=(
            Column(
                label="单位",
                name="name",
                sort=Party.name.expression,
                value=lambda one: one.party.name,
            ),
            Column(label="统一社会信用代码", value=lambda one: one.party.credit_code),
            Column(label="类型", value=lambda one: TYPE_TITLES[one.role]),
            Column(label="区县", value=lambda one: counties.get(one.county_code, one.county_code)),
            Column(label="所属名册库", value=lambda one: "、".join(rosters_of(entries, one))),
            Column(label="资质", value=held),
            Column(
                label="状态",
                value=lambda one: (
                    "正在停用" if (one.party_id, one.county_code) in stops else "可以参与"
                ),
            ),
        ),
        filters=(
            Filter(
                name="type",
                label="类型",
                options=tuple(TYPE_TITLES.items()),
                narrow=lambda query, value: query.where(PartyRole.role == value),
            ),
            Filter(
                name="trade",
                label="资质类别",
                options=tuple((trade, trade) for trade in trades),
                narrow=_holds,
            ),
            Filter(
                name="roster",
                label="所属名册库",
                options=tuple(ROSTER_TITLES.items()),
                narrow=_on,
            ),
            county_filter(PartyRole.county_code.expression, counties),
            Filter(name="standing", label="停用", options=STANDING, narrow=_stands),
        ),
    )
