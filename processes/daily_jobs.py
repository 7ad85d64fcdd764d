"""The jobs of each day; importing this registers them."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from sqlalchemy.orm import Session

from models.clock import business_now
from models.identity.actor import PLATFORM
from models.selection import guardian_rehearsals, platform_year
from models.selection.digests import log_digests
from models.selection.spent_keys import forget_spent_keys
from models.session import refresh_statistics
from models.settings import Settings
from models.storage import open_storage
from processes.case_waits import note_all
from processes.documents import clear_orphans
from processes.expiry_watch import tell_ending
from processes.job_kinds import register

MIDNIGHT = time(0, 0)
MORNING = time(9, 0)
OPENING = time(8, 30)
DIGEST = "interest.digest"


def _digest(session: Session, args: Mapping[str, Any], _result: object, _: Settings) -> None:
    log_digests(session, date.fromisoformat(args["day"]), at=business_now())


def _year(session: Session, _args: object, _result: object, settings: Settings) -> None:
    """Make and log a new year's list of platform secrets before its first use."""
    platform_year.ensure_year(session, settings, business_now())


def _keys(session: Session, _args: object, _result: object, settings: Settings) -> None:
    """Forget keys whose deletion a crash after the publication prevented."""
    forget_spent_keys(session, settings)


def _documents(session: Session, _args: object, _result: object, settings: Settings) -> None:
    """Drop uploads that no form carried, and bytes that no row names."""
    clear_orphans(session, open_storage(settings))


def _statistics(session: Session, _args: object, _result: object, _settings: Settings) -> None:
    """Let the database know its tables, so that lists are read along the right indexes."""
    refresh_statistics(session)


def _nothing(_session: Session, _args: object, _result: object, _settings: Settings) -> None:
    """Leave it at that: each case was a unit of its own."""


def _rehearsal(
    session: Session, args: Mapping[str, Any], _result: object, settings: Settings
) -> None:
    """Let the guardians open a dummy on the first of each month."""
    if date.fromisoformat(args["day"]).day == 1:
        guardian_rehearsals.begin(session, settings, PLATFORM)


def _licences(
    session: Session, args: Mapping[str, Any], _result: object, _settings: Settings
) -> None:
    """Tell enterprises of licences that end soon, as things stand when it is told."""
    now = business_now()
    tell_ending(session, max(date.fromisoformat(args["day"]), now.date()), now)


register(DIGEST, _digest, daily_at=MIDNIGHT)
register("platform.secrets", _year, daily_at=MIDNIGHT)
register("draw_keys.forget", _keys, daily_at=MIDNIGHT)
register("guardians.rehearse", _rehearsal, daily_at=MORNING)
register("documents.clear", _documents, daily_at=MIDNIGHT)
register("database.statistics", _statistics, daily_at=MIDNIGHT)
register("cases.note_waits", _nothing, prepare=note_all, daily_at=MIDNIGHT)
register("roster.expiry", _licences, daily_at=OPENING)
