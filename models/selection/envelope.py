"""Sealed values (selection.md 2): any two of three guardians open one, none alone."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from models.errors import ConflictError
from models.selection import hpke, shamir
from models.selection.envelope_form import (
    BLOCK_BYTES,
    SHARE_BYTES,
    EnvelopeRefusedError,
    by_name,
    check_body,
    check_ctx,
    check_envelope,
    check_val,
    is_hex,
    parse_envelope,
    require,
)
from models.selection.guardian_keys import Guardian, GuardianKey
from models.selection.verifier import GUARDIANS, canonical, open_body, u32be

__all__ = [
    "EnvelopeRefusedError",
    "ShareBadError",
    "Unopenable",
    "check_envelope",
    "decrypt",
    "open_bytes",
    "open_envelope",
    "parse_envelope",
    "release",
    "seal",
    "valid_release",
]


class ShareBadError(ConflictError):
    """A guardian's own share does not open to what the envelope promises."""

    message = "保管人{name}试开自己的份额失败，密封件不能接收，请提交人刷新页面重新密封。"


class Unopenable(Exception):  # noqa: N818 - an outcome that the rules foresee
    """No pair of shares gives the committed body; ``complete`` when every share is public."""

    def __init__(self, *, complete: bool) -> None:
        self.complete = complete
        super().__init__("no pair of shares opens the envelope")


def seal(
    ctx: Mapping[str, str], val: Mapping[str, Any], guardians: Sequence[Guardian]
) -> dict[str, Any]:
    """Return a fresh envelope around ``val``."""
    check_ctx(dict(ctx))
    check_val(ctx["kind"], dict(val))
    body = canonical({"ctx": dict(ctx), "val": dict(val), "salt": secrets.token_hex(32)})
    require(len(body) <= BLOCK_BYTES - 4, "body")
    block = (u32be(len(body)) + body).ljust(BLOCK_BYTES, b"\0")
    key, nonce = secrets.token_bytes(shamir.KEY_BYTES), secrets.token_bytes(12)
    commit, aad = hashlib.sha256(body).digest(), canonical(dict(ctx))
    pieces = zip(by_name(guardians), shamir.split(key).items(), strict=True)
    return {
        "v": 1,
        "ctx": dict(ctx),
        "k": 2,
        "commit": commit.hex(),
        "nonce": nonce.hex(),
        "ct": AESGCM(key).encrypt(nonce, block, aad).hex(),
        "shares": [_sealed(guardian, *piece, aad, commit) for guardian, piece in pieces],
    }


def _sealed(
    guardian: Guardian, place: int, piece: bytes, aad: bytes, commit: bytes
) -> dict[str, str]:
    share = bytes([place]) + piece + secrets.token_bytes(shamir.KEY_BYTES)
    recipient = hpke.public_key(bytes.fromhex(guardian.public_key))
    sealed = hpke.seal(share, recipient, _info(aad, guardian.name, commit))
    digest = hashlib.sha256(share).hexdigest()
    return {"to": guardian.name, "kid": guardian.kid, "h": digest, "c": sealed.hex()}


def _info(aad: bytes, name: str, commit: bytes) -> bytes:
    return aad + b"|" + name.encode() + b"|" + commit


def release(envelope: Mapping[str, Any], key: GuardianKey) -> dict[str, str]:
    """Return a guardian's share for publication; also its test-opening when it is handed in."""
    mine = next((one for one in envelope["shares"] if one["to"] == key.name), None)
    if mine is None or mine["kid"] != key.public.kid:
        raise ShareBadError(name=key.name)
    commit = bytes.fromhex(envelope["commit"])
    info = _info(canonical(envelope["ctx"]), key.name, commit)
    share = hpke.unseal(bytes.fromhex(mine["c"]), key.private, info)
    released = {"from": key.name, "share": "" if share is None else share.hex()}
    if not valid_release(envelope, released):
        raise ShareBadError(name=key.name)
    return released


def valid_release(envelope: Mapping[str, Any], released: Mapping[str, str]) -> bool:
    """Say whether a released share is the one that the envelope promises."""
    name, share = released.get("from"), released.get("share")
    described = {one["to"]: one for one in envelope["shares"]}
    if name not in GUARDIANS or name not in described or not is_hex(share, SHARE_BYTES):
        return False
    plain = bytes.fromhex(str(share))
    fits = hashlib.sha256(plain).hexdigest() == described[name]["h"]
    return fits and plain[0] == GUARDIANS.index(name) + 1


def open_envelope(
    envelope: Mapping[str, Any], released: Sequence[Mapping[str, str]]
) -> dict[str, Any]:
    """Return the value: every pair is tried, and one that gives the committed body is enough.

    Raises Unopenable when no pair does, EnvelopeRefusedError when the body itself is rubbish.
    """
    good = [one for one in released if valid_release(envelope, one)]
    body = open_bytes(envelope, good)
    if body is not None:
        return check_body(body, envelope["ctx"])
    raise Unopenable(complete={one["from"] for one in good} == set(GUARDIANS))


def open_bytes(envelope: Mapping[str, Any], good: Sequence[Mapping[str, str]]) -> bytes | None:
    """Return the committed body from shares that are the promised ones; None if no pair opens."""
    shares = {one["from"]: bytes.fromhex(one["share"]) for one in good}
    for pair in combinations(sorted(shares), 2):
        body = _open_with(envelope, [shares[name] for name in pair])
        if body is not None:
            return body
    return None


def _open_with(envelope: Mapping[str, Any], shares: Sequence[bytes]) -> bytes | None:
    points = [(share[0], int.from_bytes(share[1:17], "big")) for share in shares]
    return open_body(dict(envelope), shamir.combine(points), decrypt)


def decrypt(key: bytes, nonce: bytes, sealed: bytes, aad: bytes) -> bytes | None:
    """Open AES-128-GCM as the verifier does, only faster."""
    try:
        return AESGCM(key).decrypt(nonce, sealed, aad)
    except InvalidTag:
        return None
