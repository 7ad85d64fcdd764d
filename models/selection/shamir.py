"""Two-of-three sharing of a 16-byte key in GF(2^128): ``share(i) = c1*i + key``."""

import secrets

from models.selection.verifier import combine, gf_multiply

KEY_BYTES = 16
PLACES = (1, 2, 3)

__all__ = ["KEY_BYTES", "PLACES", "combine", "split"]


def split(key: bytes) -> dict[int, bytes]:
    """Return the share of each place; any two give the key, one alone tells nothing."""
    slope = secrets.randbits(128)
    constant = int.from_bytes(key, "big")
    return {i: (gf_multiply(slope, i) ^ constant).to_bytes(KEY_BYTES, "big") for i in PLACES}
