"""Ids, secrets and salts from a seed, so that two runs differ in nothing but what is told of."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from SpiffWorkflow import task

from models import ids
from models.selection import envelope, filed_results
from processes.letters import stamp as stamping


class Seeded:
    """In place of ``secrets``: the same bytes in both worlds."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def token_bytes(self, size: int) -> bytes:
        return self.chance.randbytes(size)

    def token_hex(self, size: int) -> str:
        return self.chance.randbytes(size).hex()

    def randbits(self, size: int) -> int:
        return self.chance.getrandbits(size)


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Let ids, secrets and salts come from a seed inside this block."""
    chance = random.Random(seed)
    patch = pytest.MonkeyPatch()
    former = ids.install_source(chance.randbytes)
    patch.setattr(envelope, "secrets", Seeded(chance))
    patch.setattr(envelope.shamir, "secrets", Seeded(chance))
    patch.setattr(filed_results, "secrets", Seeded(chance))
    # a signature is different bytes each time, whatever it signs
    patch.setattr(stamping, "stamp", lambda pdf, *_args, **_place: pdf)
    patch.setattr(task, "uuid4", lambda: UUID(bytes=chance.randbytes(16), version=4))
    try:
        yield
    finally:
        ids.install_source(former)
        patch.undo()
