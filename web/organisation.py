"""One's own organisation: facts, qualifications, pledges, suspensions, and how to change them."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import business_now
from models.errors import ForbiddenError, InvalidError, NotFoundError
from models.identity.account import Account
from models.identity.actor import Actor
from models.identity.contact import change_contact
from models.identity.party import Party
from models.reviews import received, standing
from models.roster import enrolments
from models.roster.comparison import compare, facts_in_force
from models.roster.declined import declined_by
from models.roster.enrolment import KIND_TITLES, ROUND_TITLES, EnrolmentRound, RoundState
from models.roster.entry import Pledge, RosterEntry, Suspension
from models.roster.expiry import SHOWN_DAYS, ends_soon
from models.roster.qualification_rows import entry_of
from models.roster.suspensions import is_in_force
from models.session import reading, unit_of_work
from processes import enrolment_withdrawal
from web.access import guard, require_actor
from web.shell import chosen_county
from web.work_item import engine, next_item

ROLES = ("applicant", *KIND_TITLES)
TABS = (
    ("facts", "基本信息"),
    ("qualifications", "资质"),
    ("pledges", "承诺"),
    ("materials", "其他材料"),
    ("evaluations", "信用评价"),
    ("suspensions", "停用和放弃记录"),
)
EVERY_TAB = ("facts", "qualifications", "pledges", "materials", "suspensions")
TABS_OF = {
    "owner": ("facts", "materials"),
    "contractor": (*EVERY_TAB, "evaluations"),
}
"""The tabs of a kind, where they are not every one: owners are neither rated nor suspended."""

blueprint = Blueprint("organisation", __name__, url_prefix="/organisation")
guard(blueprint, roles=ROLES)


class NoOrganisationError(ForbiddenError):
    """The account belongs to no organisation."""

    message = "您的账号没有所属单位，没有单位信息可看，请联系系统管理员登记所属单位。"


class RoundNotFoundError(NotFoundError):
    """No such round, or another organisation's."""

    message = "没有找到这一轮材料，请回到本单位信息重新打开。"


@dataclass(frozen=True)
class Own:
    """The organisation of who is signed in, in the county worked in."""

    party: Party
    county: str
    kind: str | None
    pending: EnrolmentRound | None
    entry: RosterEntry | None
    manages: bool

    @property
    def title(self) -> str:
        """As what it is enrolled, in words."""
        return KIND_TITLES.get(self.kind or "", "尚未入驻")


@blueprint.get("")
def facts() -> str:
    """Show the facts in force, what is pending, and every round handed in."""
    with reading() as session:
        own = own_organisation(session, require_actor())
        return _facts_page(session, own)


@blueprint.get("/qualifications")
def qualifications() -> str:
    """Show the qualifications in force, those pending, and those of earlier rounds."""
    with reading() as session:
        own = own_organisation(session, require_actor())
        rounds = [one for one in enrolments.rounds_of(session, own.party.id) if one.qualifications]
        today = business_now().date()
        return page("qualifications", own, rounds=rounds, today=today)


@blueprint.get("/pledges")
def pledges() -> str:
    """Show what the organisation promised, when and by whom."""
    with reading() as session:
        own = own_organisation(session, require_actor())
        query = select(Pledge).where(Pledge.party_id == own.party.id)
        found = session.scalars(query.order_by(Pledge.signed_at.desc())).all()
        return page("pledges", own, pledges=found)


@blueprint.get("/suspensions")
def suspensions() -> str:
    """Show the organisation's own suspensions, in force and past, and the awards it gave back."""
    with reading() as session:
        own = own_organisation(session, require_actor())
        query = select(Suspension).where(Suspension.party_id == own.party.id)
        found = session.scalars(query.order_by(Suspension.from_at.desc())).all()
        now = business_now()
        lines = [(one, is_in_force(one, now)) for one in found]
        given_back = declined_by(session, own.party.id)
        return page("suspensions", own, suspensions=lines, declined=given_back)


@blueprint.get("/evaluations")
def evaluations() -> str:
    """Show how owners evaluated the organisation, and what that amounts to."""
    with reading() as session:
        own = own_organisation(session, require_actor())
        return page(
            "evaluations",
            own,
            reviews=received(session, own.party.id),
            standing=standing(session, own.party.id),
        )


