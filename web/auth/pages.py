"""Signing in (password, then the second step where it is on) and out."""

from datetime import timedelta

from cryptography.fernet import Fernet
from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    session,
)
from flask.typing import ResponseReturnValue

from models.clock import system_now
from models.identity.account import Account
from models.identity.credentials import sealing_box
from models.identity.security import note
from models.identity.sign_in import Attempt, Outcome, by_code, by_password
from models.session import unit_of_work
from web.access import guard
from web.addresses import local_address
from web.auth.key_site import key_site, with_program
from web.auth.sessions import close_session, open_session

REFUSED = (
    "账号或密码不对，或账号已暂时锁定。连续5次不对会锁定15分钟，请核对后再试，"
    "忘记密码请联系安全管理员。"
)
CODE_REFUSED = "验证码不对或已用过，请等验证器显示下一个验证码后重新输入。连续5次不对会锁定15分钟。"
SECOND_STEP_TIME = timedelta(minutes=5)
HOME = "/desk"

blueprint = Blueprint("auth", __name__)
guard(blueprint, public=True)


@blueprint.get("/sign-in")
def sign_in_page() -> ResponseReturnValue:
    """Show the sign-in form."""
    if g.actor is not None:
        return redirect(_next_place(), 303)
    return _sign_in_page(_next_place())


@blueprint.post("/sign-in")
def sign_in() -> ResponseReturnValue:
    """Check user name and password."""
    username = request.form.get("username", "")
    with unit_of_work() as database:
        attempt = by_password(database, username, request.form.get("password", ""), _address())
    if attempt.account is not None and attempt.outcome is Outcome.SECOND_STEP:
        _remember_first_step(attempt.account)
        return redirect("/sign-in/code", 303)
    if attempt.account is not None:
        return _enter(attempt.account, _next_place())
    return _sign_in_page(_next_place(), username, REFUSED), 422


@blueprint.get("/sign-in/code")
def code_page() -> ResponseReturnValue:
    """Ask for the code of the authenticator app."""
    if _first_step() is None:
        return redirect("/sign-in", 303)
    return render_template("auth/code.html", error="")


@blueprint.post("/sign-in/code")
def check_code() -> ResponseReturnValue:
    """Check the code, or a recovery code."""
    account_id = _first_step()
    if account_id is None:
        flash("登录已过期，请重新输入账号和密码。", "warn")
        return redirect("/sign-in", 303)
    attempt = _try_code(account_id, request.form.get("code", ""))
    if attempt.account is not None:
        return _enter(attempt.account, local_address(session.get("next", HOME), HOME))
    if attempt.outcome is Outcome.LOCKED:
        close_session()
        return _sign_in_page(HOME, error=REFUSED), 422
    return render_template("auth/code.html", error=CODE_REFUSED), 422


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the session in this browser."""
    if g.actor is not None:
        with unit_of_work() as database:
            note(database, "sign_out", g.actor.username, _address())
    close_session()
    return redirect("/sign-in", 303)


def box() -> Fernet:
    """Return the box in which this site keeps secrets of the second step."""
    return sealing_box(current_app.extensions["settings"].secret)


def _sign_in_page(place: str, username: str = "", error: str = "") -> Response:
    page = render_template(
        "auth/sign_in.html", next=place, username=username, error=error, key_site=key_site()
    )
    return with_program(page)


def _try_code(account_id: str, code: str) -> Attempt:
    with unit_of_work() as database:
        account = database.get_one(Account, account_id)
        if account.fs_uniquifier != session.get("first_sid"):
            return Attempt(Outcome.LOCKED)
        return by_code(database, account, code, _address(), box())


def _enter(account: Account, place: str) -> ResponseReturnValue:
    open_session(account)
    return redirect(place, 303)


def _remember_first_step(account: Account) -> None:
    place = _next_place()
    session.clear()
    session.update(
        first_step=account.id,
        first_sid=account.fs_uniquifier,
        first_at=system_now().timestamp(),
        next=place,
    )


def _first_step() -> str | None:
    age = system_now().timestamp() - session.get("first_at", 0)
    return session.get("first_step") if age < SECOND_STEP_TIME.total_seconds() else None


def _next_place() -> str:
    return local_address(request.values.get("next", HOME), HOME)


def _address() -> str:
    return request.remote_addr or ""
