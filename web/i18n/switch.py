"""The switch between the languages: kept with the account, or in a cookie for visitors."""

from flask import Blueprint, current_app, g, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import update

from models.errors import NotFoundError
from models.identity.account import Account
from models.session import unit_of_work
from web.access import guard
from web.addresses import local_address
from web.i18n import COOKIE, LANGUAGES

YEAR_SECONDS = 365 * 24 * 3600

blueprint = Blueprint("language", __name__, url_prefix="/language")
guard(blueprint, public=True)


class LanguageUnknownError(NotFoundError):
    """The site does not speak this language."""

    message = "本站只有中文和英文两种语言，请在页面顶部选择其中一种。"


@blueprint.get("/<code>")
def look(code: str) -> ResponseReturnValue:
    """Show the site to this browser in a language; an account keeps its own."""
    return _answer(code, request.args.get("back", ""))


@blueprint.post("/<code>")
def keep(code: str) -> ResponseReturnValue:
    """Keep the language with the account, and with this browser for when it has signed out."""
    if code in LANGUAGES and g.actor is not None:
        chosen = update(Account).where(Account.id == g.actor.account_id)
        with unit_of_work() as session:
            session.execute(chosen.values(locale=LANGUAGES[code]))
    return _answer(code, request.form.get("back", ""))


def _answer(code: str, back: str) -> ResponseReturnValue:
    if code not in LANGUAGES:
        raise LanguageUnknownError
    answer = redirect(local_address(back, "/"), 303)
    answer.set_cookie(
        COOKIE,
        code,
        max_age=YEAR_SECONDS,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return answer
