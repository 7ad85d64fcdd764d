"""Identifiers shown outside: 128 random bits, so that one tells nothing about another."""

import secrets
from collections.abc import Callable

_source: list[Callable[[int], bytes]] = [secrets.token_bytes]


def new_id() -> str:
    """Return 32 lower-case hex digits."""
    return _source[0](16).hex()


def random_bytes(size: int) -> bytes:
    """Return random bytes from the same source, for blinds and padding."""
    return _source[0](size)


def install_source(source: Callable[[int], bytes]) -> Callable[[int], bytes]:
    """Replace the source of randomness (tests that compare two runs) and return the former one."""
    former = _source[0]
    _source[0] = source
    return former
