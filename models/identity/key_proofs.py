"""One interface for proofs by key or certificate: ask for a challenge, check what came back.

Three ways: a security key (WebAuthn); a certificate that signed the challenge (a page with a
PKCS#12 file, or a token vendor's local program: the same JSON); a certificate that a trusted proxy
has checked in the TLS handshake.
"""

import base64
import binascii
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from cryptography import x509
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import system_now
from models.identity import authorities, certificates, key_challenges, security_keys
from models.identity import key_errors as errors
from models.identity.account import Account
from models.identity.actor import EVERYWHERE
from models.identity.certificates import Signed
from models.identity.key_challenges import Asker, Purpose
from models.identity.key_tables import CaToken, KeyChallenge, KeyKind

STATEMENT = "smallworks key proof 1"


class Way(StrEnum):
    """How somebody proves to hold a key or certificate."""

    SECURITY_KEY = "security_key"
    SIGNATURE = "certificate_signature"
    HEADER = "certificate_header"


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What came back for a challenge; ``by_proxy`` is set by the site alone, never by a page."""

    challenge_id: str
    way: Way
    answer: Mapping[str, Any] = field(default_factory=dict)
    by_proxy: bytes | None = None


@dataclass(frozen=True)
class Held:
    """A certificate whose holder has just proved to hold it."""

    certificate: x509.Certificate
    challenge: bytes


def begin(session: Session, asker: Asker) -> dict[str, Any]:
    """Return a fresh challenge as a page, or a vendor's program, needs it."""
    made = key_challenges.issue(session, asker)
    account = session.get(Account, asker.account_id) if asker.account_id else None
    keys = bound_keys(session, account, KeyKind.SECURITY_KEY) if account else []
    if asker.purpose is Purpose.BIND and account is not None:
        options = security_keys.creation_options(asker.origin, made.challenge, account, keys)
    else:
        options = security_keys.request_options(asker.origin, made.challenge, keys)
    return {
        "challenge": made.id,
        "statement": statement(made, asker).decode(),
        "expires_in": int(key_challenges.TIME_TO_ANSWER.total_seconds()),
        "security_key": options,
    }


def statement(made: KeyChallenge, asker: Asker) -> bytes:
    """Return what a certificate signs: the number with its site, purpose and subject."""
    return _statement(made.challenge, asker)


def check(session: Session, proof: Proof, asker: Asker) -> CaToken:
    """Return the bound key that made a proof; raise unless everything about it holds now.

    Without ``asker.account_id`` (signing in) the key says whose account it is.
    """
    challenge = key_challenges.take(session, proof.challenge_id, asker)
    if proof.way is Way.SECURITY_KEY:
        token = _by_security_key(session, proof.answer, challenge, asker)
    else:
        token = _by_certificate(session, held(proof, challenge, asker), asker)
    token.used_at = system_now()
    return token


def held(proof: Proof, challenge: bytes, asker: Asker) -> Held:
    """Return the certificate that somebody has just proved to hold."""
    if proof.way is Way.HEADER:
        if proof.by_proxy is None:
            raise errors.HeaderRefusedError
        return Held(certificates.read(proof.by_proxy), challenge)
    certificate = certificates.read(_text(proof.answer, "certificate"))
    signed = Signed(
        statement=_statement(challenge, asker),
        algorithm=_text(proof.answer, "algorithm"),
        signature=_bytes(_text(proof.answer, "signature")),
    )
    certificates.check_signed(certificate, signed)
    return Held(certificate, challenge)


def check_certificate(
    session: Session, certificate: x509.Certificate, account: Account, counties: Collection[str]
) -> None:
    """Raise unless a certificate is in force, trusted in the counties, and names the account."""
    certificates.check_usable(certificate)
    authorities.check_chain(session, certificate, counties)
    certificates.check_owner(certificate, account)


def bound_keys(
    session: Session, account: Account, kind: KeyKind | None = None
) -> Sequence[CaToken]:
    """Return what is bound to an account, oldest first."""
    query = select(CaToken).where(CaToken.account_id == account.id, CaToken.removed_at.is_(None))
    if kind is not None:
        query = query.where(CaToken.kind == kind)
    return session.scalars(query.order_by(CaToken.added_at, CaToken.id)).all()


def bound_as(session: Session, handle: str) -> CaToken | None:
    """Return the bound key or certificate of this handle."""
    query = select(CaToken).where(CaToken.handle == handle, CaToken.removed_at.is_(None))
    return session.scalar(query)


def counties_of(account: Account) -> set[str]:
    """Return the counties in which the account acts, or at least belongs."""
    granted = {grant.county_code for grant in account.grants}
    return granted or {account.party.county_code if account.party else EVERYWHERE}


def _by_security_key(
    session: Session, answer: Mapping[str, Any], challenge: bytes, asker: Asker
) -> CaToken:
    token = bound_as(session, _text(answer, "id"))
    if token is None or token.kind is not KeyKind.SECURITY_KEY:
        raise errors.KeyNotBoundError
    count = security_keys.check_asked(asker.origin, challenge, answer, token)
    _check_account(token, asker)
    token.sign_count = count
    return token


def _by_certificate(session: Session, shown: Held, asker: Asker) -> CaToken:
    token = bound_as(session, certificates.fingerprint(shown.certificate))
    if token is None or token.kind is not KeyKind.CERTIFICATE:
        raise errors.KeyNotBoundError
    _check_account(token, asker)
    counties = {asker.county} if asker.county else counties_of(token.account)
    check_certificate(session, shown.certificate, token.account, counties)
    return token


def _check_account(token: CaToken, asker: Asker) -> None:
    if asker.account_id is not None and token.account_id != asker.account_id:
        raise errors.KeyOfAnotherError


def _statement(challenge: bytes, asker: Asker) -> bytes:
    number = base64.urlsafe_b64encode(challenge).decode().rstrip("=")
    lines = (STATEMENT, asker.origin, asker.purpose.value, asker.about, number)
    return "\n".join(lines).encode()


def _text(answer: Mapping[str, Any], name: str) -> str:
    found = answer.get(name)
    if not isinstance(found, str):
        raise errors.ProofUnreadableError
    return found


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as error:
        raise errors.ProofUnreadableError from error
