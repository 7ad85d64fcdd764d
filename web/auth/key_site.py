"""How pages ask for keys and certificates, and what requests bring back of them."""

import base64
import binascii
import hashlib
import secrets
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from flask import Response, current_app, make_response, request, session

from models.identity.key_challenges import Asker, Purpose
from models.identity.key_errors import HeaderRefusedError, ProofUnreadableError
from models.identity.key_proofs import Proof, Way
from models.settings import Settings
from web.security import policy_for

HEADER = "X-Client-Certificate"
PEER = "werkzeug.proxy_fix.orig"
"""Where ProxyFix keeps what the connection itself said, before it believed the proxies."""


@dataclass(frozen=True)
class KeySite:
    """What a page that asks for a key must know of this installation."""

    origin: str
    program: str
    takes_header: bool


def key_site() -> KeySite:
    """Return how this installation takes keys and certificates."""
    settings = _settings()
    return KeySite(_origin(settings), settings.token_program, bool(settings.certificate_peers))


def asker(purpose: Purpose, account_id: str | None = None, about: str = "") -> Asker:
    """Return who asks: this site, this browser, this purpose."""
    return Asker(
        origin=_origin(_settings()), tie=tie(), purpose=purpose, account_id=account_id, about=about
    )


def origin() -> str:
    """Return scheme and host under which people open this site."""
    return _origin(_settings())


def tie() -> str:
    """Return what ties a challenge to this browser, making its secret the first time."""
    if "key_tie" not in session:
        session["key_tie"] = secrets.token_urlsafe(24)
    return hashlib.sha256(session["key_tie"].encode()).hexdigest()


def proof_of(sent: object) -> Proof:
    """Return the proof in what a page sent; a certificate of the proxy's is read off its header."""
    if not isinstance(sent, dict):
        raise ProofUnreadableError
    challenge, answer = sent.get("challenge"), sent.get("answer", {})
    if not isinstance(challenge, str) or not isinstance(answer, dict):
        raise ProofUnreadableError
    try:
        way = Way(str(sent.get("way")))
    except ValueError as error:
        raise ProofUnreadableError from error
    by_proxy = client_certificate() if way is Way.HEADER else None
    return Proof(challenge_id=challenge[:32], way=way, answer=answer, by_proxy=by_proxy)


def client_certificate() -> bytes:
    """Return the certificate that the trusted proxy has checked in the TLS handshake.

    PEM with percent signs (nginx), or DER in base64 (HAProxy). From any other address it is an
    invention of the sender.
    """
    given = request.headers.get(HEADER, "")
    if not given or not _is_from_proxy():
        raise HeaderRefusedError
    if "BEGIN" in given:
        return unquote_to_bytes(given)
    try:
        return base64.b64decode(given, validate=True)
    except (ValueError, binascii.Error) as error:
        raise HeaderRefusedError from error


def with_program(page: str | Response) -> Response:
    """Return a page that may talk to the token vendor's program on the visitor's machine."""
    answer = make_response(page)
    if program := _settings().token_program:
        policy = policy_for(request.path)
        answer.headers["Content-Security-Policy"] = policy.replace(
            "connect-src 'self'", f"connect-src 'self' {program}"
        )
    return answer


def sent_json() -> dict[str, Any]:
    """Return the JSON object of a request."""
    sent = request.get_json()
    if not isinstance(sent, dict):
        raise ProofUnreadableError
    return sent


def _is_from_proxy() -> bool:
    peers = _settings().certificate_peers
    before = request.environ.get(PEER)
    if not peers or before is None:
        return False
    try:
        return ip_address(before.get("REMOTE_ADDR", "")) in peers
    except ValueError:
        return False


def _origin(settings: Settings) -> str:
    parts = urlsplit(settings.url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
