"""The migrated schema on PostgreSQL."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import models.tables  # noqa: F401
from models import schema
from models.base import Base
from models.ids import new_id
from models.session import make_engine
from tests.postgres.conftest import run


@pytest.fixture
def empty(postgres_server):
    name = f"m_{new_id()}"
    run(postgres_server, f"CREATE DATABASE {name}")
    engine = make_engine(postgres_server.format(database=name))
    yield engine
    engine.dispose()


def test_migrations_make_the_tables_of_the_metadata(empty):
    schema.migrate(empty)
    with empty.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    assert schema.is_current(empty)
