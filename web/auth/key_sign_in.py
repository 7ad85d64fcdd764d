"""Signing in by a security key or a certificate: no user name, no password, no second step."""

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from models.identity import key_proofs, keys
from models.identity.key_challenges import Purpose
from models.identity.key_errors import KeyRefusedError
from models.session import unit_of_work
from web.access import guard
from web.addresses import local_address
from web.auth import key_site
from web.auth.sessions import open_session

HOME = "/desk"

blueprint = Blueprint("key_sign_in", __name__, url_prefix="/sign-in/keys")
guard(blueprint, public=True)


@blueprint.post("/challenge")
def challenge() -> ResponseReturnValue:
    """Give this browser a number to be signed."""
    with unit_of_work() as database:
        begun = key_proofs.begin(database, key_site.asker(Purpose.SIGN_IN))
    return jsonify(begun)


@blueprint.post("")
def enter() -> ResponseReturnValue:
    """Let in whose key signed the number."""
    sent, address = key_site.sent_json(), request.remote_addr or ""
    try:
        proof = key_site.proof_of(sent)
    except KeyRefusedError as refused:
        with unit_of_work() as database:
            keys.note_refusal(database, refused, "", address)
        raise
    with unit_of_work() as database:
        entered = keys.enter(database, proof, key_site.asker(Purpose.SIGN_IN), address)
        account = entered.token.account if entered.token else None
    if entered.refused is not None or account is None:
        raise entered.refused or KeyRefusedError
    open_session(account)
    return jsonify(next=local_address(str(sent.get("next", HOME)), HOME))
