"""Writes the next revision from what the tables are: ``python -m models.migrations.write TEXT``."""

import sys
import tempfile
from pathlib import Path

from alembic import command

import models.tables  # noqa: F401 - the metadata must be whole
from models.schema import config, migrate
from models.session import make_engine


def write(message: str) -> None:
    """Compare a database at the newest revision with the tables and write the difference."""
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{Path(folder) / 'empty.sqlite3'}")
        migrate(engine)
        made = config()
        with engine.connect() as connection:
            made.attributes["connection"] = connection
            command.revision(made, message, autogenerate=True, rev_id=f"{_next():04d}")
        engine.dispose()


def _next() -> int:
    return len(list((Path(__file__).parent / "versions").glob("[0-9]*.py"))) + 1


if __name__ == "__main__":
    write(" ".join(sys.argv[1:]))
