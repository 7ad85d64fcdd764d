"""Roles (角色) of a county: the base's under its own names, and those that only it has."""

from collections.abc import Callable, Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from models.flow.definition import BASE
from models.session import reading, unit_of_work
from processes import proposals
from processes.packs.roles import PATH, read_roles
from processes.proposals.copying import Side
from processes.proposals.own_roles import (
    RolesUnreadableError,
    RoleWrongError,
    own_of,
    with_role,
    without_role,
)
from web.access import guard, require_actor
from web.workbench.place import ROLES, Place, place_of

NAMES = ("key", "title", "of")
LABELS = {"key": "标识", "title": "名称", "of": "由谁担任"}
OF_WORDS: Mapping[str, str] = {"party": "单位", "person": "个人", "platform": "平台"}
blueprint = Blueprint("county_roles", __name__, url_prefix="/roles")
guard(blueprint, roles=ROLES)


@blueprint.get("")
def index() -> str:
    """List the roles of a county, its own first, with the form for a new one."""
    return _page({}, {})


@blueprint.post("")
def add() -> ResponseReturnValue:
    """Put a role into the proposal, or show the form again with what is wrong."""
    given = {name: request.form.get(name, "").strip()[:100] for name in NAMES}
    try:
        with unit_of_work() as session:
            place = place_of(session, require_actor())
            proposal = _edit(session, place, lambda body, side: with_role(body, side, **given))
    except RoleWrongError as error:
        return _page(given, error.fields), 422
    except RolesUnreadableError as error:
        flash(error.text, "late")
        return _page(given, {}), 422
    flash(f"已写入改动单：角色“{given['title']}”。发布之后由安全管理员授予账号。", "ok")
    return redirect(url_for("county_roles.index", proposal=proposal), 303)


@blueprint.post("/<role>/remove")
def remove(role: str) -> ResponseReturnValue:
    """Take one of the county's own roles out of the proposal's file."""
    with unit_of_work() as session:
        place = place_of(session, require_actor())
        proposal = _edit(session, place, lambda body, _: without_role(body, role))
    flash("已从改动单中去掉这个角色。", "ok")
    return redirect(url_for("county_roles.index", proposal=proposal), 303)


def _edit(session: Session, place: Place, change: Callable[[bytes, Side], bytes]) -> str:
    actor = require_actor()
    proposal = place.proposal or proposals.open_for(session, place.code, actor)
    shown = proposals.read_file(session, place.code, PATH, proposal)
    files = proposals.files_in(session, place.code, proposal)
    side = Side(files, proposals.files_in(session, BASE))
    body = change(shown.body, side)
    proposals.save_file(session, proposal, PATH, body, version=shown.version, actor=actor)
    return proposal.id


def _page(given: Mapping[str, str], errors: Mapping[str, str]) -> str:
    with reading() as session:
        place = place_of(session, require_actor())
        files = proposals.files_in(session, place.code, place.proposal)
        base = proposals.files_in(session, BASE)
        side = Side(files, base)
        below = {} if place.is_base else read_roles(base[PATH], None)[0]
        own = own_of(side, below)
        return render_template(
            "workbench/roles.html",
            place=place,
            own=own,
            others=[one for one in side.roles.values() if one not in own],
            words=OF_WORDS,
            given=given,
            errors=errors,
            labels=LABELS,
        )
