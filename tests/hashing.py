"""Passwords are hashed cheaply here: hundreds of people sign in, and none has a secret to keep."""

from argon2 import PasswordHasher

from models.identity import passwords

OURS = passwords._hasher
"""What the platform hashes with."""


def make_cheap() -> None:
    """Hash with next to no work; a stored hash says itself how it is checked."""
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    passwords._DECOY = passwords._hasher.hash("no account has this password")
