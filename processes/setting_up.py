"""Prepares an installation: schema, identity, keys, calendar, packs; safe to run again."""

from sqlalchemy import Engine

from models.calendar_seed import load_calendar_seed
from models.clock import business_now
from models.identity.actor import PLATFORM
from models.installation import ensure_installation, log_key
from models.schema import migrate
from models.selection import platform_year
from models.selection.guardians import ensure_guardians
from models.session import unit_of_work
from models.settings import Settings
from processes.letters.letter_key import ensure_letter_key
from processes.packs import load_pack
from processes.packs.shipped import shipped_packs
from processes.proposals.reading import was_published
from processes.sequencer import sequence
from processes.startup import connected


def prepare_database(settings: Settings) -> Engine:
    """Make the data directory and bring the database up to date."""
    engine = connected(settings)
    migrate(engine)
    return engine


def prepare_installation(settings: Settings) -> None:
    """Give the installation its id, its keys, its guardians and the calendar's missing years."""
    with unit_of_work() as session:
        ensure_installation(session)
        log_key(session, settings)
        ensure_guardians(session, settings)
        platform_year.ensure_year(session, settings, business_now())
        load_calendar_seed(session)
    ensure_letter_key(settings)


def load_shipped_packs(settings: Settings) -> None:
    """Load every shipped pack; what is stored already stays as it is. Then sign the log.

    A county (or the base) whose analysts have published changes keeps them: a new program's pack
    is taken over by an upgrade that they review.
    """
    for folder in shipped_packs():
        with unit_of_work() as session:
            if not was_published(session, folder.name):
                load_pack(session, folder, PLATFORM)
    sequence(settings)
