"""The guardians of this installation: who they are, and what those on this machine do."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.ledger.tables import LedgerEntry
from models.selection import envelope as envelopes
from models.selection import guardian_keys
from models.selection.draw_errors import FreezeNotLoggedError, TooEarlyError
from models.selection.guardian_keys import Guardian as PublicGuardian
from models.selection.guardian_keys import GuardianKey
from models.selection.tables import Draw, Guardian
from models.settings import Settings

FROZEN = '"action":"draw:frozen"'
TITLES = {"centre": "交易中心", "discipline": "纪检监察机关", "regulator": "行业主管部门"}


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
    rows = session.scalars(
        select(Guardian).where(Guardian.retired_at.is_(None)).order_by(Guardian.name)
    )
    return [PublicGuardian(row.name, row.kid, row.public_key) for row in rows]


def local_keys(session: Session, settings: Settings) -> list[GuardianKey]:
    """Return the key pairs that lie on this machine; raise when one is missing."""
    names = session.scalars(
        select(Guardian.name)
        .where(Guardian.retired_at.is_(None), Guardian.is_local)
        .order_by(Guardian.name)
    )
    return [guardian_keys.load_key(folder(settings), name) for name in names]


def test_open(session: Session, settings: Settings, envelope: Mapping[str, Any]) -> None:
    """Let each guardian on this machine try its own share; refuse a bad one at once."""
    for key in local_keys(session, settings):
        envelopes.release(envelope, key)


def folder(settings: Settings) -> Path:
    """Return where this machine's guardian keys lie."""
    return settings.keys / "guardians"


def release(
    session: Session, settings: Settings, draw: Draw, sealed: Mapping[str, Any], now: datetime
) -> list[dict[str, str]]:
    """Return the shares of the guardians that answer, once the time has come and the log says so.

    A guardian whose key is not here or whose share is bad gives none: its absence is told, and
    whoever needs it waits.
    """
    check_may_release(session, draw, now)
    return answer(local_keys(session, settings), sealed)


def answer(keys: list[GuardianKey], sealed: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return each guardian's share of a sealed value, left out where it does not open."""
    released = []
    for key in keys:
        try:
            released.append(envelopes.release(sealed, key))
        except envelopes.ShareBadError:
            continue
    return released


def check_may_release(session: Session, draw: Draw, now: datetime) -> None:
    """Raise unless the announced time, as put off, has come and the log holds the frozen list."""
    if draw.opens_at is None or now < draw.opens_at:
        raise TooEarlyError(at=f"{draw.opens_at:%Y-%m-%d %H:%M}" if draw.opens_at else "")
    entries = select(LedgerEntry.body).where(LedgerEntry.object == draw.id)
    if not any(FROZEN in body for body in session.scalars(entries)):
        raise FreezeNotLoggedError


def warning(session: Session) -> str:
    """Return what pages and notices say about who could open early (selection.md 2)."""
    rows = session.scalars(select(Guardian.is_local).where(Guardian.retired_at.is_(None)))
    if sum(rows) > 1:
        return "三个保管方的密钥都在本平台的机器上，机器的管理者有可能提前开启密封内容。"
    return "密封内容由三个保管方分别保管，任意两方可以开启，任何一方都不能单独开启。"
