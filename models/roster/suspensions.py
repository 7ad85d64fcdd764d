"""Suspensions (停用) as lists show them: those in force, of whom, until when."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import contains_eager

from models.roster.eligibility import is_suspended
from models.roster.entry import Suspension


def is_in_force(suspension: Suspension, at: datetime) -> bool:
    """Return whether a suspension holds at a moment; it ends by itself."""
    return is_suspended(suspension, at)


def in_force(at: datetime) -> Select[Any]:
    """Return the suspensions that hold at a moment, with whom they hold for."""
    return (
        select(Suspension)
        .join(Suspension.party)
        .options(contains_eager(Suspension.party))
        .where(
            Suspension.from_at <= at,
            Suspension.until_at > at,
            or_(Suspension.lifted_at.is_(None), Suspension.lifted_at > at),
        )
    )
