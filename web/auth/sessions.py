"""Puts the acting person or program into ``g.actor``: one statement per request, at most."""

from flask import current_app, g, request, session

from models.clock import system_now
from models.identity.account import Account
from models.identity.loading import actor_by_session, actor_by_token
from models.session import reading
from web.access import TokenInvalidError

BEARER = "Bearer "
IDLE_SECONDS = 2 * 3600
LONGEST_SECONDS = 12 * 3600
NOTED_EVERY = 300
SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
NOBODY_NEEDED = ("assets", "health")


def load_actor() -> None:
    """Set ``g.actor`` from the token or the session, or to nobody."""
    g.actor = None
    if request.blueprint in NOBODY_NEEDED:
        return
    header = request.headers.get("Authorization", "")
    if header.startswith(BEARER):
        _load_from_token(header.removeprefix(BEARER).strip())
    elif "sid" in session:
        _load_from_session()


def protect_form() -> None:
    """Demand the anti-forgery token wherever a browser's cookie could be abused."""
    if request.method in SAFE or request.endpoint is None:
        return
    if g.actor is not None and g.actor.by_token:
        return
    if g.actor is None and request.path.startswith("/api/"):
        return  # a program without its token: the call itself answers 401
    current_app.extensions["csrf"].protect()


def open_session(account: Account) -> None:
    """Begin a fresh session of this account in this browser, keeping nothing of the former one."""
    county = session.get("county")
    session.clear()
    now = int(system_now().timestamp())
    session.update(sid=account.fs_uniquifier, since=now, seen=now)
    if county:
        session["county"] = county
    session.permanent = True


def close_session() -> None:
    """Forget who was signed in."""
    session.clear()


def _load_from_token(token: str) -> None:
    with reading() as database:
        g.actor = actor_by_token(database, token)
    if g.actor is None:
        raise TokenInvalidError


def _load_from_session() -> None:
    if _is_over():
        session.clear()
        return
    with reading() as database:
        g.actor = actor_by_session(database, session["sid"])
    if g.actor is None:
        session.clear()


def _is_over() -> bool:
    now = int(system_now().timestamp())
    seen, since = session.get("seen", 0), session.get("since", 0)
    if now - seen > IDLE_SECONDS or now - since > LONGEST_SECONDS:
        return True
    # a cookie with every answer would cost more than it tells
    if now - seen > NOTED_EVERY:
        session["seen"] = now
    return False
