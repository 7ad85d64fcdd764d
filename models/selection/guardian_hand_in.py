"""Taking what a guardian hands in: its shares, and whether those it tried are sound.

What a guardian elsewhere sends by its program and what the holder of a passphrase releases on the
page arrive here alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models.clock import system_now
from models.identity.actor import Actor
from models.ledger.log import record
from models.selection import (
    guardian_cases,
    guardian_shares,
    guardians,
)
from models.selection.envelope import valid_release
from models.selection.guardian_cases import Envelope
from models.selection.tables import Draw, Guardian
from models.settings import Settings

SEEN_EVERY = timedelta(minutes=1)
REFUSED, RELEASED, FOUND_BAD = "guardian:share_refused", "guardian:released", "guardian:share_bad"

Released = Mapping[str, str]
"""``{commit: share}``; an empty share says that the guardian's own does not open."""


@dataclass(frozen=True)
class Taken:
    """How many shares were new, and which were refused because they are not the promised ones."""

    taken: int
    refused: list[str]


def note_seen(row: Guardian) -> None:
    """Note that a guardian's program has asked: once a minute is enough."""
    now = system_now()
    if row.seen_at is None or now - row.seen_at > SEEN_EVERY:
        row.seen_at = now


def release(
    session: Session,
    settings: Settings,
    actor: Actor,
    name: str,
    handed: tuple[str, Released],
    now: datetime,
) -> Taken:
    """Take shares for one draw being opened; what is not the promised share is refused and logged.

    The caller commits, also when some were refused: the log must say who tried.
    """
    draw_id, released = handed
    sealed = guardian_cases.case_of(session, draw_id, now)
    guardians.check_may_release(session, sealed.draw, now)
    wanted: dict[str, Envelope] = {str(one["commit"]): one for one in sealed}
    refused = sorted(
        commit
        for commit, share in released.items()
        if commit not in wanted or (share and not _fits(wanted[commit], name, share))
    )
    if refused:
        after = {"guardian": name, "commits": refused[:20], "count": len(refused)}
        record(session, actor, REFUSED, draw_id, at=now, after=after)
        return Taken(0, refused)
    taken = sum(
        _take(session, settings, sealed.draw, wanted[commit], {"from": name, "share": share})
        for commit, share in released.items()
    )
    if taken:
        record(session, actor, RELEASED, draw_id, at=now, after={"guardian": name, "shares": taken})
    return Taken(taken, [])


def _fits(envelope: Envelope, name: str, share: str) -> bool:
    return valid_release(envelope, {"from": name, "share": share})


def _take(
    session: Session, settings: Settings, draw: Draw, envelope: Envelope, released: dict[str, str]
) -> bool:
    if not released["share"]:
        return guardian_shares.keep_trial(session, draw, envelope, released["from"], is_sound=False)
    return guardian_shares.keep(session, settings, draw, envelope, released)


def note_trials(
    session: Session,
    settings: Settings,
    actor: Actor,
    name: str,
    tried: Mapping[str, bool],
    now: datetime,
) -> int:
    """Note which shares a guardian tried and found sound or bad; return how many."""
    count = 0
    for draw, envelope in guardian_cases.to_be_tried(session, settings, name):
        sound = tried.get(str(envelope["commit"]))
        if sound is None:
            continue
        guardian_shares.keep_trial(session, draw, envelope, name, is_sound=sound)
        count += 1
        if not sound:
            told = {
                "guardian": name,
                "envelope": envelope["commit"],
                "kind": envelope["ctx"]["kind"],
            }
            record(session, actor, FOUND_BAD, draw.id, at=now, after=told)
    return count
