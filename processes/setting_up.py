"""Prepares an installation: schema, identity, keys, calendar; safe to run again at any time."""

from sqlalchemy import Engine

from models.calendar_seed import load_calendar_seed
from models.installation import ensure_installation, log_key
from models.schema import migrate
from models.session import open_database, unit_of_work
from models.settings import Settings

PRIVATE = 0o700


def prepare_database(settings: Settings) -> Engine:
    """Make the data directory and bring the database up to date."""
    settings.directory.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    engine = open_database(settings)
    migrate(engine)
    return engine


def prepare_installation(settings: Settings) -> None:
    """Give the installation its id and its log's key, and load the calendar's missing years."""
    with unit_of_work() as session:
        ensure_installation(session)
        log_key(session, settings)
        load_calendar_seed(session)
