"""What every process does first: database, business clock, doorbell."""

from sqlalchemy import Engine

from models.schema import require_current
from models.session import open_database
from models.settings import Settings
from processes import training_clock, worker

PRIVATE = 0o700


def start(settings: Settings) -> Engine:
    """Open a database that is up to date, follow its training clock, be able to ring."""
    settings.directory.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    engine = open_database(settings)
    require_current(engine)
    training_clock.install(settings)
    worker.connect(settings)
    return engine
