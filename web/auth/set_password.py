"""Setting the own password by a link that the organisation's manager handed over."""

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from models.errors import InvalidError
from models.identity.password_link import account_of, use_link
from models.session import reading, unit_of_work
from web.access import guard

blueprint = Blueprint("set_password", __name__, url_prefix="/set-password")
guard(blueprint, public=True)


@blueprint.get("/<token>")
def show(token: str) -> str:
    """Ask for a new password, twice."""
    return _page(token, {})


@blueprint.post("/<token>")
def save(token: str) -> ResponseReturnValue:
    """Set the password; the link works no more."""
    password, again = request.form.get("password", ""), request.form.get("again", "")
    try:
        with unit_of_work() as session:
            use_link(session, token, password, again, request.remote_addr or "")
    except InvalidError as error:
        return _page(token, error.fields), 422
    flash("密码已设置，请登录。", "ok")
    return redirect("/sign-in", 303)


def _page(token: str, errors: dict[str, str]) -> str:
    with reading() as session:
        account = account_of(session, token)
        return render_template("auth/set_password.html", account=account, errors=errors)
