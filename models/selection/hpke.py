"""HPKE base mode (RFC 9180) with P-256, HKDF-SHA256 and AES-128-GCM."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

ENC_BYTES = 65
_SUITE = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_128_GCM)


def public_key(point: bytes) -> EllipticCurvePublicKey:
    """Return the key of an uncompressed point; ValueError when it is not on the curve."""
    return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point)


def seal(plain: bytes, recipient: EllipticCurvePublicKey, info: bytes) -> bytes:
    """Return ``enc ‖ ciphertext`` for one recipient."""
    return _SUITE.encrypt(plain, recipient, info)


def unseal(sealed: bytes, key: EllipticCurvePrivateKey, info: bytes) -> bytes | None:
    """Return the plain bytes; None when they were not sealed to this key and info."""
    try:
        return _SUITE.decrypt(sealed, key, info)
    except (InvalidTag, ValueError):
        return None
