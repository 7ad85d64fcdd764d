"""A platform secret that was used after the backup is known and serves no draw again."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from models import session as sessions
from models.ledger.tables import LedgerEntry
from models.selection import platform_year
from models.selection.tables import PlatformSecrets
from models.session import reading, unit_of_work
from models.settings import Settings
from processes.backup import restore_backup
from tests.city import MORNING, City


@pytest.fixture
def restored(source: City, backup: Path, empty: Settings) -> Iterator[Settings]:
    """Two more selections are planned after the backup, then the machine is lost but for its keys."""
    source.announced()
    source.announced()
    shutil.copytree(source.settings.keys, empty.keys)
    restore_backup(empty, backup)
    yield empty
    sessions.Write.kw["bind"].dispose()


def spent() -> list[dict[str, int]]:
    with reading() as session:
        bodies = session.scalars(
            select(LedgerEntry.body).where(LedgerEntry.body.contains("platform:numbers_spent"))
        )
        return [json.loads(body)["after"] for body in bodies]


def test_numbers_used_after_the_backup_are_given_up_and_the_log_says_which(
    restored: Settings,
) -> None:
    assert spent() == [{"year": 2026, "from": 2, "to": 3}]
    with unit_of_work() as session:
        assert platform_year.take_number(session, restored, MORNING) == (2026, 4)


def test_a_number_taken_by_a_step_that_was_undone_is_given_again(city: City) -> None:
    with reading() as session:  # commits nothing
        assert platform_year.take_number(session, city.settings, MORNING) == (2026, 0)
    with unit_of_work() as session:
        assert platform_year.spend_noted(session, city.settings, MORNING) == 0
        assert session.scalars(select(PlatformSecrets.used)).one() == 0
