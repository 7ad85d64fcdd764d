"""A key here that another person's passphrase locks: what happens when its holder enters it.

The passphrase opens the key in memory, everything that waits is answered, and both are gone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.identity.actor import Actor
from models.selection import (
    guardian_cases,
    guardian_hand_in,
    guardian_keys,
    guardian_rehearsals,
    guardians,
)
from models.selection.guardian_check import own_shares
from models.selection.guardian_keys import GuardianKey, GuardianKeyMissingError
from models.selection.local_guardians import folder
from models.selection.locked_key import PassphraseWrongError
from models.selection.tables import Guardian
from models.settings import Settings


@dataclass(frozen=True)
class Answered:
    """What the holder of a passphrase has done by entering it."""

    released: int
    tried: int
    rehearsed: bool


def unlock(settings: Settings, rows: Sequence[Guardian], passphrase: str) -> list[GuardianKey]:
    """Return the keys that a passphrase opens, the present one among them; raise otherwise.

    Takes a moment on purpose, and is done outside every transaction.
    """
    present, *former = rows
    keys = [_unlocked(settings, present, passphrase)]
    for row in former:
        try:
            keys.append(_unlocked(settings, row, passphrase))
        except (PassphraseWrongError, GuardianKeyMissingError):
            continue
    return keys


def _unlocked(settings: Settings, row: Guardian, passphrase: str) -> GuardianKey:
    return guardian_keys.load_key(folder(settings), row.name, row.kid, passphrase)


def locked_rows(session: Session, actor: Actor) -> list[Guardian]:
    """Return the locked keys here that an account keeps, the present one first."""
    query = select(Guardian).where(
        Guardian.holder_id == actor.account_id, Guardian.is_local, Guardian.is_locked
    )
    order = (Guardian.retired_at.is_not(None), Guardian.retired_at.desc())
    return list(session.scalars(query.order_by(*order)))


def answer_all(
    session: Session, settings: Settings, actor: Actor, keys: list[GuardianKey], now: datetime
) -> Answered:
    """Release, try and rehearse whatever waits for these unlocked keys."""
    name, released = keys[0].name, 0
    for draw in guardian_cases.waiting_for(session, settings, name, now):
        answers = guardians.answers_so_far(session, settings, draw)
        lacking = guardian_cases.lacking(answers, guardian_cases.sealed_of(session, draw), name)
        handed = (draw.id, own_shares(lacking, keys))
        released += guardian_hand_in.release(session, settings, actor, name, handed, now).taken
    waiting = [one for _, one in guardian_cases.to_be_tried(session, settings, name)]
    tried = {commit: bool(share) for commit, share in own_shares(waiting, keys).items()}
    count = guardian_hand_in.note_trials(session, settings, actor, name, tried, now)
    return Answered(released, count, _rehearse(session, keys))


def _rehearse(session: Session, keys: list[GuardianKey]) -> bool:
    rehearsal = guardian_rehearsals.waiting(session, keys[0].name)
    if rehearsal is None:
        return False
    shares = own_shares([dict(rehearsal.envelope)], keys)
    for share in shares.values():
        guardian_rehearsals.take(session, rehearsal, {"from": keys[0].name, "share": share})
    return bool(shares)
