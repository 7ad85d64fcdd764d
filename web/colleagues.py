"""An organisation's own accounts (单位账号): its manager adds, stops and helps colleagues."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models.errors import InvalidError
from models.identity import colleagues
from models.identity.colleagues import NewColleague
from models.session import reading, unit_of_work
from web.access import guard, require_actor
from web.menu import role_title
from web.organisation import ROLES, Own, own_organisation

blueprint = Blueprint("colleagues", __name__, url_prefix="/organisation/accounts")
guard(blueprint, roles=ROLES)

LABELS = {"name": "姓名", "mobile": "手机", "username": "用户名", "roles": "岗位"}


@blueprint.get("")
def index() -> str:
    """List the organisation's accounts, with what may be done."""
    return _page()


@blueprint.post("")
def add() -> ResponseReturnValue:
    """Add an account and show, this once, the link by which its person sets the password."""
    fields = ("name", "mobile", "username")
    typed = {name: request.form.get(name, "").strip()[:60] for name in fields}
    typed["username"] = typed["username"].lower()
    given = NewColleague(**typed, roles=tuple(request.form.getlist("roles")[:10]))
    try:
        with unit_of_work() as session:
            actor = require_actor()
            county = own_organisation(session, actor).county
            address = request.remote_addr or ""
            token = colleagues.add(session, actor, county, given, address)
    except InvalidError as error:
        return _page(given=given, errors=error.fields), 422
    return _page(link=_link(token), about=given.username)


@blueprint.post("/<account_id>/link")
def link(account_id: str) -> ResponseReturnValue:
    """Show a fresh link by which a colleague sets the own password."""
    with unit_of_work() as session:
        actor = require_actor()
        token = colleagues.renew_password(session, actor, account_id)
        username = colleagues.colleague(session, actor, account_id).username
    return _page(link=_link(token), about=username)


@blueprint.post("/<account_id>/roles")
def roles(account_id: str) -> ResponseReturnValue:
    """Let a colleague hold exactly the ticked roles."""
    asked = request.form.getlist("roles")[:10]
    with unit_of_work() as session:
        actor = require_actor()
        county = own_organisation(session, actor).county
        colleagues.set_roles(session, actor, account_id, county, asked)
    flash("岗位已修改，下一次操作起生效。", "ok")
    return redirect(url_for("colleagues.index"), 303)


@blueprint.post("/<account_id>/<any(enable, disable):act>")
def switch(account_id: str, act: str) -> ResponseReturnValue:
    """Stop an account or let it be used again."""
    with unit_of_work() as session:
        colleagues.set_active(session, require_actor(), account_id, active=act == "enable")
    flash("账号已启用。" if act == "enable" else "账号已停用，其登录全部退出。", "ok")
    return redirect(url_for("colleagues.index"), 303)


def _link(token: str) -> str:
    return url_for("set_password.show", token=token, _external=True)


def _page(
    *,
    given: NewColleague | None = None,
    errors: dict[str, str] | None = None,
    link: str = "",
    about: str = "",
) -> str:
    with reading() as session:
        actor = require_actor()
        own: Own = own_organisation(session, actor)
        return render_template(
            "organisation/accounts.html",
            own=own,
            accounts=colleagues.colleagues_of(session, actor),
            offered=[
                (role, role_title(role))
                for role in colleagues.roles_to_give(session, own.party.id, own.county)
            ],
            given=given or NewColleague(),
            errors=errors or {},
            labels=LABELS,
            link=link,
            about=about,
        )
