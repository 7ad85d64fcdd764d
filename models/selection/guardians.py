"""The guardians of this installation: who they are, and when their shares may be had.

Everything that opens a sealed value asks :func:`answers` (or :func:`shares_of` for one envelope):
keys on this machine that open by themselves answer at once, the others' releases are stored.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.ledger.tables import LedgerEntry
from models.selection import envelope as envelopes
from models.selection import guardian_keys, guardian_shares, local_guardians
from models.selection.auction_tables import Auction
from models.selection.comparison_tables import Comparison
from models.selection.draw_errors import FreezeNotLoggedError, TooEarlyError
from models.selection.guardian_keys import Guardian as PublicGuardian
from models.selection.guardian_readiness import (
    GuardianStatus,
    GuardiansTogetherError,
    check_may_announce_bidding,
    not_ready,
    ready,
    warning,
)
from models.selection.local_guardians import TITLES, answer, folder, local_keys
from models.selection.tables import Draw, Guardian
from models.settings import Settings

__all__ = [
    "TITLES",
    "GuardianStatus",
    "GuardiansTogetherError",
    "answer",
    "answers",
    "check_may_announce_bidding",
    "check_may_release",
    "ensure_guardians",
    "folder",
    "local_keys",
    "not_ready",
    "public_guardians",
    "ready",
    "shares_of",
    "test_open",
    "warning",
]

FROZEN = '"action":"draw:frozen"'
CLOSED = '"action":"auction:closed"'
LISTED = '"action":"comparison:closed"'
_PUBLIC = (
    select(Guardian.name, Guardian.kid, Guardian.public_key)
    .where(Guardian.retired_at.is_(None))
    .order_by(Guardian.name)
)


def ensure_guardians(session: Session, settings: Settings) -> None:
    """Make the three guardians' keys on this machine and register them, the first time."""
    known = set(session.scalars(select(Guardian.name).where(Guardian.retired_at.is_(None))))
    if known.issuperset(guardian_keys.GUARDIANS):
        return  # a key that was lost is not replaced in silence: sealed values need the old one
    for name, key in guardian_keys.ensure_keys(folder(settings)).items():
        if name not in known:
            session.add(Guardian(**key.public.as_dict(), title=TITLES[name], is_local=True))
    session.flush()


def public_guardians(session: Session) -> list[PublicGuardian]:
    """Return the public halves, in the order of their places."""
    rows = session.execute(_PUBLIC)
    return [PublicGuardian(row.name, row.kid, row.public_key) for row in rows]


def test_open(session: Session, settings: Settings, envelope: Mapping[str, Any]) -> None:
    """Let each guardian that opens here by itself try its own share; refuse a bad one at once."""
    for key in local_keys(session, settings):
        envelopes.release(envelope, key)


def answers(
    session: Session, settings: Settings, draw: Draw, now: datetime
) -> guardian_shares.Answers:
    """Return what the guardians answer, once the time has come and the log says so."""
    check_may_release(session, draw, now)
    return answers_so_far(session, settings, draw)


def answers_so_far(session: Session, settings: Settings, draw: Draw) -> guardian_shares.Answers:
    """Return the answers without asking whether the time has come: who looks opens nothing."""
    keys = local_guardians.open_keys(session, settings)
    return guardian_shares.Answers(session, settings, draw, keys)


def shares_of(
    session: Session, settings: Settings, draw: Draw, envelope: Mapping[str, Any], now: datetime
) -> list[dict[str, str]]:
    """Return the shares of one envelope; for many, ask :func:`answers` once.

    A guardian whose key is not here, who has not answered, or whose share is bad gives none: its
    absence is told, and whoever needs it waits.
    """
    return answers(session, settings, draw, now).shares_of(envelope)


def check_may_release(session: Session, draw: Draw, now: datetime) -> None:
    """Raise unless the announced time, as put off, has come and the log holds the frozen list.

    In a bidding the list is that of the sealed bids at the close, in a comparison that of those
    who had registered by then.
    """
    if draw.opens_at is None or now < draw.opens_at:
        raise TooEarlyError(at=f"{draw.opens_at:%Y-%m-%d %H:%M}" if draw.opens_at else "")
    what, of = _rests_on(session, draw)
    entries = select(LedgerEntry.body).where(LedgerEntry.object == of)
    if not any(what in body for body in session.scalars(entries)):
        raise FreezeNotLoggedError


def _rests_on(session: Session, draw: Draw) -> tuple[str, str]:
    """Return the entry that must be in the log, and what it is about."""
    auction_id = session.scalar(select(Auction.id).where(Auction.draw_id == draw.id))
    if auction_id is not None:
        return CLOSED, auction_id
    compared = session.scalar(select(Comparison.id).where(Comparison.draw_id == draw.id))
    return (FROZEN, draw.id) if compared is None else (LISTED, compared)
