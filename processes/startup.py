"""What every process does first: database, business clock, doorbell."""

from sqlalchemy import Engine

from models.session import open_database
from models.settings import Settings
from processes import training_clock, worker


def start(settings: Settings) -> Engine:
    """Open the database, follow the training clock if there is one, and be able to ring."""
    settings.directory.mkdir(parents=True, exist_ok=True)
    engine = open_database(settings)
    training_clock.install(settings)
    worker.connect(settings)
    return engine
