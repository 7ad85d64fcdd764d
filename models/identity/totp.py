"""One-time codes of an authenticator app (RFC 6238: SHA-1, 30 s, six digits), recovery codes."""

import base64
import hashlib
import hmac
import secrets
import struct
from datetime import datetime
from urllib.parse import quote

STEP_SECONDS = 30
DIGITS = 6
DRIFT = 1
RECOVERY_CODES = 8


def new_secret() -> str:
    """Return a fresh secret as the apps read it (base32, 160 bits)."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def code_at(secret: str, step: int) -> str:
    """Return the code of one 30-second step."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1).digest()
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def step_of(moment: datetime) -> int:
    """Return the number of the 30-second step in which ``moment`` lies."""
    return int(moment.timestamp()) // STEP_SECONDS


def matching_step(secret: str, code: str, moment: datetime, *, after: int = 0) -> int | None:
    """Return the step whose code was given, if it is near ``moment`` and later than ``after``.

    ``after`` is the step used last: a code that was seen over a shoulder is worth nothing.
    """
    now = step_of(moment)
    plain = "".join(code.split())
    for step in range(now - DRIFT, now + DRIFT + 1):
        if step > after and hmac.compare_digest(code_at(secret, step).encode(), plain.encode()):
            return step
    return None


def provisioning_uri(secret: str, username: str, issuer: str) -> str:
    """Return the address that an authenticator app reads from the QR code."""
    label = quote(f"{issuer}:{username}")
    return f"otpauth://totp/{label}?secret={secret}&issuer={quote(issuer)}&digits={DIGITS}"


def new_recovery_codes() -> list[str]:
    """Return fresh recovery codes, shown once."""
    return [f"{secrets.token_hex(4)}-{secrets.token_hex(4)}" for _ in range(RECOVERY_CODES)]


def hash_recovery_code(code: str) -> str:
    """Return what is stored of a recovery code (64 random bits)."""
    return hashlib.sha256("".join(code.split()).casefold().encode()).hexdigest()
