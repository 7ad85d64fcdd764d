"""Fixtures every test may use: a migrated database of its own, a fixed business day."""

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

import models.tables  # noqa: F401
from models import calendar
from models import session as sessions
from models.base import Base
from models.clock import CHINA, business_clock, fixed
from tests import built, compiled, hashing
from tests.built import _shelf  # noqa: F401 - pytest finds the fixture here
from tests.machine import (  # noqa: F401 - pytest finds its hooks here
    pytest_collection_modifyitems,
    pytest_runtest_makereport,
    pytest_runtest_setup,
    pytest_terminal_summary,
)
from tests.sweeping import pytest_collection_finish  # noqa: F401 - and here

compiled.keep()
hashing.make_cheap()

BUSINESS_DAY = datetime(2026, 11, 18, 9, 0, tzinfo=CHINA)
"""A Wednesday of a loaded year."""


def make_test_engine(path: Path) -> Engine:
    engine = sessions.make_engine(f"sqlite:///{path}")
    # the promise of synchronous=FULL is tested where it matters; here only time would be lost
    event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))
    return engine


@pytest.fixture(scope="session")
def empty_database() -> Path:
    """A SQLite file with every table and no row."""
    return built.once("empty", _make_empty) / "empty.sqlite3"


def _make_empty(folder: Path) -> None:
    engine = make_test_engine(folder / "empty.sqlite3")
    Base.metadata.create_all(engine)
    # outside a transaction: inside one the checkpoint finds the table locked
    raw = engine.raw_connection()
    raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
    raw.close()
    engine.dispose()


@pytest.fixture
def database(empty_database: Path, tmp_path: Path) -> Iterator[Engine]:
    """A fresh database that both session factories are bound to; commits are real."""
    path = tmp_path / "test.sqlite3"
    shutil.copy(empty_database, path)
    engine = make_test_engine(path)
    sessions.bind(engine)
    calendar.forget_calendar()
    yield engine
    engine.dispose()


@pytest.fixture
def session(database: Engine) -> Iterator[Session]:
    """A writing session that nobody commits."""
    with sessions.Write() as session:
        yield session


@pytest.fixture
def business_day() -> Iterator[datetime]:
    """The business clock stands still at nine o'clock of a Wednesday."""
    with business_clock(fixed(BUSINESS_DAY)):
        yield BUSINESS_DAY
