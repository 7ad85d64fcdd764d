"""Operators: what service tasks do. Importing this package declares every one of them."""

from handlers import (
    draws,
    eligibility,
    enquiries,
    enrolment,
    enrolment_messages,
    intake,
    interests,
    letters,
    masks,
    messages,
    notices,
    parties,
    projects,
    reminders,
    roster,
)

__all__ = [
    "draws",
    "eligibility",
    "enquiries",
    "enrolment",
    "enrolment_messages",
    "intake",
    "interests",
    "letters",
    "masks",
    "messages",
    "notices",
    "parties",
    "projects",
    "reminders",
    "roster",
]
