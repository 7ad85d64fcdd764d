"""Signing in: password, lockout after repeated failures, second step; every outcome is noted."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import system_now
from models.identity import passwords, totp
from models.identity.account import Account
from models.identity.security import note

MAX_FAILURES = 5
LOCK_TIME = timedelta(minutes=15)


class Outcome(StrEnum):
    """How an attempt ended."""

    SIGNED_IN = "signed_in"
    SECOND_STEP = "second_step"
    REFUSED = "refused"
    LOCKED = "locked"


@dataclass(frozen=True)
class Attempt:
    """The outcome of one attempt; ``account`` only when the password (or code) was right."""

    outcome: Outcome
    account: Account | None = None


def by_password(session: Session, username: str, password: str, address: str) -> Attempt:
    """Try a user name and password; an unknown name takes as long as a wrong password."""
    account = session.scalar(select(Account).where(Account.username == username.strip()))
    if account is not None and is_locked(account):
        note(session, "sign_in.locked", account.username, address)
        return Attempt(Outcome.LOCKED)
    if not passwords.verify(account.password if account else None, password):
        return _refuse(session, account, address, "sign_in.refused")
    if account is None or not account.active:
        return _refuse(session, account, address, "sign_in.refused")
    if account.tf_primary_method:
        return Attempt(Outcome.SECOND_STEP, account)
    return _accept(session, account, address)


def by_code(session: Session, account: Account, code: str, address: str, box: Fernet) -> Attempt:
    """Try the second step: a code of the app, or one of the recovery codes (each works once)."""
    if is_locked(account):
        note(session, "sign_in.locked", account.username, address)
        return Attempt(Outcome.LOCKED)
    if use_code(account, code, box) or _use_recovery_code(session, account, code, address):
        return _accept(session, account, address)
    return _refuse(session, account, address, "sign_in.code_refused")


def is_locked(account: Account) -> bool:
    """Return whether too many failures have closed this account for a while."""
    return account.locked_until is not None and account.locked_until > system_now()


def use_code(account: Account, code: str, box: Fernet) -> bool:
    """Return whether ``code`` is right and unused, and remember that it was used."""
    secret = open_secret(account, box)
    if secret is None:
        return False
    step = totp.matching_step(secret, code, system_now(), after=account.totp_step)
    if step is None:
        return False
    account.totp_step = step
    return True


def open_secret(account: Account, box: Fernet) -> str | None:
    """Return the secret shared with the person's app; it is stored sealed by the site's secret."""
    try:
        return box.decrypt((account.tf_totp_secret or "").encode()).decode()
    except InvalidToken:
        return None


def _use_recovery_code(session: Session, account: Account, code: str, address: str) -> bool:
    stored = account.mf_recovery_codes or []
    hashed = totp.hash_recovery_code(code)
    if hashed not in stored:
        return False
    account.mf_recovery_codes = [other for other in stored if other != hashed]
    note(session, "sign_in.recovery_code", account.username, address)
    return True


def _accept(session: Session, account: Account, address: str) -> Attempt:
    account.failed_logins, account.locked_until = 0, None
    note(session, "sign_in", account.username, address)
    return Attempt(Outcome.SIGNED_IN, account)


def _refuse(session: Session, account: Account | None, address: str, kind: str) -> Attempt:
    note(session, kind, account.username if account else "", address)
    if account is not None:
        account.failed_logins += 1
        if account.failed_logins >= MAX_FAILURES:
            account.failed_logins, account.locked_until = 0, system_now() + LOCK_TIME
            note(session, "account.locked", account.username, address)
            return Attempt(Outcome.LOCKED)
    return Attempt(Outcome.REFUSED)
