"""The platform's contribution to a draw: number i of the year's list, none skipped, none reused."""

import json
import os
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import UnavailableError
from models.identity.actor import PLATFORM
from models.ledger.log import record
from models.selection import platform_secrets
from models.selection.tables import PlatformSecrets
from models.session import after_commit
from models.settings import Settings

FOLDER = "platform"
NOTE = ".used"


class PlatformListError(UnavailableError):
    """The year's list of platform secrets is missing, used up or not the one in the log."""

    message = "{year}年的平台随机数清单{problem}，请系统管理员运行 smallworks doctor 查明后再办理。"


def ensure_year(session: Session, settings: Settings, at: datetime) -> PlatformSecrets:
    """Return the list of the year of ``at``, made and logged before its first use."""
    query = select(PlatformSecrets).where(PlatformSecrets.year == at.year).with_for_update()
    row = session.scalar(query)
    if row is not None:
        return row
    secrets = _read_or_make(settings, at.year)
    roots = platform_secrets.roots(secrets)
    row = PlatformSecrets(year=at.year, size=len(secrets), root=roots["sha256"], used=0)
    session.add(row)
    session.flush()
    after = {"year": at.year, "size": len(secrets), "roots": roots}
    record(session, PLATFORM, "platform:secrets_listed", f"platform/{at.year}", at=at, after=after)
    return row


def take_number(session: Session, settings: Settings, at: datetime) -> tuple[int, int]:
    """Return year and number of the next secret; the number is used up with this transaction."""
    row = ensure_year(session, settings, at)
    if row.used >= row.size:
        raise PlatformListError(year=row.year, problem="已经用完")
    number = row.used
    row.used = number + 1
    session.flush()
    after_commit(session, lambda: _note(settings, row.year, number + 1))
    return row.year, number


def spend_noted(session: Session, settings: Settings, at: datetime) -> int:
    """Give up the numbers that were used after a backup was made; return how many.

    What was committed with them may be printed in a notice or disclosed in a proof already: their
    secrets are known, so no draw of the restored installation may rest on them.
    """
    spent = 0
    for row in session.scalars(select(PlatformSecrets).order_by(PlatformSecrets.year)):
        noted = min(_noted(settings, row.year), row.size)
        if noted > row.used:
            after = {"year": row.year, "from": row.used, "to": noted - 1}
            name = f"platform/{row.year}"
            record(session, PLATFORM, "platform:numbers_spent", name, at=at, after=after)
            spent += noted - row.used
            row.used = noted
    return spent


def _note(settings: Settings, year: int, used: int) -> None:
    """Note beside the list, which no backup holds, how many of its numbers are used."""
    path = _path(settings, year).with_suffix(NOTE)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(handle, f"{used}\n".encode("ascii"))  # in one write: others append at once, too
        os.fsync(handle)
    finally:
        os.close(handle)


def _noted(settings: Settings, year: int) -> int:
    try:
        lines = _path(settings, year).with_suffix(NOTE).read_text("ascii").split()
    except FileNotFoundError:
        return 0
    return max((int(line) for line in lines if line.isdecimal()), default=0)


def secret_of(settings: Settings, year: int, number: int) -> str:
    """Return secret ``number`` of a year (hex)."""
    return _secrets(settings, year)[number]


def proof_of(settings: Settings, year: int, number: int, alg: str) -> dict[str, Any]:
    """Return number and path of a secret, as a proof file carries them."""
    return platform_secrets.prove(_secrets(settings, year), number, alg)


def _path(settings: Settings, year: int) -> Path:
    return settings.keys / FOLDER / f"{year}.json"


def _secrets(settings: Settings, year: int) -> tuple[str, ...]:
    try:
        return _kept(str(_path(settings, year)))
    except (OSError, ValueError) as error:
        raise PlatformListError(year=year, problem="不在本机或已损坏") from error


@lru_cache(maxsize=8)
def _kept(path: str) -> tuple[str, ...]:
    return tuple(json.loads(Path(path).read_text("ascii")))


def _read_or_make(settings: Settings, year: int) -> tuple[str, ...]:
    # The file may be there already: a crash after writing it and before the commit.
    path = _path(settings, year)
    if not path.exists():
        _write(path, json.dumps(platform_secrets.make_secrets()))
    return _secrets(settings, year)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)
