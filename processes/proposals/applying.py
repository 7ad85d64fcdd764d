"""Puts changed files of a county in force, whoever asks for it."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from models.identity.actor import Actor
from processes.packs.storing import By, store_files

STARTED = "started_from"
"""In a publication's checks: which file of the base each own one started from before it."""


def apply_files(
    session: Session,
    county: str,
    files: Mapping[str, bytes | None],
    actor: Actor,
    *,
    author: str | None = None,
    rebased: Mapping[str, str] | None = None,
) -> None:
    """Put files of a county in force, all or nothing; nothing as content takes a file away.

    Rights and checks are the caller's affair. ``author`` is the account that edited them,
    ``rebased`` says of paths which file of the base they start from now.
    """
    by = By(actor, author or actor.account_id, dict(rebased or {}))
    store_files(session, county, files, by)
