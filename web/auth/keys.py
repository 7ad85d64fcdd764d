"""The own keys and certificates: list, bind, name, unbind; challenges for binding and steps."""

from flask import Blueprint, flash, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from models.errors import InvalidError
from models.flow.work_item import WorkItem
from models.identity import key_challenges, key_proofs, keys, passwords
from models.identity.account import Account
from models.identity.actor import Actor
from models.identity.credentials import WrongPasswordError
from models.identity.key_challenges import Purpose
from models.identity.key_proofs import Proof
from models.identity.key_tables import KEY_TITLES, CaToken
from models.identity.security import note
from models.session import reading, unit_of_work
from processes.case_errors import PresenceRequiredError, WorkItemNotFoundError
from web.access import guard, require_actor
from web.auth import key_site

PLACE = "/account/keys/"
NOT_BOUND = "登录密码不对，没有绑定，请重新输入。"

blueprint = Blueprint("keys", __name__, url_prefix="/account/keys")
guard(blueprint, signed_in=True)


@blueprint.get("/")
def show() -> ResponseReturnValue:
    """Show what is bound, and how to bind more."""
    with reading() as database:
        bound = key_proofs.bound_keys(database, _own(database))
        page = render_template(
            "auth/keys.html",
            keys=bound,
            titles=KEY_TITLES,
            most=keys.MOST,
            key_site=key_site.key_site(),
        )
    return key_site.with_program(page)


@blueprint.post("/challenge")
def challenge() -> ResponseReturnValue:
    """Give this browser a number to be signed, for binding or for one step."""
    sent, actor = key_site.sent_json(), _person()
    about = str(sent.get("about", ""))
    purpose = Purpose.STEP if about else Purpose.BIND
    with unit_of_work() as database:
        if purpose is Purpose.STEP and database.get(WorkItem, about) is None:
            raise WorkItemNotFoundError
        asker = key_site.asker(purpose, actor.account_id, about)
        begun = key_proofs.begin(database, asker)
    return jsonify(begun)


@blueprint.post("/bind")
def bind() -> ResponseReturnValue:
    """Bind a key or certificate after the password was given."""
    sent, actor = key_site.sent_json(), _person()
    proof: Proof | None = None
    try:
        proof = key_site.proof_of(sent)
        with unit_of_work() as database:
            account = database.get_one(Account, actor.account_id)
            _check_password(account, sent.get("password"))
            asker = key_site.asker(Purpose.BIND, account.id)
            token = keys.bind(database, account, proof, asker, str(sent.get("name", "")))
            note(database, "key.bound", account.username, _address(), keys.told(token))
    except InvalidError as error:
        _note_refusal(error, proof, actor)
        raise
    flash(f"已绑定{KEY_TITLES[token.kind]}“{token.name}”，下次登录可以使用。", "ok")
    return jsonify(next=PLACE)


@blueprint.post("/<token_id>/name")
def rename(token_id: str) -> ResponseReturnValue:
    """Give a key another name."""
    with unit_of_work() as database:
        account = _own(database)
        token = keys.rename(database, account, token_id, request.form.get("name", ""))
        note(database, "key.renamed", account.username, _address(), keys.told(token))
    flash("名称已修改。", "ok")
    return redirect(PLACE, 303)


@blueprint.post("/<token_id>/unbind")
def unbind(token_id: str) -> ResponseReturnValue:
    """Unbind a key; signing in by password stays possible."""
    with unit_of_work() as database:
        account = _own(database)
        token = keys.unbind(database, account, token_id, account.id)
        note(database, "key.unbound", account.username, _address(), keys.told(token))
    flash(f"已解绑{KEY_TITLES[token.kind]}“{token.name}”，它不能再用来登录和办理。", "ok")
    return redirect(PLACE, 303)


def has_keys(database: Session, actor: Actor) -> bool:
    """Return whether somebody has a key or certificate to confirm a step with."""
    account = database.get(Account, actor.account_id)
    found: list[CaToken] = list(key_proofs.bound_keys(database, account)) if account else []
    return bool(found)


def _person() -> Actor:
    actor = require_actor()
    if actor.by_token:
        raise PresenceRequiredError
    return actor


def _own(database: Session) -> Account:
    return database.get_one(Account, _person().account_id)


def _check_password(account: Account, password: object) -> None:
    # whoever finds somebody's screen unlocked must not leave with a way in of their own
    if not isinstance(password, str) or not passwords.verify(account.password, password):
        raise WrongPasswordError(NOT_BOUND, fields={"password": NOT_BOUND})


def _note_refusal(error: InvalidError, proof: Proof | None, actor: Actor) -> None:
    with unit_of_work() as database:
        keys.note_refusal(database, error, actor.username, _address())
        if proof is not None:
            key_challenges.burn(database, proof.challenge_id)


def _address() -> str:
    return request.remote_addr or ""
