"""Rehearsals: a dummy is sealed to the guardians, and each must open its share of it."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import business_now, system_now
from models.identity.actor import Actor
from models.ids import new_id, random_bytes
from models.ledger.log import record
from models.selection import envelope, guardian_keys, local_guardians
from models.selection.envelope import open_envelope, valid_release
from models.selection.guardian_errors import RehearsalOverError
from models.selection.guardian_keys import Guardian as PublicGuardian
from models.selection.guardian_shares import NEEDED, Share, ShareRefusedError
from models.selection.guardian_tables import Rehearsal
from models.selection.tables import Guardian
from models.settings import Settings

CONTEXT = {"project": "rehearsal", "kind": "rehearsal", "holder": "rehearsal"}


def begin(session: Session, settings: Settings, actor: Actor) -> Rehearsal | None:
    """Seal a dummy to the present keys; whoever answers here by itself does so at once."""
    rows = list(session.scalars(select(Guardian).where(Guardian.retired_at.is_(None))))
    if len(rows) < len(guardian_keys.GUARDIANS):
        return None
    public = [PublicGuardian(row.name, row.kid, row.public_key) for row in rows]
    value = {"n": int.from_bytes(random_bytes(4), "big")}
    sealed = envelope.seal(CONTEXT, value, public)
    made = Rehearsal(id=new_id(), begun_at=system_now(), envelope=sealed, released=[])
    session.add(made)
    session.flush()
    kids = {row.name: row.kid for row in rows}
    record(session, actor, "rehearsal:begun", made.id, at=business_now(), after=kids)
    for share in local_guardians.answer(_open_here(session, settings, rows), sealed):
        take(session, made, share)
    return made


def _open_here(
    session: Session, settings: Settings, rows: list[Guardian]
) -> list[guardian_keys.GuardianKey]:
    keys = local_guardians.open_keys(session, settings)
    places = [(row.name, row.kid) for row in rows]
    return [keys[place] for place in places if place in keys]


def newest(session: Session) -> Rehearsal | None:
    """Return the newest rehearsal."""
    return session.scalar(select(Rehearsal).order_by(Rehearsal.begun_at.desc()).limit(1))


def waiting(session: Session, name: str) -> Rehearsal | None:
    """Return the newest rehearsal if this guardian has not answered it."""
    found = newest(session)
    if found is None or any(one["from"] == name for one in found.released):
        return None
    return found


def named(session: Session, rehearsal_id: str) -> Rehearsal:
    """Return the newest rehearsal if it is this one; raise when it is over."""
    found = newest(session)
    if found is None or found.id != rehearsal_id:
        raise RehearsalOverError
    return found


def take(session: Session, rehearsal: Rehearsal, share: Share) -> None:
    """Take a guardian's share; two that open the dummy end the rehearsal well."""
    sealed: dict[str, Any] = dict(rehearsal.envelope)
    if not valid_release(sealed, share):
        raise ShareRefusedError(name=share["from"])
    if any(one["from"] == share["from"] for one in rehearsal.released):
        return
    rehearsal.released = [*rehearsal.released, dict(share)]
    now = system_now()
    kid = next(one["kid"] for one in sealed["shares"] if one["to"] == share["from"])
    for row in session.scalars(select(Guardian).filter_by(name=share["from"], kid=kid)):
        row.rehearsed_at = now
    if rehearsal.opened_at is None and len(rehearsal.released) >= NEEDED:
        open_envelope(sealed, rehearsal.released)
        rehearsal.opened_at = now
    session.flush()
