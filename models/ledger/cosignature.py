"""A witness's signature under a checkpoint, with the time at which it was made.

The form is ``cosignature/v1`` of C2SP tlog-cosignature: what is signed begins with a line that no
checkpoint has, so that a key can never be made to sign one by way of the other.
"""

import base64
from typing import NamedTuple

from models.ledger.checkpoint import (
    COSIGNER,
    ID_BYTES,
    CheckpointInvalidError,
    PublicKey,
    SigningKey,
    TreeHead,
    parse,
    parse_key,
    parse_signature,
)

TIME_BYTES = 8
SIGNATURE_BYTES = 64
LATEST = 2**63 - 1


class Cosigned(NamedTuple):
    """Who co-signed, and when by its own clock (seconds since 1970)."""

    name: str
    seconds: int


def public_key(key: SigningKey) -> PublicKey:
    """Return a witness's public key, whose kind keeps it apart from a log's."""
    return PublicKey(key.name, key.public.raw, COSIGNER)


def parse_public(text: str) -> PublicKey:
    """Read a witness's public key, ``name+id+key``."""
    return parse_key(text, "", COSIGNER)


def sign(head: TreeHead, key: SigningKey, seconds: int) -> str:
    """Return one signature line over a head, as of a moment."""
    signed = key.private.sign(_message(head, seconds))
    told = public_key(key).id + seconds.to_bytes(TIME_BYTES, "big") + signed
    return f"— {key.name} {base64.b64encode(told).decode()}\n"


def verify(line: str, head: TreeHead, key: PublicKey) -> Cosigned:
    """Return when ``key`` co-signed the head by this line; raise when it did not."""
    name, told = parse_signature(line.removesuffix("\n"))
    found = _read(name, told, head, key)
    if found is None:
        raise CheckpointInvalidError("cosignature", "见证签名与检查点不符")
    return found


def find(checkpoint: str, key: PublicKey) -> Cosigned:
    """Return when ``key`` co-signed this checkpoint; raise when it did not."""
    head, signatures = parse(checkpoint)
    mine = [told for name, told in signatures if name == key.name and told[:ID_BYTES] == key.id]
    if not mine:
        raise CheckpointInvalidError("cosignature_missing", f"没有见证方 {key.name} 的签名")
    found = [_read(key.name, told, head, key) for told in mine]
    if any(one is None for one in found):
        raise CheckpointInvalidError("cosignature", "见证签名与检查点不符")
    return max(one for one in found if one is not None)


def _read(name: str, told: bytes, head: TreeHead, key: PublicKey) -> Cosigned | None:
    if name != key.name or told[:ID_BYTES] != key.id:
        return None
    if len(told) != ID_BYTES + TIME_BYTES + SIGNATURE_BYTES:
        return None
    seconds = int.from_bytes(told[ID_BYTES : ID_BYTES + TIME_BYTES], "big")
    is_good = seconds <= LATEST and key.confirms(
        _message(head, seconds), told[ID_BYTES + TIME_BYTES :]
    )
    return Cosigned(name, seconds) if is_good else None


def _message(head: TreeHead, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{head.text()}".encode()
