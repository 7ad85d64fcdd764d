"""Challenges: a random number to be signed once, soon, for one purpose, by one browser."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import CursorResult, delete, update
from sqlalchemy.orm import Session

from models.clock import system_now
from models.identity.key_errors import ChallengeError
from models.identity.key_tables import KeyChallenge

TIME_TO_ANSWER = timedelta(minutes=5)
KEPT = timedelta(days=1)
SIZE = 32


class Purpose(StrEnum):
    """What a proof is for; a proof for one thing proves nothing for another."""

    SIGN_IN = "sign_in"
    BIND = "bind"
    STEP = "step"


@dataclass(frozen=True, kw_only=True)
class Asker:
    """Who wants a challenge, or answers one: site, browser, account, purpose and subject.

    ``tie`` is a hash of a secret in the browser's session; ``about`` names the step.
    """

    origin: str
    tie: str
    purpose: Purpose
    account_id: str | None = None
    about: str = ""
    county: str | None = None


def issue(session: Session, asker: Asker) -> KeyChallenge:
    """Return a fresh challenge; old ones are swept away."""
    now = system_now()
    session.execute(delete(KeyChallenge).where(KeyChallenge.expires_at < now - KEPT))
    made = KeyChallenge(
        purpose=asker.purpose.value,
        account_id=asker.account_id,
        about=asker.about,
        tie=asker.tie,
        challenge=secrets.token_bytes(SIZE),
        expires_at=now + TIME_TO_ANSWER,
    )
    session.add(made)
    session.flush()
    return made


def take(session: Session, challenge_id: str, asker: Asker) -> bytes:
    """Use a challenge up and return its number; of two who try at once, one is refused."""
    now = system_now()
    mine = (
        KeyChallenge.id == challenge_id,
        KeyChallenge.used_at.is_(None),
        KeyChallenge.expires_at > now,
        KeyChallenge.purpose == asker.purpose.value,
        KeyChallenge.about == asker.about,
        KeyChallenge.tie == asker.tie,
        KeyChallenge.account_id == asker.account_id,
    )
    used = session.execute(update(KeyChallenge).where(*mine).values(used_at=now))
    if not isinstance(used, CursorResult) or used.rowcount != 1:
        raise ChallengeError
    return session.get_one(KeyChallenge, challenge_id).challenge


def burn(session: Session, challenge_id: str) -> None:
    """Use a challenge up after a failure that undid its use."""
    session.execute(
        update(KeyChallenge)
        .where(KeyChallenge.id == challenge_id, KeyChallenge.used_at.is_(None))
        .values(used_at=system_now())
    )
