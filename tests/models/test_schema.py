"""The migrated schema is the tables' own, so nothing works in tests that a fresh set-up lacks."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

import models.tables  # noqa: F401
from models import schema
from models.base import Base
from models.session import make_engine


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
    """Return each table's and index's own words, apart from the order of its columns."""
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql NOT NULL"))
        return {name: " ".join(sorted(sql.replace(",", " ").split())) for name, sql in rows}


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
