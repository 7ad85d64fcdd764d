"""Puts changed files of a county in force, whoever asks for it."""

from collections.abc import Collection, Mapping

from sqlalchemy.orm import Session

from models.identity.actor import Actor
from processes.packs.storing import By, store_files


def apply_files(
    session: Session,
    county: str,
    files: Mapping[str, bytes | None],
    actor: Actor,
    *,
    author: str | None = None,
    rebased: Collection[str] = (),
) -> None:
    """Put files of a county in force, all or nothing; nothing as content takes a file away.

    Rights and checks are the caller's affair. ``author`` is the account that edited them,
    ``rebased`` are paths that from now on start from the base's present file.
    """
    by = By(actor, author or actor.account_id, frozenset(rebased))
    store_files(session, county, files, by)
