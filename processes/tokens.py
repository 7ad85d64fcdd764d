"""Programs' tokens: named, shown once, stored hashed, expiring, revocable."""

import secrets
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import business_now, system_now
from models.errors import InvalidError, NotFoundError
from models.flow.definition import BASE
from models.flow.rules import RuleMissingError, load_rules
from models.identity.account import Account, ApiToken
from models.identity.actor import PLATFORM, Actor
from models.identity.loading import actor_by_token, hash_token
from models.identity.security import note
from models.ids import new_id

PREFIX = "sw_"
DAYS_RULE = "token.days"
DEFAULT_DAYS = 90


class AccountUnknownError(NotFoundError):
    """No active account of this user name."""

    message = "没有启用的账号“{username}”，请检查用户名。"


class TokenUnknownError(NotFoundError):
    """No such token."""

    message = "没有这个令牌，请刷新令牌列表后重试。"


class TokenNameError(InvalidError):
    """A token is found again by its name."""

    message = "请给令牌起一个名字（不超过100字），说明是哪个程序使用。"


def create(session: Session, username: str, name: str, *, actor: Actor = PLATFORM) -> str:
    """Make a token for an account and return its text, which cannot be shown again."""
    if not 0 < len(name.strip()) <= 100:  # noqa: PLR2004 - the column's length
        raise TokenNameError
    query = select(Account).where(Account.username == username, Account.active)
    account = session.scalar(query)
    if account is None:
        raise AccountUnknownError(username=username)
    text, now = PREFIX + secrets.token_urlsafe(32), system_now()
    token = ApiToken(
        id=new_id(),
        account_id=account.id,
        name=name.strip(),
        token_hash=hash_token(text),
        created_at=now,
        expires_at=now + timedelta(days=_days(session)),
    )
    session.add(token)
    note(session, "token.created", account.username, detail=f"{token.name}，经手{actor.username}")
    return text


def verify(session: Session, text: str) -> Actor | None:
    """Return whose program sent a token, or None when it is unknown, expired or revoked."""
    return actor_by_token(session, text)


def revoke(session: Session, token_id: str, *, actor: Actor) -> ApiToken:
    """End a token at once; a token that has ended stays as it is."""
    token = session.get(ApiToken, token_id)
    if token is None:
        raise TokenUnknownError
    if token.revoked_at is None:
        token.revoked_at = system_now()
        note(session, "token.revoked", actor.username, detail=token.name)
    return token


def _days(session: Session) -> int:
    try:
        return int(load_rules(session, BASE, business_now().date())[DAYS_RULE])
    except RuleMissingError:
        return DEFAULT_DAYS
