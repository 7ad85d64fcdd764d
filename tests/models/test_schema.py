"""The migrated schema is the tables' own, so nothing works in tests that a fresh set-up lacks."""

from collections.abc import Iterable
from datetime import date, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, MetaData, Table, inspect, text

import models.tables  # noqa: F401
from models import schema
from models.base import Base
from models.session import make_engine

MORNING = datetime(2026, 11, 18, 9, 0)  # noqa: DTZ001 - as the first schema's columns hold it


@pytest.fixture
def empty(tmp_path):
    engine = make_engine(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    yield engine
    engine.dispose()


def differences(engine: Engine) -> list[object]:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, Base.metadata)


def created(engine: Engine) -> dict[str, str]:
    """Return each table's and index's own words, apart from quotes and the order of its columns."""
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql NOT NULL"))
        return {
            name: " ".join(sorted(sql.replace(",", " ").replace('"', "").split()))
            for name, sql in rows
        }


def test_migrations_make_the_tables_of_the_metadata(empty):
    schema.migrate(empty)
    assert differences(empty) == []
    assert schema.is_current(empty)


def test_nothing_is_lost_that_a_comparison_does_not_see(empty, tmp_path):
    schema.migrate(empty)
    direct = make_engine(f"sqlite:///{tmp_path / 'direct.sqlite3'}")
    Base.metadata.create_all(direct)
    migrated = created(empty)
    migrated.pop("alembic_version")
    assert migrated == created(direct)
    direct.dispose()


def test_a_second_migration_changes_nothing(empty):
    schema.migrate(empty)
    schema.migrate(empty)
    assert "instance" in inspect(empty).get_table_names()


def test_a_database_of_another_version_is_refused_with_what_to_do(empty):
    with pytest.raises(schema.SchemaOutdatedError, match="smallworks setup"):
        schema.require_current(empty)


def plain_row(table: Table) -> dict[str, object]:
    """Return a row whose every text is ``1``, so that whatever refers to another row finds it."""
    values: dict[type, object] = {
        int: 1,
        bool: True,
        bytes: b"1",
        datetime: MORNING,
        date: MORNING.date(),
    }
    return {
        column.name: values.get(column.type.python_type, "1")
        for column in table.columns
        if not column.nullable
    }


def counted(engine: Engine, tables: Iterable[str]) -> dict[str, int]:
    with engine.connect() as connection:
        return {name: connection.scalar(text(f'SELECT count(*) FROM "{name}"')) for name in tables}


def test_what_is_stored_under_the_first_schema_is_kept_by_the_next(empty):
    schema.migrate(empty, "0001")
    first = MetaData()
    first.reflect(empty)
    with empty.begin() as connection:
        for table in first.sorted_tables:
            if table.name != "alembic_version":
                connection.execute(table.insert().values(plain_row(table)))
    kept = counted(empty, first.tables)
    schema.migrate(empty)
    assert counted(empty, first.tables) == kept
    with empty.connect() as connection:
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
        assert connection.scalar(text("SELECT phases FROM definition")) == "[]"
        assert connection.scalar(text("SELECT keeps_interest FROM draw")) == 0
