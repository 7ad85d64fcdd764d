"""The own account: password, second step, recovery codes."""

from base64 import b64encode
from io import BytesIO

import segno
from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from models.errors import InvalidError
from models.identity import credentials, sign_in, totp
from models.identity.account import Account
from models.identity.security import note
from models.session import reading, unit_of_work
from web.access import guard, require_actor
from web.auth.pages import box
from web.auth.sessions import open_session

ISSUER = "小额工程交易平台"

blueprint = Blueprint("account", __name__, url_prefix="/account")
guard(blueprint, signed_in=True)


@blueprint.get("/")
def show() -> ResponseReturnValue:
    """Show what the person may change of the own account."""
    with reading() as database:
        return _page(_own(database))


@blueprint.post("/password")
def change_password() -> ResponseReturnValue:
    """Change the password; every other session of the account ends."""
    present, new = request.form.get("present", ""), request.form.get("password", "")
    try:
        _check_again(new)
        with unit_of_work() as database:
            account = _own(database)
            credentials.change_password(database, account, present, new, _address())
    except credentials.WrongPasswordError as error:
        _note_refusal()
        return _page_again(error)
    except InvalidError as error:
        return _page_again(error)
    open_session(account)
    flash("密码已修改，其他设备上的登录已全部退出。", "ok")
    return redirect("/account/", 303)


@blueprint.post("/sessions/end")
def end_sessions() -> ResponseReturnValue:
    """Sign out everywhere but in this browser."""
    with unit_of_work() as database:
        account = _own(database)
        credentials.end_sessions(database, account, _address())
    open_session(account)
    flash("其他设备上的登录已全部退出。", "ok")
    return redirect("/account/", 303)


@blueprint.post("/totp")
def start_totp() -> ResponseReturnValue:
    """Show the QR code of a fresh secret; a code of the app puts it in force."""
    with unit_of_work() as database:
        account = _own(database)
        if account.tf_primary_method:
            raise InvalidError("两步验证已经开启，如要更换手机，请先关闭再重新开启。")
        secret = credentials.start_totp(account, box())
    return _totp_page(account, secret)


@blueprint.post("/totp/confirm")
def confirm_totp() -> ResponseReturnValue:
    """Put the second step in force and show the recovery codes once."""
    try:
        with unit_of_work() as database:
            account = _own(database)
            code = request.form.get("code", "")
            codes = credentials.confirm_totp(database, account, code, _address(), box())
    except InvalidError as error:
        with reading() as database:
            account = _own(database)
        secret = sign_in.open_secret(account, box())
        return (_totp_page(account, secret, error.text), 422) if secret else _page_again(error)
    return render_template("auth/recovery_codes.html", codes=codes)


@blueprint.post("/totp/off")
def stop_totp() -> ResponseReturnValue:
    """Switch the second step off."""
    try:
        with unit_of_work() as database:
            password = request.form.get("password", "")
            credentials.stop_totp(database, _own(database), password, _address())
    except InvalidError as error:
        return _page_again(error, "off_")
    flash("两步验证已关闭。", "ok")
    return redirect("/account/", 303)


def _check_again(new: str) -> None:
    if new != request.form.get("again", ""):
        raise InvalidError(fields={"again": "两次输入的新密码不一致，请重新输入。"})


def _note_refusal() -> None:
    with unit_of_work() as database:
        note(database, "password.refused", require_actor().username, _address())


def _own(database: Session) -> Account:
    return database.get_one(Account, require_actor().account_id)


def _page(account: Account, errors: dict[str, str] | None = None) -> str:
    left = len(account.mf_recovery_codes or [])
    return render_template(
        "auth/account.html", account=account, codes_left=left, errors=errors or {}
    )


def _page_again(error: InvalidError, prefix: str = "") -> ResponseReturnValue:
    with reading() as database:
        fields = {prefix + name: text for name, text in error.fields.items()}
        return _page(_own(database), fields or {"present": error.text}), 422


def _totp_page(account: Account, secret: str, error: str = "") -> str:
    picture = BytesIO()
    uri = totp.provisioning_uri(secret, account.username, ISSUER)
    segno.make(uri, error="m").save(picture, kind="png", scale=5, border=2)
    return render_template("auth/totp.html", secret=secret, qr=_data_uri(picture), error=error)


def _data_uri(picture: BytesIO) -> str:
    return "data:image/png;base64," + b64encode(picture.getvalue()).decode()


def _address() -> str:
    return request.remote_addr or ""
