"""The guardians of this installation: who they are, and what those on this machine do."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.selection import envelope as envelopes
from models.selection import guardian_keys
from models.selection.guardian_keys import Guardian as PublicGuardian
from models.selection.guardian_keys import GuardianKey
from models.selection.tables import Guardian
from models.settings import Settings

TITLES = {"centre": "交易中心", "discipline": "纪检监察机关", "regulator": "行业主管部门"}


def ensure_guardians(session: Session, settings: Settings) -> None:
    """Make the three guardians' keys on this machine and register them, the first time."""
    known = set(session.scalars(select(Guardian.name).where(Guardian.retired_at.is_(None))))
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
