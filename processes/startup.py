"""What every process does first: database, business clock, doorbell."""

import gc

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from models.errors import UnavailableError
from models.schema import require_current
from models.session import open_database
from models.settings import Settings, SettingsError
from processes import training_clock, worker

PRIVATE = 0o700


class DatabaseUnreachableError(UnavailableError):
    """The database does not answer."""

    message = (
        "连不上数据库，请确认数据库已启动，"
        "并检查 SMALLWORKS_DATABASE_URL 的地址、账号和密码；用 SQLite 时检查数据目录的权限。"
    )


def connected(settings: Settings) -> Engine:
    """Make the data directory and return a database that answers."""
    try:
        settings.directory.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"SMALLWORKS_DATA_DIR 的目录 {settings.directory} 无法建立，请检查路径和权限。"
        ) from error
    engine = open_database(settings)
    try:
        engine.connect().close()
    except OperationalError as error:
        raise DatabaseUnreachableError from error
    return engine


def start(settings: Settings) -> Engine:
    """Open a database that is up to date, follow its training clock, be able to ring."""
    engine = connected(settings)
    require_current(engine)
    training_clock.install(settings)
    worker.connect(settings)
    return engine


def settle() -> None:
    """Tell the garbage collector that what stands now stays: modules, maps, specs.

    Walking it again and again took nearly half of a step's own time.
    """
    gc.collect()
    gc.freeze()
