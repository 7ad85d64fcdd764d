"""Operators: what service tasks do. Importing this package declares every one of them."""

from handlers import (
    draws,
    eligibility,
    intake,
    interests,
    letters,
    masks,
    messages,
    notices,
    parties,
    projects,
)

__all__ = [
    "draws",
    "eligibility",
    "intake",
    "interests",
    "letters",
    "masks",
    "messages",
    "notices",
    "parties",
    "projects",
]
