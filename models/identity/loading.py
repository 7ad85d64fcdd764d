"""Who is behind a session or a token: account, party and grants in one statement."""

import hashlib
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from models.clock import system_now
from models.identity.account import Account, ApiToken, Grant
from models.identity.actor import Actor, with_parts
from models.identity.party import Party

Rows = Select[*tuple[Any, ...]]


def _accounts() -> Rows:
    return (
        select(
            Account.id,
            Account.name,
            Account.username,
            Account.party_id,
            Party.name.label("party_name"),
            Account.person,
            Account.locale,
            Grant.role,
            Grant.county_code,
        )
        .outerjoin(Party, Party.id == Account.party_id)
        .outerjoin(Grant, Grant.account_id == Account.id)
        .where(Account.active)
    )


# Built once, because every request needs one of them: building costs more than running.
_BY_SESSION = _accounts().where(Account.fs_uniquifier == bindparam("uniquifier"))
_BY_TOKEN = (
    _accounts()
    .join(ApiToken, ApiToken.account_id == Account.id)
    .where(
        ApiToken.token_hash == bindparam("hash"),
        ApiToken.revoked_at.is_(None),
        ApiToken.expires_at > bindparam("now"),
    )
)


def actor_by_session(session: Session, uniquifier: str) -> Actor | None:
    """Return the actor of a session, or nothing when the session was ended elsewhere."""
    return _actor(session, _BY_SESSION, {"uniquifier": uniquifier})


def actor_by_token(session: Session, token: str) -> Actor | None:
    """Return the actor of a program's token, or nothing when it is unknown, expired or revoked."""
    given = {"hash": hash_token(token), "now": system_now()}
    return _actor(session, _BY_TOKEN, given, by_token=True)


def actor_of(session: Session, account_id: str) -> Actor | None:
    """Return the actor of an account, for commands and tests."""
    return _actor(session, _accounts().where(Account.id == account_id), {})


def hash_token(token: str) -> str:
    """Return what is stored of a token: it is random, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def _actor(
    session: Session, query: Rows, given: dict[str, Any], *, by_token: bool = False
) -> Actor | None:
    rows = session.execute(query, given).all()
    if not rows:
        return None
    first = rows[0]
    return Actor(
        account_id=first.id,
        name=first.name,
        username=first.username,
        party_id=first.party_id,
        party_name=first.party_name or "",
        person=first.person or first.id,
        grants=with_parts((row.role, row.county_code) for row in rows if row.role),
        by_token=by_token,
        locale=first.locale,
    )
