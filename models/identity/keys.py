"""Keys and certificates of the own account: bind, name, unbind, sign in."""

from contextlib import suppress
from dataclasses import dataclass

from cryptography import x509
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.clock import system_now
from models.errors import InvalidError, NotFoundError
from models.identity import certificates, key_challenges, key_proofs, security_keys, sign_in
from models.identity import key_errors as errors
from models.identity.account import Account
from models.identity.key_challenges import Asker
from models.identity.key_proofs import Proof, Way
from models.identity.key_tables import KEY_TITLES, CaToken, KeyKind
from models.identity.security import note
from models.ids import new_id

MOST = 10
LONGEST_NAME = 40


class TooManyKeysError(InvalidError):
    """The account has as many keys as anybody needs."""

    message = "一个账号最多绑定{most}把密钥和证书，请先解绑不用的。"


@dataclass(frozen=True)
class Entered:
    """Whose key it was; or why nobody was let in, with the account as far as it is known."""

    token: CaToken | None = None
    refused: errors.KeyRefusedError | None = None


def bind(session: Session, account: Account, proof: Proof, asker: Asker, name: str) -> CaToken:
    """Bind a key or certificate that somebody has just proved to hold."""
    challenge = key_challenges.take(session, proof.challenge_id, asker)
    if len(key_proofs.bound_keys(session, account)) >= MOST:
        raise TooManyKeysError(most=MOST)
    if proof.way is Way.SECURITY_KEY:
        token = _security_key(proof, challenge, asker)
    else:
        token = _certificate(session, account, proof, challenge, asker)
    if key_proofs.bound_as(session, token.handle) is not None:
        raise errors.KeyBoundError
    token.id, token.account_id, token.added_at = new_id(), account.id, system_now()
    token.name = _name(name, KEY_TITLES[token.kind])
    session.add(token)
    try:
        session.flush()
    except IntegrityError as error:  # two browsers at once
        raise errors.KeyBoundError from error
    return token


def rename(session: Session, account: Account, token_id: str, name: str) -> CaToken:
    """Give a key another name."""
    token = own(session, account, token_id)
    token.name = _name(name, token.name)
    return token


def unbind(session: Session, account: Account, token_id: str, by: str) -> CaToken:
    """Unbind a key; the account's password, and what else is bound, stay."""
    token = own(session, account, token_id)
    token.removed_at, token.removed_by = system_now(), by
    return token


def own(session: Session, account: Account, token_id: str) -> CaToken:
    """Return a bound key of this account."""
    token = session.get(CaToken, token_id)
    if token is None or token.account_id != account.id or token.removed_at is not None:
        raise NotFoundError
    return token


def enter(session: Session, proof: Proof, asker: Asker, address: str) -> Entered:
    """Try to sign in by a key; a refusal uses the challenge up, too, and is noted."""
    known = ""
    try:
        token = key_proofs.check(session, proof, asker)
        account = token.account
        known = account.username
        if not account.active or sign_in.is_locked(account):
            raise errors.AccountClosedError
    except errors.KeyRefusedError as refused:
        key_challenges.burn(session, proof.challenge_id)
        note_refusal(session, refused, known, address)
        return Entered(refused=refused)
    account.failed_logins, account.locked_until = 0, None
    note(session, "sign_in.key", account.username, address, told(token))
    return Entered(token)


def note_refusal(session: Session, refused: InvalidError, username: str, address: str) -> None:
    """Note among the security events that a proof was refused, and why."""
    kind = "key.cloned" if isinstance(refused, errors.SignCounterError) else "key.refused"
    note(session, kind, username, address, refused.text)


def told(token: CaToken) -> str:
    """Return a key in a few words, for events: kind, name, and enough of its handle to find it."""
    return f"{KEY_TITLES[token.kind]}“{token.name}”（{token.handle[:16]}）"


def _security_key(proof: Proof, challenge: bytes, asker: Asker) -> CaToken:
    made = security_keys.check_made(asker.origin, challenge, proof.answer)
    return CaToken(
        kind=KeyKind.SECURITY_KEY,
        handle=made.handle,
        public_key=made.public_key,
        sign_count=made.sign_count,
    )


def _certificate(
    session: Session, account: Account, proof: Proof, challenge: bytes, asker: Asker
) -> CaToken:
    certificate = key_proofs.held(proof, challenge, asker).certificate
    _check_somewhere(session, certificate, account)
    return CaToken(
        kind=KeyKind.CERTIFICATE,
        handle=certificates.fingerprint(certificate),
        certificate=certificates.pem(certificate),
        subject=certificates.subject_of(certificate),
        issuer=certificates.issuer_of(certificate),
        serial=f"{certificate.serial_number:x}"[:100],
        valid_until=certificate.not_valid_after_utc,
    )


def _check_somewhere(session: Session, found: x509.Certificate, account: Account) -> None:
    """Let a certificate be bound when one of the account's counties trusts it."""
    counties = sorted(key_proofs.counties_of(account))
    for county in counties[:-1]:
        with suppress(errors.AuthorityElsewhereError):
            key_proofs.check_certificate(session, found, account, {county})
            return
    key_proofs.check_certificate(session, found, account, {counties[-1]})


def _name(given: str, otherwise: str) -> str:
    return given.strip()[:LONGEST_NAME] or otherwise
