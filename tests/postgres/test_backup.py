"""One archive for both databases: from SQLite to PostgreSQL, on, and back."""

import shutil
import threading

import pytest
from sqlalchemy import func, select

from models.clock import business_now
from models.identity.actor import PLATFORM
from models.ids import new_id
from models.ledger.log import record
from models.ledger.tables import LedgerEntry
from models.session import make_engine, reading, unit_of_work
from models.settings import Settings
from processes.backup import restore_backup, write_backup
from processes.backup.errors import NotEmptyError
from processes.backup.writing import _Writer
from processes.sequencer import sequence
from tests.city import city, county
from tests.postgres.conftest import run
from tests.processes.backup.world import assert_whole, contents, finished, use

__all__ = ["city", "county"]


@pytest.fixture
def fresh(postgres_server, tmp_path):
    """Make installations on databases without a table."""
    names, engines = [], []

    def make(name):
        database = f"b_{new_id()}"
        run(postgres_server, f"CREATE DATABASE {database}")
        names.append(database)
        url = postgres_server.format(database=database)
        engines.append(make_engine(url))
        return Settings(data_dir=str(tmp_path / name), database_url=url), engines[-1]

    yield make
    for engine in engines:
        engine.dispose()
    for name in names:
        run(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


def rows(path):
    """The lines of a backup, apart from what each restore adds to the log."""
    found = contents(path)
    kept = [
        line for line in found["tables/ledger_entry.jsonl"] if b"installation:restored" not in line
    ]
    return {**found, "tables/ledger_entry.jsonl": kept}


@pytest.fixture
def moved(city, fresh, tmp_path):
    """The city's backup, restored into PostgreSQL with its keys."""
    source, first = finished(city), tmp_path / "first.backup"
    write_backup(source.settings, first)
    settings, engine = fresh("moved")
    shutil.copytree(source.settings.keys, settings.keys)
    restore_backup(settings, first)
    use(engine)
    return settings, first


def test_an_installation_moves_to_postgresql_and_back_unchanged(moved, tmp_path):
    settings, first = moved
    assert_whole(settings)
    second = tmp_path / "second.backup"
    write_backup(settings, second)
    assert rows(second) == rows(first)
    back = Settings(data_dir=str(tmp_path / "back"))
    shutil.copytree(settings.keys, back.keys)
    assert restore_backup(back, second).missing == []
    assert_whole(back)


def test_restored_numbers_go_on_where_they_ended(moved):
    settings, _ = moved
    with unit_of_work() as session:
        record(session, PLATFORM, "draw:frozen", "one", at=business_now())
    sequence(settings)
    assert_whole(settings)
    with reading() as session:
        numbers = session.scalars(select(LedgerEntry.seq).order_by(LedgerEntry.seq)).all()
    assert numbers == list(range(len(numbers)))


def test_a_database_with_data_is_not_overwritten(moved):
    settings, first = moved
    with pytest.raises(NotEmptyError):
        restore_backup(settings, first)


def test_a_backup_sees_one_moment_while_others_write(moved, tmp_path, monkeypatch):
    settings, _ = moved
    before = count()
    once = _Writer._table

    def disturbed(self, session, shape):
        if shape.name == "content":  # the first tables have been read, the log has not
            other = threading.Thread(target=act)
            other.start()
            other.join()
        return once(self, session, shape)

    def act():
        with unit_of_work() as session:
            record(session, PLATFORM, "draw:frozen", "late", at=business_now())

    monkeypatch.setattr(_Writer, "_table", disturbed)
    path = tmp_path / "during.backup"
    write_backup(settings, path)
    assert len(contents(path)["tables/ledger_entry.jsonl"]) == before
    assert count() == before + 1


def count():
    with reading() as session:
        return session.scalar(select(func.count(LedgerEntry.id)))
