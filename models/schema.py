"""The database's schema: brought up to date by Alembic, one transaction on either database."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from models.errors import UnavailableError

MIGRATIONS = Path(__file__).parent / "migrations"


class SchemaOutdatedError(UnavailableError):
    """The database was made by another version of the program."""

    message = "数据库结构与程序版本不一致，请先运行 smallworks setup 更新数据库，再启动。"


class ReferencesBrokenError(UnavailableError):
    """A migration would have left rows that refer to nothing; nothing was changed."""

    message = (
        "更新数据库结构后“{table}”表有记录失去了对应，更新已全部撤销。"
        "请运行 smallworks doctor 检查数据库，修复后再更新。"
    )


def config() -> Config:
    """Return Alembic's configuration; there is no ini file."""
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS))
    return made


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the schema up to a revision, the newest unless told otherwise."""
    made = config()
    with engine.connect() as connection, _tables_may_be_rebuilt(connection), connection.begin():
        made.attributes["connection"] = connection
        command.upgrade(made, revision)
        _check_references(connection)


@contextmanager
def _tables_may_be_rebuilt(connection: Connection) -> Iterator[None]:
    """Let SQLite drop a table others refer to: a column is changed there by making it anew."""
    raw = connection.connection.dbapi_connection
    if connection.dialect.name != "sqlite" or raw is None:
        yield
        return
    # without effect inside a transaction, so it comes before the migration's own
    raw.cursor().execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        raw.cursor().execute("PRAGMA foreign_keys=ON")


def _check_references(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise ReferencesBrokenError(table=broken[0])


def revision_of(engine: Engine) -> str | None:
    """Return the revision the database stands at; None for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str | None:
    """Return the newest revision this program knows."""
    return ScriptDirectory.from_config(config()).get_current_head()


def is_known(revision: str) -> bool:
    """Return whether this program knows a revision."""
    known = ScriptDirectory.from_config(config()).walk_revisions()
    return any(each.revision == revision for each in known)


def is_current(engine: Engine) -> bool:
    """Return whether the database has the schema of this program."""
    return revision_of(engine) == newest_revision()


def require_current(engine: Engine) -> None:
    """Raise when the database needs ``smallworks setup`` first."""
    if not is_current(engine):
        raise SchemaOutdatedError
