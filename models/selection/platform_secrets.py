"""The platform's own draw secrets: a list made once a year, its roots logged before first use."""

import secrets as randomness
from collections.abc import Sequence
from typing import Any

from models.selection.verifier import HASHES, tree_head, u32be

# A power of two, so that number and path alone lead to the root.
LIST_SIZE = 4096


def make_secrets(size: int = LIST_SIZE) -> list[str]:
    """Return ``size`` fresh 32-byte secrets (hex); ``size`` must be a power of two."""
    if size < 1 or size & (size - 1):
        raise ValueError("the list's size must be a power of two")
    return [randomness.token_hex(32) for _ in range(size)]


def _levels(secrets: Sequence[str], alg: str) -> list[list[bytes]]:
    digest = HASHES[alg]
    level = [digest(b"\0" + u32be(i) + bytes.fromhex(one)) for i, one in enumerate(secrets)]
    levels = [level]
    while len(level) > 1:
        level = [tree_head(digest, level[at : at + 2]) for at in range(0, len(level), 2)]
        levels.append(level)
    return levels


def roots(secrets: Sequence[str]) -> dict[str, str]:
    """Return the root (hex) of the list under each hash; both go to the log."""
    return {alg: _levels(secrets, alg)[-1][0].hex() for alg in HASHES}


def prove(secrets: Sequence[str], i: int, alg: str) -> dict[str, Any]:
    """Return ``{"i","path"}`` for secret number i, as a proof file carries it."""
    path = [level[(i >> up) ^ 1].hex() for up, level in enumerate(_levels(secrets, alg)[:-1])]
    return {"i": i, "path": path}
