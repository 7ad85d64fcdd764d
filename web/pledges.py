"""Pledges (企业承诺) as the departments see them: who promised what, when, and by whom signed."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from models.errors import NotFoundError
from models.identity.account import Account
from models.identity.actor import EVERYWHERE
from models.identity.party import Party
from models.roster.enrolment import KIND_TITLES, REVIEWERS
from models.roster.entry import Pledge, RosterEntry
from models.session import reading
from web.access import guard, require_role
from web.list_page import list_page
from web.lists import Column, Filter, ListSpec

PLEDGE_TITLES = {"truthfulness": "真实性承诺", "credit": "信用承诺"}
KINDS = tuple((kind, title) for kind, title in KIND_TITLES.items() if kind != "owner")

blueprint = Blueprint("pledges", __name__, url_prefix="/pledges")
guard(blueprint, roles=REVIEWERS)


class PledgeNotFoundError(NotFoundError):
    """No such pledge on the rosters of this person's counties."""

    message = "没有找到这份承诺，或作出承诺的单位不在您的区县名册库内，请回到企业承诺重新打开。"


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the pledges of the enterprises on one's rosters, the newest first."""
    return list_page(
        "review/pledges.html",
        lambda found: _spec(found.get("of", {})),
        _query(),
        lambda session, rows: {"of": _entries(session, rows)},
        titles=PLEDGE_TITLES,
        kinds=KIND_TITLES,
    )


@blueprint.get("/<pledge_id>")
def show(pledge_id: str) -> str:
    """Show one pledge word for word, with who signed it."""
    with reading() as session:
        pledge = session.scalar(_query().where(Pledge.id == pledge_id))
        if pledge is None:
            raise PledgeNotFoundError
        signer = session.get(Account, pledge.signed_by) if pledge.signed_by else None
        party = session.get_one(Party, pledge.party_id)
        return render_template(
            "review/pledge.html", pledge=pledge, party=party, signer=signer, titles=PLEDGE_TITLES
        )


def _counties() -> frozenset[str]:
    actor = require_role(*REVIEWERS)
    return frozenset(one for role in REVIEWERS for one in actor.counties_of(role))


def _on_roster() -> Select[Any]:
    counties = _counties()
    query = select(RosterEntry)
    return query if EVERYWHERE in counties else query.where(RosterEntry.county_code.in_(counties))


def _query() -> Select[Any]:
    mine = _on_roster().where(RosterEntry.party_id == Pledge.party_id).exists()
    return select(Pledge).join(Party, Party.id == Pledge.party_id).where(mine)


def _entries(session: Session, pledges: Sequence[Pledge]) -> Mapping[str, RosterEntry]:
    query = _on_roster().where(RosterEntry.party_id.in_([one.party_id for one in pledges]))
    return {entry.party_id: entry for entry in session.scalars(query)}


def _narrow_kind(query: Select[Any], kind: str) -> Select[Any]:
    same = _on_roster().where(RosterEntry.party_id == Pledge.party_id, RosterEntry.kind == kind)
    return query.where(same.exists())


def _spec(of: Mapping[str, RosterEntry]) -> ListSpec:
    return ListSpec(
        title="企业承诺",
        search_in=(Party.name.expression, Party.credit_code.expression),
        search_hint="企业名称、统一社会信用代码",
        default_sort="-signed",
        tie=Pledge.id.expression,
        columns=(
            Column(label="单位", value=lambda one: of[one.party_id].party.name),
            Column(
                label="单位类别",
                value=lambda one: KIND_TITLES.get(of[one.party_id].kind, of[one.party_id].kind),
            ),
            Column(label="承诺事项", value=lambda one: PLEDGE_TITLES.get(one.kind, one.kind)),
            Column(
                label="承诺时间",
                name="signed",
                sort=Pledge.signed_at.expression,
                value=lambda one: one.signed_at,
            ),
        ),
        filters=(Filter(name="kind", label="单位类别", options=KINDS, narrow=_narrow_kind),),
    )
