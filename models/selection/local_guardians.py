"""The guardians whose keys lie on this machine: where, and which of them open without anybody."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.selection import envelope as envelopes
from models.selection import guardian_keys
from models.selection.guardian_keys import GuardianKey, GuardianKeyMissingError
from models.selection.tables import Guardian
from models.settings import Settings

TITLES = {"centre": "交易中心", "discipline": "纪检监察机关", "regulator": "行业主管部门"}
_PRESENT = (
    select(Guardian.name, Guardian.kid)
    .where(Guardian.retired_at.is_(None), Guardian.is_local, Guardian.is_locked.is_(False))
    .order_by(Guardian.name)
)
_kept: dict[str, tuple[tuple[int, int, int, str], GuardianKey]] = {}
Keys = dict[tuple[str, str], GuardianKey]
"""Key pairs by guardian and key number: a value sealed before a rotation needs the former key."""


def folder(settings: Settings) -> Path:
    """Return where this machine's guardian keys lie."""
    return settings.keys / "guardians"


def local_keys(session: Session, settings: Settings) -> list[GuardianKey]:
    """Return the present keys that open here without anybody; raise when one is missing."""
    rows = session.execute(_PRESENT)
    return [_present_key(folder(settings), row.name, row.kid) for row in rows]


def _present_key(place: Path, name: str, kid: str) -> GuardianKey:
    """Return a key as its file holds it now: every bid asks, and reading it takes longest."""
    path = place / f"{name}.json"
    try:
        state = path.stat()
    except OSError as error:
        raise GuardianKeyMissingError(name=name) from error
    known = (state.st_ino, state.st_mtime_ns, state.st_size, kid)
    kept = _kept.get(str(path))
    if kept is None or kept[0] != known:
        kept = _kept[str(path)] = (known, guardian_keys.load_key(place, name, kid))
    return kept[1]


def open_keys(session: Session, settings: Settings) -> Keys:
    """Return every key, former ones included, that opens here without anybody.

    One that is missing is left out: it gives no share, and whoever needs it waits.
    """
    query = select(Guardian).where(Guardian.is_local, Guardian.is_locked.is_(False))
    return _loaded(folder(settings), session.scalars(query))


def _loaded(place: Path, rows: Iterable[Guardian]) -> Keys:
    found = {}
    for row in rows:
        try:
            found[row.name, row.kid] = guardian_keys.load_key(place, row.name, row.kid)
        except GuardianKeyMissingError:
            continue
    return found


def answer(keys: list[GuardianKey], sealed: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return each guardian's share of a sealed value, left out where it does not open."""
    released = []
    for key in keys:
        try:
            released.append(envelopes.release(sealed, key))
        except envelopes.ShareBadError:
            continue
    return released
