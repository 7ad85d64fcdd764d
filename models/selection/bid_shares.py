"""What the guardians' answers make of a sealed floor or bid: its part of the transcript."""

from collections.abc import Mapping
from typing import Any

from models.selection.envelope import open_bytes
from models.selection.guardian_shares import NEEDED, Answers
from models.selection.verifier import GUARDIANS, sealed_numbers

Envelope = Mapping[str, Any]
Share = dict[str, str]

NUMBERS = {"floor": {"fen"}, "bid": {"fen", "seq"}}


def opened(envelope: Envelope, answers: Answers) -> dict[str, Any] | None:
    """Return the envelope with its shares and its value; None while a guardian is waited for.

    The value is null when no pair of shares can open it, or when its sealer put rubbish in. A
    guardian whose share is not the one promised stands there with an empty one.
    """
    good = answers.shares_of(envelope)
    body = open_bytes(envelope, good)
    if body is not None:
        names = NUMBERS[envelope["ctx"]["kind"]]
        return _part(envelope, good, sealed_numbers(body, envelope["ctx"], names))
    bad = [{"from": name, "share": ""} for name in _bad(envelope, answers, good)]
    if len(bad) < NEEDED and len(good) + len(bad) < len(GUARDIANS):
        return None
    return _part(envelope, [*good, *bad], None)


def missing(envelope: Envelope, answers: Answers) -> set[str]:
    """Return the guardians that have not answered for an envelope."""
    return {name for name in GUARDIANS if answers.lacks(envelope, name)}


def _bad(envelope: Envelope, answers: Answers, good: list[Share]) -> set[str]:
    return set(GUARDIANS) - {one["from"] for one in good} - missing(envelope, answers)


def _part(envelope: Envelope, shares: list[Share], val: dict[str, int] | None) -> dict[str, Any]:
    told = sorted(shares, key=lambda one: one["from"])
    return {"envelope": dict(envelope), "released": told, "val": val}