@blueprint.get("/rounds/<round_id>")
def show_round(round_id: str) -> str:
    """Show one round that was handed in, beside what it replaced."""
    with reading() as session:
        own = own_organisation(session, require_actor())
        round_ = session.get(EnrolmentRound, round_id)
        if round_ is None or round_.party_id != own.party.id:
            raise RoundNotFoundError
        return page("facts", own, "round", round_=round_, lines=compare(session, round_))


@blueprint.post("/change")
def change() -> ResponseReturnValue:
    """Begin an enrolment or a change, or go on with the one that is open."""
    actor = require_actor()
    with unit_of_work() as session:
        own = own_organisation(session, actor)
        case = own.pending.instance_id if own.pending else _begin(session, own, actor)
    with reading() as session:
        item = next_item(session, case, actor)
    return redirect(f"/work-items/{item.id}" if item else f"/cases/{case}", 303)


@blueprint.post("/withdraw")
def withdraw() -> ResponseReturnValue:
    """Take what was handed in back, as long as nobody has decided it."""
    actor, settings = require_actor(), current_app.extensions["settings"]
    with unit_of_work() as session:
        own = own_organisation(session, actor)
        enrolment_withdrawal.withdraw(session, settings, own.pending, actor=actor)
    flash("材料已撤回，原有信息继续有效；修改后可以重新提交。", "ok")
    return redirect("/organisation", 303)


@blueprint.post("/contact")
def contact() -> ResponseReturnValue:
    """Change who is written to; that needs nobody's verification."""
    given = {name: request.form.get(name, "").strip()[:60] for name in ("contact", "mobile")}
    try:
        with unit_of_work() as session:
            own = own_organisation(session, require_actor())
            change_contact(session, own.party, given["contact"], given["mobile"], require_actor())
    except InvalidError as error:
        with reading() as session:
            own = own_organisation(session, require_actor())
            return _facts_page(session, own, errors=error.fields, typed=given), 422
    flash("联系人和手机已更新，以后的短信发到新号码。", "ok")
    return redirect("/organisation", 303)


def own_organisation(session: Session, actor: Actor) -> Own:
    """Return the organisation of an account, with what is pending for it."""
    party = session.get(Party, actor.party_id) if actor.party_id else None
    if party is None:
        raise NoOrganisationError
    chosen = chosen_county()
    county = chosen.code if chosen else party.county_code
    return Own(
        party=party,
        county=county,
        kind=enrolments.role_of(session, party.id, county),
        pending=enrolments.pending_round(session, party.id, county),
        entry=entry_of(session, party.id, county),
        manages=session.get_one(Account, actor.account_id).manages_party,
    )


def _facts_page(session: Session, own: Own, **values: Any) -> str:  # noqa: ANN401
    rounds = enrolments.rounds_of(session, own.party.id)
    return page("facts", own, facts=facts_in_force(own.party), rounds=rounds, **values)


def _begin(session: Session, own: Own, actor: Actor) -> str:
    kind = own.kind or _kind_asked(session, own)
    flow = enrolments.flow_of(kind)
    return engine(session).start(flow, own.county, {"kind": kind}, actor=actor).id


def _kind_asked(session: Session, own: Own) -> str:
    """Return as what it registered: every round of it says so, handed in or not."""
    mine = (EnrolmentRound.party_id == own.party.id, EnrolmentRound.county_code == own.county)
    return session.scalar(select(EnrolmentRound.kind).where(*mine).limit(1)) or "contractor"


def page(tab: str, own: Own, name: str = "", **values: Any) -> str:  # noqa: ANN401
    """Return one tab of the organisation's pages."""
    return render_template(
        f"organisation/{name or tab}.html",
        tab=tab,
        tabs=[one for one in TABS if one[0] in TABS_OF.get(own.kind or "", EVERY_TAB)],
        own=own,
        manages=own.manages,
        round_titles=ROUND_TITLES,
        states=RoundState,
        ending=ends_soon(own.entry, business_now().date(), SHOWN_DAYS),
        now=business_now(),
        **values,
    )
